//! `make bench-api`: how fast the API is, over real HTTP and a Postgres that waits for its disk, next to what it could
//! be: a bare axum + sqlx handler, and the bare HTTP client.

mod drive;
mod measure;
mod receiver;
mod server;
mod shop;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use till_load::{Asked, Figure, Load, Pace, Report, Scale};

/// As the API has it: what is compared is not the allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures the API on this machine, with a Postgres of its own.
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
    Reads,
    Creates,
    Webhooks,
    Whole,
}

const ALL: [Measurement; 4] =
    [Measurement::Reads, Measurement::Creates, Measurement::Webhooks, Measurement::Whole];

#[derive(Subcommand)]
enum Command {
    /// The indexer's endpoint, for the benchmark itself.
    #[command(hide = true)]
    Serve {
        #[command(flatten)]
        load: Load,
        #[command(flatten)]
        pace: Pace,
    },
    /// The bare handlers, for the benchmark itself.
    #[command(hide = true)]
    Bare(server::bare::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Serve { load, pace }) => return till_load::serve(load, pace).await,
        Some(Command::Bare(arguments)) => return server::bare::serve(arguments).await,
        None => {}
    }
    let cores = std::thread::available_parallelism()?;
    let about = format!(
        "{cores} cores for everything: API, Postgres (fsync=on, settings as installed), who asks and who is told."
    );
    let mut report = Report::begin(cli.asked, &about);
    for measurement in ALL.into_iter().filter(|one| cli.only.is_empty() || cli.only.contains(one)) {
        report.add(measure(measurement, cli.asked.scale()).await?);
    }
    report.end()
}

async fn measure(measurement: Measurement, scale: Scale) -> anyhow::Result<Vec<Figure>> {
    match measurement {
        Measurement::Reads => measure::reads(scale).await,
        Measurement::Creates => measure::creates(scale).await,
        Measurement::Webhooks => measure::webhooks(scale).await,
        Measurement::Whole => measure::whole(scale).await,
    }
}
