//! `make bench-indexer`: how fast the indexer is, from a gRPC stream to rows in a Postgres that waits for
//! its disk, next to what it could be and to how others do it.
//!
//! An update is a transaction of the program, an authorize or a capture: one event, two or three ledger
//! lines, a payment, a vault, and both of their accounts.

mod database;
mod indexer;
mod load;
mod measure;
mod report;

use clap::{Parser, Subcommand};
use load::{Load, Pace};
use measure::Scale;
use report::Figure;

/// Measures the indexer on this machine, with a Postgres and a gRPC endpoint of its own.
#[derive(Parser)]
struct Cli {
    /// A moment each, to see that it works: the figures mean nothing.
    #[arg(long)]
    quick: bool,

    /// Figures as JSON.
    #[arg(long)]
    json: bool,

    /// Only these, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measurement>,

    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,

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
        return load::serve(load, pace).await;
    }
    let scale = if cli.quick { Scale::Quick } else { Scale::Full };
    let is_judged = !cli.quick && !cfg!(debug_assertions);
    if !is_judged && !cli.json {
        println!("Too short or not optimised: this shows that every figure comes out, and no more.\n");
    }
    if !cli.json {
        println!("{}", report::heading(std::thread::available_parallelism()?.get()));
    }
    let mut figures = Vec::new();
    for measurement in ALL.into_iter().filter(|one| cli.only.is_empty() || cli.only.contains(one)) {
        let mut measured = measure(measurement, scale).await?;
        if !is_judged {
            measured = measured.into_iter().map(Figure::unjudged).collect();
        }
        if !cli.json {
            measured.iter().for_each(|figure| println!("{figure}"));
        }
        figures.extend(measured);
    }
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    }
    Ok(())
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
