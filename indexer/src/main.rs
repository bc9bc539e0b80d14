//! `till-indexer`: see the library.

mod cli;

#[tokio::main]
async fn main() -> anyhow::Result<std::process::ExitCode> {
    cli::run().await
}
