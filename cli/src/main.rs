//! `till`: the gateway from a terminal. It talks to the HTTP API, as a shop does; only `migrate` talks to the database.

mod client;
mod events;
mod keys;
mod merchants;
mod migrate;
mod payments;
mod show;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use client::{Client, Target};

/// The command line of the Till payment gateway.
#[derive(Parser)]
#[command(name = "till", version, about)]
struct Cli {
    #[command(flatten)]
    target: Target,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// API keys: list, create, rotate, revoke.
    #[command(subcommand)]
    Keys(keys::Command),
    /// The merchant: who the key belongs to, and signing up.
    #[command(subcommand)]
    Merchants(merchants::Command),
    /// Payments: create, look at, capture, void, refund.
    #[command(subcommand)]
    Payments(payments::Command),
    /// Events: list them, forward them to this machine, cause one.
    #[command(subcommand)]
    Events(events::Command),
    /// Brings a database to what this version expects.
    Migrate(migrate::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(Cli { target, command }: Cli) -> Result<()> {
    match command {
        Command::Keys(command) => keys::run(&Client::open(target)?, command).await,
        Command::Merchants(command) => merchants::run(target, command).await,
        Command::Payments(command) => payments::run(&Client::open(target)?, command).await,
        Command::Events(command) => events::run(&Client::open(target)?, command).await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
    }
}
