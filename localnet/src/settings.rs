//! What can be chosen about a local net, by flag or environment.

use std::path::PathBuf;

use clap::Args;

use crate::ports::Port;

/// Flags of the commands that start a local net.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where the chain, Postgres, the keys and the log are kept
    #[arg(long, env = "TILL_DIR", default_value = ".till")]
    pub dir: PathBuf,

    /// Forget everything that an earlier start left, and begin anew
    #[arg(long)]
    pub fresh: bool,

    /// Use this database instead of starting a private Postgres
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// The compiled program [default: where `make build-program` puts it]
    #[arg(long, env = "TILL_PROGRAM_SO")]
    pub program: Option<PathBuf>,

    /// Milliseconds between two slots; the real chain takes about 400
    #[arg(long, env = "TILL_SLOT_MS", default_value_t = 400)]
    pub slot_ms: u64,

    /// Leave the indexer out, to run `till-indexer` by hand
    #[arg(long)]
    pub without_indexer: bool,

    /// Leave the API out, to run `till-api` by hand
    #[arg(long)]
    pub without_api: bool,

    #[arg(long, env = "TILL_RPC_PORT", default_value_t = 8899)]
    pub rpc_port: u16,
    #[arg(long, env = "TILL_WS_PORT", default_value_t = 8900)]
    pub ws_port: u16,
    #[arg(long, env = "TILL_GRPC_PORT", default_value_t = 10000)]
    pub grpc_port: u16,
    #[arg(long, env = "TILL_API_PORT", default_value_t = 8080)]
    pub api_port: u16,
    #[arg(long, env = "TILL_POSTGRES_PORT", default_value_t = 54329)]
    pub postgres_port: u16,
    /// Where the demo merchant receives its webhooks
    #[arg(long, env = "TILL_RECEIVER_PORT", default_value_t = 8090)]
    pub receiver_port: u16,
}

impl Settings {
    /// Every port that will be listened on.
    pub fn ports(&self) -> Vec<Port> {
        let port = |number, service, change_with| Port { number, service, change_with };
        let mut ports = vec![
            port(self.rpc_port, "JSON-RPC", "--rpc-port or TILL_RPC_PORT"),
            port(self.ws_port, "WebSocket", "--ws-port or TILL_WS_PORT"),
            port(self.grpc_port, "Yellowstone gRPC", "--grpc-port or TILL_GRPC_PORT"),
            port(self.receiver_port, "the webhook receiver", "--receiver-port or TILL_RECEIVER_PORT"),
        ];
        if !self.without_api {
            ports.push(port(self.api_port, "the API", "--api-port or TILL_API_PORT"));
        }
        if self.database_url.is_none() {
            ports.push(port(self.postgres_port, "Postgres", "--postgres-port or TILL_POSTGRES_PORT"));
        }
        ports
    }
}
