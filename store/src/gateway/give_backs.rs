//! Payments that nobody asked for, and that go back to their payers.

use serde_json::json;
use sqlx::{PgConnection, PgExecutor};

/// A payment of which something may have to be given back.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct GiveBack {
    pub payment_id: String,
    pub merchant_id: String,
    /// `duplicate` or `cancelled`.
    pub reason: String,
    /// Whether the payment that this one came in addition to is still on the chain; if it has gone, this one may
    /// be all that the merchant is paid.
    pub is_surplus: bool,
}

/// Takes at most `limit` that are due, and moves each ahead by `seconds`: the next attempt, unless it is done.
pub async fn claim(db: impl PgExecutor<'_>, seconds: f64, limit: i64) -> sqlx::Result<Vec<GiveBack>> {
    sqlx::query_as(
        "UPDATE give_backs g SET next_attempt_at = now() + make_interval(secs => $1)
         FROM payments p LEFT JOIN payments original ON original.id = p.duplicate_of
         WHERE p.id = g.payment_id AND g.payment_id IN (
               SELECT payment_id FROM give_backs WHERE done_at IS NULL AND next_attempt_at <= now()
               ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING g.payment_id, p.merchant_id, g.reason,
             (original.id IS NULL
              OR EXISTS (SELECT FROM chain.payments c WHERE c.address = original.address)) AS is_surplus",
    )
    .bind(seconds)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Puts the next attempt off for as long as it has been waited for since the payment came into question, between
/// `least` and `most` seconds: each pause is about twice the one before.
pub async fn put_off(db: impl PgExecutor<'_>, payment_id: &str, least: f64, most: f64) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE give_backs
         SET next_attempt_at = now() + make_interval(
             secs => least($3, greatest($2, extract(epoch FROM now() - created_at)::float8)))
         WHERE payment_id = $1 AND done_at IS NULL",
    )
    .bind(payment_id)
    .bind(least)
    .bind(most)
    .execute(db)
    .await
    .map(drop)
}

/// Notes that nothing is left to give back.
pub async fn done(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE give_backs SET done_at = now() WHERE payment_id = $1")
        .bind(payment_id)
        .execute(db)
        .await
        .map(drop)
}

/// Says in the audit log what was ordered, and why: nobody of the merchant did.
pub async fn audit(db: &mut PgConnection, due: &GiveBack, transaction_id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit_log (merchant_id, actor, action, target, details)
         VALUES ($1, 'system', 'payment.give_back', $2, $3)",
    )
    .bind(&due.merchant_id)
    .bind(&due.payment_id)
    .bind(json!({ "reason": due.reason, "transaction": transaction_id }))
    .execute(db)
    .await
    .map(drop)
}
