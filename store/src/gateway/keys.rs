//! API keys, of which only the hash is kept.

use sqlx::PgExecutor;

use crate::ids::Kind;

/// How old `last_used_at` may be: a write with each request would cost more than the request.
const USE_NOTED_EVERY_SECONDS: f64 = 60.0;

/// Who a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyHolder {
    pub key_id: String,
    pub merchant_id: String,
    pub merchant_address: String,
    pub merchant_name: String,
    /// The one store that the key is for, if it is not for all.
    pub store_id: Option<String>,
    /// What the key may do; everything if there is nothing here.
    pub scopes: Option<Vec<String>>,
    /// Whether it is time to call [`note_use`].
    pub use_is_due: bool,
}

/// Gives a merchant a key. `prefix` is what a person recognises it by.
pub async fn add(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    key_hash: &[u8; 32],
    prefix: &str,
) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "INSERT INTO api_keys (id, merchant_id, key_hash, prefix) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(Kind::Key.random())
    .bind(merchant_id)
    .bind(&key_hash[..])
    .bind(prefix)
    .fetch_one(db)
    .await
}

/// The holder of the key with this hash, unless it has been revoked or has run out.
pub async fn holder(db: impl PgExecutor<'_>, key_hash: &[u8; 32]) -> sqlx::Result<Option<KeyHolder>> {
    sqlx::query_as(
        "SELECT k.id AS key_id, m.id AS merchant_id, m.address AS merchant_address, m.name AS merchant_name,
                k.store_id, k.scopes,
                coalesce(k.last_used_at < now() - make_interval(secs => $2), true) AS use_is_due
         FROM api_keys k JOIN merchants m ON m.id = k.merchant_id
         WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())",
    )
    .bind(&key_hash[..])
    .bind(USE_NOTED_EVERY_SECONDS)
    .fetch_optional(db)
    .await
}

/// Notes that a key has just been used.
pub async fn note_use(db: impl PgExecutor<'_>, key_id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE api_keys SET last_used_at = now() WHERE id = $1")
        .bind(key_id)
        .execute(db)
        .await
        .map(drop)
}

/// Revokes a key from now on.
pub async fn revoke(db: impl PgExecutor<'_>, key_id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1")
        .bind(key_id)
        .execute(db)
        .await
        .map(drop)
}
