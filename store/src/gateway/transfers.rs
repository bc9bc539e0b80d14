//! Plain transfers that named a payment, and which payments are asked about.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::domain::TransferRecord;

/// Has transfers for a payment looked for from now on, until `until`.
pub async fn watch(db: impl PgExecutor<'_>, payment_id: &str, until: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO transfer_watches (payment_id, until) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(payment_id)
        .bind(until)
        .execute(db)
        .await
        .map(drop)
}

/// Whether any transfer has named the payment.
pub async fn any(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM transfers WHERE payment_id = $1)")
        .bind(payment_id)
        .fetch_one(db)
        .await
}

/// A payment that is to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Watched {
    pub payment_id: String,
    pub merchant_id: String,
    /// Where they go, once the merchant has been seen on the chain.
    pub payout_wallet: Option<String>,
    /// How often nothing new was found in a row.
    pub idle: i32,
    /// Whether the time to pay is over.
    pub is_past: bool,
}

/// Claims at most `limit` payments that are due, for `lease`.
pub async fn claim(db: impl PgExecutor<'_>, lease: Duration, limit: i64) -> sqlx::Result<Vec<Watched>> {
    sqlx::query_as(
        "WITH due AS (
             UPDATE transfer_watches SET due_at = now() + make_interval(secs => $1)
             WHERE payment_id IN (
                 SELECT payment_id FROM transfer_watches WHERE due_at <= now()
                 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
             )
             RETURNING payment_id, idle
         )
         SELECT due.payment_id, due.idle, p.merchant_id, w.payout_wallet,
                p.authorization_expiry <= now() AS is_past
         FROM due
         JOIN payments p ON p.id = due.payment_id
         JOIN merchants m ON m.id = p.merchant_id
         LEFT JOIN chain.merchants w ON w.address = m.address",
    )
    .bind(lease.as_secs_f64())
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Says when a payment is asked about again. One whose time is over, and of which nothing can be undone any more, is
/// not.
pub async fn again(
    db: impl PgExecutor<'_>,
    payment_id: &str,
    idle: i32,
    delay: Duration,
) -> sqlx::Result<()> {
    sqlx::query(
        "WITH over AS (
             DELETE FROM transfer_watches w
             WHERE payment_id = $1 AND until <= now()
               AND NOT EXISTS (SELECT FROM transfers t WHERE t.payment_id = w.payment_id AND NOT t.finalized)
             RETURNING payment_id
         )
         UPDATE transfer_watches SET idle = $2, due_at = now() + make_interval(secs => $3)
         WHERE payment_id = $1 AND payment_id NOT IN (SELECT payment_id FROM over)",
    )
    .bind(payment_id)
    .bind(idle)
    .bind(delay.as_secs_f64())
    .execute(db)
    .await
    .map(drop)
}

/// Writes what is new, and that what was confirmed is final, in the slot in which it is so. A transfer is written once,
/// and for the payment that was found first if it names several.
pub async fn write(db: &mut PgConnection, records: &[TransferRecord]) -> sqlx::Result<()> {
    for record in records {
        sqlx::query(
            "INSERT INTO transfers AS t
                 (payment_id, merchant_id, signature, mint, decimals, amount, slot, block_time, finalized)
             SELECT id, merchant_id, $2, $3, $4, $5, $6, $7, $8 FROM payments WHERE id = $1
             ON CONFLICT (signature, mint) DO UPDATE
             SET finalized = true, slot = excluded.slot, block_time = excluded.block_time
             WHERE excluded.finalized AND NOT t.finalized AND t.payment_id = excluded.payment_id",
        )
        .bind(&record.payment_id)
        .bind(&record.signature)
        .bind(&record.mint)
        .bind(record.decimals)
        .bind(record.amount)
        .bind(record.slot)
        .bind(record.block_time)
        .bind(record.finalized)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Takes back what no node knows any more, if the slot that it was in is final: then it is not in it.
pub async fn take_back(db: &mut PgConnection, payment_id: &str, signatures: &[String]) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM transfers
         WHERE payment_id = $1 AND signature = ANY($2) AND NOT finalized
           AND slot <= (SELECT finalized_slot FROM chain.checkpoint)",
    )
    .bind(payment_id)
    .bind(signatures)
    .execute(db)
    .await
    .map(drop)
}
