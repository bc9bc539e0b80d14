//! `make bench-indexer`: how fast the indexer is, from a gRPC stream to rows in a Postgres that waits for
//! its disk, next to what it could be and to how others do it.
//!
//! An update is a transaction of the program, an authorize or a capture: one event, two or three ledger
//! lines, a payment, a vault, and both of their accounts.

mod indexer;
mod measure;

use clap::{Parser, Subcommand};
use till_load::{Asked, Figure, Load, Pace, Report, Scale};

/// Measures the indexer on this machine, with a Postgres and a gRPC endpoint of its own.
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    asked: Asked,

    /// Only these, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measurement>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Measurement {
    Throughput,
    Latency,
    Memory,
    CatchUp,
    Backfill,
}

const ALL: [Measurement; 5] = [
    Measurement::Throughput,
    Measurement::Latency,
    Measurement::Memory,
    Measurement::CatchUp,
    Measurement::Backfill,
];

#[derive(Subcommand)]
enum Command {
    /// The endpoint, for the benchmark itself.
    #[command(hide = true)]
    Serve {
        #[command(flatten)]
        load: Load,
        #[command(flatten)]
        pace: Pace,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Command::Serve { load, pace }) = cli.command {
        return till_load::serve(load, pace).await;
    }
    let cores = std::thread::available_parallelism()?;
    let about = format!(
        "{cores} cores for everything: indexer, Postgres (fsync=on, settings as installed), gRPC endpoint.\n\
         An update is one transaction of the program: event, ledger lines, payment, vault, both accounts."
    );
    let mut report = Report::begin(cli.asked, &about);
    for measurement in ALL.into_iter().filter(|one| cli.only.is_empty() || cli.only.contains(one)) {
        report.add(measure(measurement, cli.asked.scale()).await?);
    }
    report.end()
}

async fn measure(measurement: Measurement, scale: Scale) -> anyhow::Result<Vec<Figure>> {
    match measurement {
        Measurement::Throughput => measure::throughput(scale).await,
        Measurement::Latency => measure::latency(scale).await,
        Measurement::Memory => measure::memory(scale).await,
        Measurement::CatchUp => measure::catch_up(scale).await,
        Measurement::Backfill => measure::backfill(scale).await,
    }
}
