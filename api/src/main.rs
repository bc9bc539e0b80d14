use anyhow::{Context, Result, anyhow};
use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use solana_keypair::read_keypair_file;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use std::path::PathBuf;
use till_api::{ChainConfig, Config, DatabaseConfig, Telemetry};
use till_store::db;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A request is many short-lived pieces, made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Till's HTTP API.
#[derive(Parser)]
#[command(name = "till-api", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the API, delivers webhooks and looks after operations, until Ctrl-C or SIGTERM.
    Serve(Box<Config>),
    /// Prints the OpenAPI document.
    Openapi,
    /// Merchants.
    #[command(subcommand)]
    Merchants(MerchantsCommand),
    /// Tokens.
    #[command(subcommand)]
    Tokens(TokensCommand),
}

#[derive(Subcommand)]
enum MerchantsCommand {
    /// Brings in a merchant and prints an API key, this once.
    Create {
        /// The merchant's account on the chain.
        #[arg(long)]
        address: Pubkey,
        /// What customers read.
        #[arg(long)]
        name: String,
        /// Our operator's keypair file: the account on the chain must name its key.
        #[arg(long, env = "TILL_OPERATOR_KEYPAIR")]
        operator_keypair: PathBuf,
        #[command(flatten)]
        database: DatabaseConfig,
        #[command(flatten)]
        chain: ChainConfig,
    },
}

#[derive(Subcommand)]
enum TokensCommand {
    /// Gives a mint a symbol that requests can use.
    Name {
        #[arg(long)]
        mint: Pubkey,
        #[arg(long)]
        symbol: String,
        #[arg(long)]
        name: String,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let command = Cli::parse().command;
    let telemetry = Telemetry::start()?;
    let result = run(command).await;
    telemetry.stop();
    result
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(config) => serve(*config).await,
        Command::Openapi => {
            print!("{}", till_api::openapi_json());
            Ok(())
        }
        Command::Merchants(MerchantsCommand::Create { address, name, operator_keypair, database, chain }) => {
            let operator = read_keypair_file(&operator_keypair).map_err(|error| anyhow!("{error}"))?.pubkey();
            let pool = open(&database).await?;
            let merchant = till_api::create_merchant(&pool, &chain, &address, &name, Some(&operator)).await?;
            println!("merchant  {}\napi key   {}", merchant.id, merchant.api_key);
            Ok(())
        }
        Command::Tokens(TokensCommand::Name { mint, symbol, name, database }) => {
            till_api::name_token(&open(&database).await?, &mint, &symbol, &name).await
        }
    }
}

async fn open(database: &DatabaseConfig) -> Result<sqlx::PgPool> {
    let pool = db::connect(&database.database_url, 2).await.context("the database cannot be reached")?;
    db::migrate(&pool).await?;
    Ok(pool)
}

async fn serve(config: Config) -> Result<()> {
    open(&config.database).await?.close().await;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("{} cannot be listened on; choose another with TILL_LISTEN", config.listen)
    })?;
    let shutdown = CancellationToken::new();
    tokio::spawn(stop_on_signal(shutdown.clone()));
    till_api::run(config, listener, shutdown).await
}

async fn stop_on_signal(shutdown: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
    shutdown.cancel();
}
