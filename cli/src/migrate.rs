//! `till migrate`

use anyhow::{Context, Result};
use clap::Args;
use till_store::db;

#[derive(Args)]
pub struct Arguments {
    /// The Postgres that the indexer and the API share.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

/// Safe to run from several places at once: they take turns.
pub async fn run(Arguments { database_url }: Arguments) -> Result<()> {
    let pool = db::connect(&database_url, 1).await.context("the database cannot be reached")?;
    db::migrate(&pool).await.context("the database cannot be brought to this version")?;
    println!("the database is at migration {}", db::version(&pool).await?);
    pool.close().await;
    Ok(())
}
