//! What of a mint has been burned through the program.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::Amount;

/// The running totals of a mint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct BurnRecord {
    pub burned_by_holders: Amount,
    pub burned_from_fees: Amount,
    /// How many burns there have been.
    pub sequence: i64,
    /// The slot of the last change.
    pub slot: i64,
}

/// A burn.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Burned {
    /// Whose tokens they were; nobody's when they were fees.
    pub owner: Option<String>,
    pub amount: Amount,
    pub signature: String,
    pub burned_at: DateTime<Utc>,
}

/// The totals of a mint, if its record is open.
pub async fn record(db: impl PgExecutor<'_>, mint: &str) -> sqlx::Result<Option<BurnRecord>> {
    sqlx::query_as(
        "SELECT burned_by_holders, burned_from_fees, sequence, slot FROM chain.burn_records WHERE mint = $1",
    )
    .bind(mint)
    .fetch_optional(db)
    .await
}

/// The last burns of the record at `record`, latest first.
pub async fn recent(db: impl PgExecutor<'_>, record: &str, limit: i64) -> sqlx::Result<Vec<Burned>> {
    sqlx::query_as(
        "SELECT owner, amount, signature, burned_at FROM chain.burns
         WHERE record = $1 ORDER BY slot DESC, sequence DESC LIMIT $2",
    )
    .bind(record)
    .bind(limit)
    .fetch_all(db)
    .await
}
