//! `till-indexer run`.

use std::{net::SocketAddr, num::NonZeroU32, process::ExitCode, time::Duration};

use anyhow::{Context, ensure};
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use till_indexer::{
    Config,
    config::{GrpcEndpoint, RpcEndpoint},
    ops::{self, Ops},
    status,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub struct RunArgs {
    #[command(flatten)]
    grpc: GrpcArgs,

    #[command(flatten)]
    rpc: RpcArgs,

    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,

    /// Where an empty database begins: a slot, or "genesis"; without it, in the present. What no stream
    /// replays any more needs --rpc-url.
    #[arg(long, env = "TILL_FROM_SLOT", value_parser = slot)]
    from_slot: Option<u64>,

    /// Where /healthz, /readyz and /metrics are answered; nowhere without it.
    #[arg(long, env = "TILL_INDEXER_LISTEN")]
    listen: Option<SocketAddr>,

    /// How many seconds the database may be behind the chain's clock while /readyz says yes.
    #[arg(long, env = "TILL_INDEXER_READY_LAG", default_value_t = 60)]
    ready_lag: u64,
}

#[derive(Args)]
struct GrpcArgs {
    /// A Yellowstone Geyser gRPC endpoint; https for TLS. Several, separated by commas, in the order of
    /// preference: the next one has its turn when one fails.
    #[arg(long, env = "TILL_GRPC_URL", value_delimiter = ',', required_unless_present = "rpc_url")]
    grpc_url: Vec<String>,

    /// The endpoint's token; of several endpoints one each, in the same order, empty for none.
    #[arg(long, env = "TILL_GRPC_X_TOKEN", value_delimiter = ',', hide_env_values = true)]
    grpc_x_token: Vec<String>,

    /// Takes updates uncompressed: for an endpoint in the same network.
    #[arg(long, env = "TILL_GRPC_UNCOMPRESSED")]
    grpc_uncompressed: bool,
}

#[derive(Args)]
struct RpcArgs {
    /// A node's JSON-RPC: fills gaps and brings history; without gRPC it is the stream too.
    #[arg(long, env = "TILL_RPC_URL", hide_env_values = true)]
    rpc_url: Option<String>,

    /// That node's WebSocket.
    #[arg(long, env = "TILL_WS_URL", hide_env_values = true, requires = "rpc_url")]
    ws_url: Option<String>,

    /// How much the node may be asked.
    #[arg(long, env = "TILL_RPC_REQUESTS_PER_SECOND", default_value = "20")]
    rpc_requests_per_second: NonZeroU32,

    /// Takes the node for the stream also when there is gRPC and none of it works.
    #[arg(long, env = "TILL_RPC_LAST_RESORT", requires = "rpc_url")]
    rpc_last_resort: bool,
}

impl GrpcArgs {
    fn endpoints(self) -> anyhow::Result<Vec<GrpcEndpoint>> {
        let (urls, tokens) = (self.grpc_url, self.grpc_x_token);
        ensure!(
            tokens.is_empty() || tokens.len() == urls.len(),
            "there are {} gRPC endpoints and {} tokens: give one each, empty for none",
            urls.len(),
            tokens.len()
        );
        let tokens = tokens.into_iter().map(Some).chain(std::iter::repeat(None));
        let endpoints = urls.into_iter().zip(tokens).map(|(url, token)| GrpcEndpoint {
            url,
            x_token: token.filter(|token| !token.is_empty()),
            is_compressed: !self.grpc_uncompressed,
        });
        Ok(endpoints.collect())
    }
}

impl RpcArgs {
    fn endpoint(self) -> Option<RpcEndpoint> {
        Some(RpcEndpoint {
            url: self.rpc_url?,
            ws_url: self.ws_url,
            requests_per_second: self.rpc_requests_per_second,
            is_last_resort: self.rpc_last_resort,
        })
    }
}

fn slot(text: &str) -> Result<u64, String> {
    match text {
        "genesis" => Ok(0),
        _ => text.parse().map_err(|_| "a slot is a number, or \"genesis\"".to_owned()),
    }
}

pub async fn run(args: RunArgs, shutdown: CancellationToken) -> anyhow::Result<ExitCode> {
    let config = Config {
        grpc: args.grpc.endpoints()?,
        rpc: args.rpc.endpoint(),
        from_slot: args.from_slot,
        ..Config::new("", &args.database_url)
    };
    if let Some(address) = args.listen {
        let metrics = PrometheusBuilder::new().install_recorder().context("cannot record metrics")?;
        status::describe();
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        let ready_lag = Duration::from_secs(args.ready_lag);
        let ops = Ops { status: config.status.clone(), metrics, ready_lag };
        tokio::spawn(ops::serve(listener, ops, shutdown.clone()));
    }
    // One connection, for a moment: the indexer itself writes over one of its own.
    let pool = till_store::db::connect(&args.database_url, 1).await?;
    till_store::db::migrate(&pool).await?;
    pool.close().await;
    till_indexer::run(config, shutdown).await?;
    Ok(ExitCode::SUCCESS)
}
