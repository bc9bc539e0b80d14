//! What the API needs to know, from arguments or the environment.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Command, FromArgMatches};

use crate::limits::LimitsConfig;
use crate::rates::RatesConfig;
use crate::server::ServerConfig;
use crate::wallet::SponsorConfig;
use crate::webhooks::seal::SecretsKey;

/// Settings of the server.
#[derive(Args, Clone, Debug)]
pub struct Config {
    #[command(flatten)]
    pub database: DatabaseConfig,

    #[command(flatten)]
    pub chain: ChainConfig,

    #[command(flatten)]
    pub server: ServerConfig,

    #[command(flatten)]
    pub limits: LimitsConfig,

    #[command(flatten)]
    pub rates: RatesConfig,

    #[command(flatten)]
    pub sponsor: SponsorConfig,

    /// The address that `serve` listens on.
    #[arg(long, env = "TILL_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The address under which customers reach this API; payment links are made of it.
    #[arg(long, env = "TILL_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    pub public_url: String,

    /// What wallets know the chain by when they sign in: mainnet, testnet, devnet or localnet.
    #[arg(long, env = "TILL_CHAIN_ID", default_value = "mainnet")]
    pub chain_id: String,

    /// The JSON keypair file of the operator: the key that captures, voids and refunds for the
    /// merchants, and pays the network fees of that.
    #[arg(long, env = "TILL_OPERATOR_KEYPAIR")]
    pub operator_keypair: PathBuf,

    /// The JSON keypair file of the key by which transactions of Blinks are known on the chain; the operator's, unless
    /// given. It signs nothing that moves money.
    #[arg(long, env = "TILL_ACTION_IDENTITY_KEYPAIR")]
    pub action_identity_keypair: Option<PathBuf>,

    /// Lets webhooks go to plain http and to private addresses. For development.
    #[arg(long, env = "TILL_ALLOW_PRIVATE_WEBHOOKS", value_parser = FalseyValueParser::new())]
    pub allow_private_webhooks: bool,

    /// 32 bytes in base64, with which signing secrets of webhooks and risk hooks are sealed in the database. Secrets
    /// that were written without it stay readable, and are sealed when they are rotated.
    #[arg(long, env = "TILL_SECRETS_KEY", hide_env_values = true)]
    pub secrets_key: Option<SecretsKey>,

    /// After how many seconds a request is answered with `request_timeout`. A wait that a caller asks for
    /// is five seconds shorter at least.
    #[arg(long, env = "TILL_REQUEST_TIMEOUT_SECONDS", default_value = "45", value_parser = seconds)]
    pub request_timeout: Duration,

    /// How many streams are served at the same time to merchants, and how many to customers.
    #[arg(long, env = "TILL_MAX_STREAMS", default_value_t = 2_000)]
    pub max_streams: usize,

    /// From which age of the last indexed block, in seconds, `/readyz` says that the indexer is
    /// behind.
    #[arg(long, env = "TILL_READY_LAG_SECONDS", default_value = "60", value_parser = seconds)]
    pub ready_lag: Duration,

    /// The most that a wallet, or its sponsor, is asked to pay for priority, in millionths of a lamport per compute unit.
    /// What is asked for is what the accounts that are written lately took.
    #[arg(long, env = "TILL_MAX_PRIORITY_FEE", default_value_t = 100_000)]
    pub max_priority_fee: u64,
}

impl Config {
    /// What a process needs at least; all else is as the arguments' defaults say.
    pub fn new(database_url: &str, rpc_url: &str, operator_keypair: &Path) -> anyhow::Result<Self> {
        let arguments: [&OsStr; 7] = [
            "till-api".as_ref(),
            "--database-url".as_ref(),
            database_url.as_ref(),
            "--rpc-url".as_ref(),
            rpc_url.as_ref(),
            "--operator-keypair".as_ref(),
            operator_keypair.as_ref(),
        ];
        let matches = Self::augment_args(Command::new("till-api")).try_get_matches_from(arguments)?;
        Ok(Self::from_arg_matches(&matches)?)
    }
}

#[derive(Args, Clone)]
pub struct DatabaseConfig {
    /// The Postgres that the indexer writes to.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,

    /// How many connections to it requests have at most. Seven more do the work beside them.
    #[arg(long, env = "TILL_DATABASE_CONNECTIONS", default_value_t = 20)]
    pub database_connections: u32,
}

#[derive(Args, Clone)]
pub struct ChainConfig {
    /// The JSON-RPC endpoint of a Solana node.
    #[arg(long, env = "TILL_RPC_URL", default_value = "http://127.0.0.1:8899", hide_env_values = true)]
    pub rpc_url: String,
}

/// The URL holds a password.
impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let connections = &self.database_connections;
        f.debug_struct("DatabaseConfig").field("connections", connections).finish_non_exhaustive()
    }
}

/// The URL often holds a key.
impl std::fmt::Debug for ChainConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChainConfig").finish_non_exhaustive()
    }
}

/// A number of seconds.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: u64 = text.parse().map_err(|_| "a whole number of seconds is needed".to_owned())?;
    Ok(Duration::from_secs(seconds))
}
