//! `till-localnet`: a whole payment gateway on one machine.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::Context;
use clap::{Parser, Subcommand};
use solana_pubkey::Pubkey;
use till_localnet::description::Description;
use till_localnet::net::{LOG, Net};
use till_localnet::rpc::Rpc;
use till_localnet::settings::Settings;
use till_localnet::{bootstrap, demo, guide, keys, wallet};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The local net of Till: chain, Postgres, indexer and API, in one process and on this machine only.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything and stay up until Ctrl-C
    Up(Settings),
    /// Start everything, make a first payment, and stay up until Ctrl-C
    Demo {
        /// End after the payment
        #[arg(long)]
        once: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Pay a payment with the demo customer's wallet
    Pay {
        /// The payment's id: pay_…
        payment: String,
        /// The directory of the running local net
        #[arg(long, env = "TILL_DIR", default_value = ".till")]
        dir: PathBuf,
    },
    /// Give a wallet SOL and some of each token, to try the pages with
    Fund {
        /// The wallet's address, base58
        wallet: Pubkey,
        /// The directory of the running local net
        #[arg(long, env = "TILL_DIR", default_value = ".till")]
        dir: PathBuf,
    },
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ended = runtime.block_on(run(Cli::parse().command));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Up(settings) => up(&settings, None).await,
        Command::Demo { once, settings } => up(&settings, Some(once)).await,
        Command::Pay { payment, dir } => pay(&payment, &dir).await,
        Command::Fund { wallet, dir } => fund(&wallet, &dir).await,
    }
}

/// `demo`: whether to make a first payment, and to end after it.
async fn up(settings: &Settings, demo: Option<bool>) -> anyhow::Result<()> {
    log_to(&settings.dir)?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut stopped = std::pin::pin!(async move {
        tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () }
    });
    let mut net = tokio::select! {
        net = Net::start(settings) => net?,
        () = &mut stopped => return Ok(()),
    };
    let result = tokio::select! {
        result = stay(&mut net, demo) => result,
        () = &mut stopped => Ok(()),
    };
    net.stop().await?;
    if result.is_err() {
        eprintln!("the log is {}", settings.dir.join(LOG).display());
    }
    result
}

/// Makes the first payment if there is to be one, and stays until something ends by itself.
async fn stay(net: &mut Net, demo: Option<bool>) -> anyhow::Result<()> {
    let payment = match demo {
        Some(_) => Some(demo::run(&net.description, &net.keys.customer, &mut net.webhooks).await?),
        None => None,
    };
    if demo == Some(true) {
        return Ok(());
    }
    let checkout = match demo {
        Some(_) => Some(demo::checkout(&net.description).await?),
        None => None,
    };
    guide::print(&net.description, payment.as_deref(), checkout.as_deref());
    Err(net.ended().await)
}

async fn pay(payment: &str, dir: &Path) -> anyhow::Result<()> {
    let net = Description::read(dir)?;
    let customer = keys::load(&net.keypairs.customer)?;
    let unsigned = wallet::request(&format!("{}/pay/{payment}", net.api_url), &customer).await?;
    let receipt = Rpc::new(net.rpc_url).send_signed(&unsigned.sign(&customer)?).await?;
    println!("paid in slot {}: {}", receipt.slot, receipt.signature);
    Ok(())
}

async fn fund(wallet: &Pubkey, dir: &Path) -> anyhow::Result<()> {
    let net = Description::read(dir)?;
    bootstrap::fund(&Rpc::new(net.rpc_url), &keys::Keys::load_or_create(&dir.join("keys"))?, wallet).await?;
    let symbols: Vec<String> = net.tokens.into_iter().map(|token| token.symbol).collect();
    println!("{wallet} has SOL, and some of {}", symbols.join(", "));
    Ok(())
}

/// Logs go to a file, so that the terminal keeps the story. `RUST_LOG` chooses what is logged.
fn log_to(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(LOG);
    let file = OpenOptions::new().create(true).append(true).open(&path).context("cannot write the log")?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).init();
    Ok(())
}
