//! `till-indexer audit`.

use std::{num::NonZeroU32, process::ExitCode, str::FromStr};

use anyhow::Context;
use clap::Args;
use sqlx::postgres::PgConnectOptions;
use till_indexer::{
    audit::{self, Findings},
    sources::rpc::{Client, Config},
};
use till_store::chain::audit::Auditor;
use tokio_util::sync::CancellationToken;

use super::report::{Format, Outcome, print};

/// Compare the database with the chain: every account, every balance, and the ledger. Exits with 0 when
/// everything agrees, with 1 when something does not, and with 2 when it could not be told.
#[derive(Args)]
pub struct AuditArgs {
    /// A node's JSON-RPC, which must answer getProgramAccounts.
    #[arg(long, env = "TILL_RPC_URL", hide_env_values = true)]
    rpc_url: String,

    /// How much of the node to ask.
    #[arg(long, env = "TILL_RPC_REQUESTS_PER_SECOND", default_value = "20")]
    rpc_requests_per_second: NonZeroU32,

    /// The database, with an indexer that keeps it up to date.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,

    /// How differences are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub async fn run(args: AuditArgs, shutdown: CancellationToken) -> ExitCode {
    let outcome = match shutdown.run_until_cancelled(audit(&args)).await {
        Some(Ok(findings)) => report(&findings, args.format),
        Some(Err(error)) => {
            eprintln!("not audited: {error:#}");
            Outcome::Unknown
        }
        None => Outcome::Unknown,
    };
    outcome.into()
}

async fn audit(args: &AuditArgs) -> anyhow::Result<Findings> {
    let database =
        PgConnectOptions::from_str(&args.database_url).context("the database's URL is malformed")?;
    let mut auditor = Auditor::connect(&database).await.context("cannot connect to the database")?;
    let config =
        Config { requests_per_second: args.rpc_requests_per_second, ..Config::new(args.rpc_url.as_str()) };
    Ok(audit::audit(&Client::new(config), &mut auditor).await?)
}

fn report(findings: &Findings, format: Format) -> Outcome {
    let Findings { compared, differences, unsettled } = findings;
    print(differences, format);
    for (table, key) in unsettled {
        eprintln!("{} {key}: not compared: it moved at every look", table.as_str());
    }
    eprintln!("{compared} compared, {} differences", differences.len());
    match (differences.is_empty(), unsettled.is_empty()) {
        (false, _) => Outcome::Different,
        (true, false) => Outcome::Unknown,
        (true, true) => Outcome::Equal,
    }
}
