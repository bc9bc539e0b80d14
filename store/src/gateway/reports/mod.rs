//! What merchants account by. All of it follows from the chain's events and from the plain transfers that were found.
//!
//! `through`, everywhere, is the last slot that is read: the one that is indexed, as [`indexed_through`] says. Nothing
//! is read without one. What is read in several snapshots has the same end in all of them, and no more than that: up
//! to there a fork may still replace what is not final, a backfill add what is older, and a transfer be found.

pub mod ledger;
pub mod operations;
pub mod series;
pub mod settlements;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// Which part of a merchant's history is wanted.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The merchant's account on the chain.
    pub merchant: String,
    /// One store's, if it is not all of them.
    pub store_id: Option<String>,
    /// One token's, if it is not all of them.
    pub mint: Option<String>,
    /// Half open: `from` belongs to it, `to` does not.
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// Where days begin, in seconds east of UTC.
    pub offset_seconds: i32,
}

/// A transaction in which everything is read as of one moment.
pub async fn snapshot(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut db = crate::db::begin(pool).await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *db).await?;
    Ok(db)
}

/// The last slot that is indexed; nothing before the first.
pub async fn indexed_through(db: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT slot FROM chain.checkpoint").fetch_optional(db).await
}

/// Where an event stands in a merchant's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    pub block_time: DateTime<Utc>,
    pub slot: i64,
    pub transaction_index: i64,
    pub instruction: i16,
    pub inner_index: i16,
}
