//! `till-indexer rebuild`.

use std::{num::NonZeroU32, process::ExitCode, str::FromStr, sync::Arc};

use anyhow::Context;
use clap::Args;
use sqlx::postgres::PgConnectOptions;
use till_indexer::{
    rebuild::{self, History, Rebuilt},
    sources::{
        rpc::{Client, Config},
        yellowstone::Yellowstone,
    },
};
use tokio_util::sync::CancellationToken;

use super::report::{Format, Outcome, print};

/// Make every row again from the chain alone, and compare them with the live ones. Exits with 0 when all
/// are equal, with 1 when some are not (the rebuilt ones are in the schema chain_rebuild then), and with 2
/// when it could not be told.
#[derive(Args)]
#[command(group = clap::ArgGroup::new("history").required(true).multiple(true))]
pub struct RebuildArgs {
    /// A node's JSON-RPC that keeps the program's transactions since the database began.
    #[arg(long, env = "TILL_RPC_URL", hide_env_values = true, group = "history")]
    rpc_url: Option<String>,

    /// How much of the node to ask.
    #[arg(long, env = "TILL_RPC_REQUESTS_PER_SECOND", default_value = "20")]
    rpc_requests_per_second: NonZeroU32,

    /// Instead of a node: a Yellowstone Geyser gRPC endpoint that can replay from where the database began.
    #[arg(long, group = "history")]
    grpc_url: Option<String>,

    /// The endpoint's token.
    #[arg(long, env = "TILL_GRPC_X_TOKEN", hide_env_values = true)]
    grpc_x_token: Option<String>,

    /// The live database. The role must be allowed to create another one, for as long as it takes.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,

    /// Where the live database began.
    #[arg(long, env = "TILL_FROM_SLOT", default_value_t = 0)]
    from_slot: u64,

    /// How differences are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub async fn run(args: RebuildArgs, shutdown: CancellationToken) -> ExitCode {
    let outcome = match rebuild(&args, &shutdown).await {
        Ok(rebuilt) => report(&rebuilt, args.format),
        Err(error) => {
            eprintln!("not rebuilt: {error:#}");
            Outcome::Unknown
        }
    };
    outcome.into()
}

fn report(rebuilt: &Rebuilt, format: Format) -> Outcome {
    let (differences, slot) = (&rebuilt.differences, rebuilt.checkpoint.slot);
    print(differences, format);
    if differences.is_empty() {
        eprintln!("every row is equal, as of slot {slot}");
        return Outcome::Equal;
    }
    let count = differences.len();
    eprintln!("{count} differences as of slot {slot}; the rebuilt rows are in the schema chain_rebuild");
    Outcome::Different
}

async fn rebuild(args: &RebuildArgs, shutdown: &CancellationToken) -> anyhow::Result<Rebuilt> {
    let live = PgConnectOptions::from_str(&args.database_url).context("the database's URL is malformed")?;
    let history = match &args.grpc_url {
        Some(url) => {
            let source = Yellowstone::new(url, args.grpc_x_token.clone());
            History::Stream { source: Arc::new(source), blocks: None }
        }
        None => {
            let url = args.rpc_url.as_deref().context("neither a node nor an endpoint is named")?;
            let config = Config { requests_per_second: args.rpc_requests_per_second, ..Config::new(url) };
            History::Node(Client::new(config))
        }
    };
    Ok(rebuild::rebuild(&live, &history, args.from_slot, shutdown).await?)
}
