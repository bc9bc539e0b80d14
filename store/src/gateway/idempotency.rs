//! The first answer to an idempotency key.

use sqlx::{PgConnection, PgExecutor};

/// What is known of a key that was used before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Earlier {
    pub request_hash: Vec<u8>,
    /// The operation that the request recorded, if it did.
    pub transaction_id: Option<String>,
    /// HTTP status and body of the answer, unless it is still to be given.
    pub status: Option<i16>,
    pub body: Option<String>,
}

/// Takes a key for the request that hashes to `request_hash`, inside the transaction of its effect:
/// nothing is returned if the key was free. Whoever comes second waits here until that transaction
/// has ended, and then sees what it left.
pub async fn claim(
    db: &mut PgConnection,
    merchant_id: &str,
    key: &str,
    request_hash: &[u8; 32],
) -> sqlx::Result<Option<Earlier>> {
    let claimed = sqlx::query(
        "INSERT INTO idempotency_keys (merchant_id, key, request_hash) VALUES ($1, $2, $3)
         ON CONFLICT (merchant_id, key) DO NOTHING",
    )
    .bind(merchant_id)
    .bind(key)
    .bind(&request_hash[..])
    .execute(&mut *db)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(None);
    }
    let earlier = sqlx::query_as(
        "SELECT request_hash, transaction_id, status, body FROM idempotency_keys
         WHERE merchant_id = $1 AND key = $2",
    )
    .bind(merchant_id)
    .bind(key)
    .fetch_one(db)
    .await?;
    Ok(Some(earlier))
}

/// Notes which operation the request has recorded.
pub async fn belongs_to(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    key: &str,
    transaction_id: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE idempotency_keys SET transaction_id = $3 WHERE merchant_id = $1 AND key = $2")
        .bind(merchant_id)
        .bind(key)
        .bind(transaction_id)
        .execute(db)
        .await
        .map(drop)
}

/// Keeps an answer, unless there is one already, and returns the one that is kept: the first.
pub async fn answer(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    key: &str,
    status: u16,
    body: &str,
) -> sqlx::Result<(u16, String)> {
    let (status, body): (i16, String) = sqlx::query_as(
        "UPDATE idempotency_keys SET status = coalesce(status, $3), body = coalesce(body, $4)
         WHERE merchant_id = $1 AND key = $2
         RETURNING status, body",
    )
    .bind(merchant_id)
    .bind(key)
    .bind(status as i16)
    .bind(body)
    .fetch_one(db)
    .await?;
    Ok((status as u16, body))
}

/// Forgets keys that are older than `hours`, and returns how many.
pub async fn forget(db: impl PgExecutor<'_>, hours: i32) -> sqlx::Result<u64> {
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(hours => $1)")
        .bind(hours)
        .execute(db)
        .await
        .map(|done| done.rows_affected())
}
