//! Payments in Barion's words.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// What a payment is at Barion.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct BarionPayment {
    pub payment_id: String,
    pub store_id: String,
    pub payment_request_id: String,
    pub payment_type: String,
    pub currency: String,
    /// Until when it is to be paid.
    pub valid_until: DateTime<Utc>,
    /// How long it can be finished or captured once it is paid; nothing if it is immediate.
    pub period_seconds: Option<i64>,
    /// With the payment's id in it.
    pub callback_url: Option<String>,
    /// What was asked for, without the key.
    pub request: Value,
    pub request_hash: Vec<u8>,
}

/// Holds up whoever asks for the same at the same moment, until the end of the transaction.
pub async fn lock_request(
    db: &mut PgConnection,
    store_id: &str,
    payment_request_id: &str,
) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))")
        .bind(store_id)
        .bind(payment_request_id)
        .execute(db)
        .await
        .map(drop)
}

/// The payment that the same request has begun, if it can still be paid and nobody has.
pub async fn repeated(
    db: impl PgExecutor<'_>,
    store_id: &str,
    payment_request_id: &str,
    request_hash: &[u8; 32],
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "SELECT b.payment_id
         FROM barion_payments b
         JOIN payments p ON p.id = b.payment_id
         LEFT JOIN chain.payments c ON c.address = p.address
         WHERE b.store_id = $1 AND b.payment_request_id = $2 AND b.request_hash = $3
           AND b.valid_until > now() AND p.cancelled_at IS NULL AND c.address IS NULL
         ORDER BY b.created_at DESC LIMIT 1",
    )
    .bind(store_id)
    .bind(payment_request_id)
    .bind(&request_hash[..])
    .fetch_optional(db)
    .await
}

/// Writes what a payment is at Barion, and where its customer goes afterwards: an address that could not be known
/// before the payment had its id.
pub async fn insert(
    db: &mut PgConnection,
    payment: &BarionPayment,
    redirect_url: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO barion_payments (payment_id, store_id, payment_request_id, payment_type, currency, valid_until,
             period_seconds, callback_url, request, request_hash, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6)",
    )
    .bind(&payment.payment_id)
    .bind(&payment.store_id)
    .bind(&payment.payment_request_id)
    .bind(&payment.payment_type)
    .bind(&payment.currency)
    .bind(payment.valid_until)
    .bind(payment.period_seconds)
    .bind(&payment.callback_url)
    .bind(&payment.request)
    .bind(&payment.request_hash)
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE payments SET redirect_url = $2 WHERE id = $1")
        .bind(&payment.payment_id)
        .bind(redirect_url)
        .execute(db)
        .await
        .map(drop)
}

/// A payment of a store.
pub async fn find(
    db: impl PgExecutor<'_>,
    store_id: &str,
    payment_id: &str,
) -> sqlx::Result<Option<BarionPayment>> {
    sqlx::query_as(
        "SELECT payment_id, store_id, payment_request_id, payment_type, currency, valid_until, period_seconds,
                callback_url, request, request_hash
         FROM barion_payments WHERE payment_id = $1 AND store_id = $2",
    )
    .bind(payment_id)
    .bind(store_id)
    .fetch_optional(db)
    .await
}

/// A payment of which something may have run out.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Due {
    pub payment_id: String,
    pub store_id: String,
    pub merchant_id: String,
    pub merchant_address: String,
    pub merchant_name: String,
}

/// Claims payments that are due for `lease_seconds`: who dies gives them back.
pub async fn claim_due(db: impl PgExecutor<'_>, lease_seconds: f64, limit: i64) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(
        "WITH due AS (
             SELECT payment_id FROM barion_payments WHERE due_at <= now()
             ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
             UPDATE barion_payments b SET due_at = now() + make_interval(secs => $1)
             FROM due WHERE due.payment_id = b.payment_id
             RETURNING b.payment_id, b.store_id
         )
         SELECT c.payment_id, c.store_id, m.id AS merchant_id, m.address AS merchant_address,
                m.name AS merchant_name
         FROM claimed c JOIN stores s ON s.id = c.store_id JOIN merchants m ON m.id = s.merchant_id",
    )
    .bind(lease_seconds)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Says when to look again; never, if nothing more can run out.
pub async fn set_due(
    db: impl PgExecutor<'_>,
    payment_id: &str,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE barion_payments SET due_at = $2 WHERE payment_id = $1")
        .bind(payment_id)
        .bind(due_at)
        .execute(db)
        .await
        .map(drop)
}
