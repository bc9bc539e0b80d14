//! `till-indexer run`: see the library.

use clap::{Args, Parser, Subcommand, ValueEnum};
use till_indexer::Config;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Till's indexer: from the chain into Postgres.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// How logs are written; what is logged is said by RUST_LOG.
    #[arg(long, env = "TILL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    log_format: LogFormat,

    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Index until stopped.
    Run(RunArgs),
}

#[derive(Args)]
struct RunArgs {
    /// A Yellowstone Geyser gRPC endpoint; https for TLS.
    #[arg(long, env = "TILL_GRPC_URL")]
    grpc_url: String,

    /// The endpoint's token.
    #[arg(long, env = "TILL_GRPC_X_TOKEN", hide_env_values = true)]
    grpc_x_token: Option<String>,

    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,

    /// Where an empty database begins; without it, in the present.
    #[arg(long, env = "TILL_FROM_SLOT")]
    from_slot: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
    match cli.command {
        Command::Run(args) => run(args).await,
    }
}

async fn run(args: RunArgs) -> anyhow::Result<()> {
    let config = Config {
        x_token: args.grpc_x_token,
        from_slot: args.from_slot,
        ..Config::new(args.grpc_url, &args.database_url)
    };
    // One connection, for a moment: the indexer itself writes over one of its own.
    let pool = till_store::db::connect(&args.database_url, 1).await?;
    till_store::db::migrate(&pool).await?;
    pool.close().await;

    let shutdown = CancellationToken::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        stop.cancel();
    });
    till_indexer::run(config, shutdown).await
}
