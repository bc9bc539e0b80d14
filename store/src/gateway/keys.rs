//! API keys, of which only the hash is kept.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::listing::Position;
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
    /// From when on the key is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it is time to call [`note_use`].
    pub use_is_due: bool,
}

/// A key as its merchant sees it: the secret is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub store_id: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<String>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub replaced_by: Option<String>,
}

impl ApiKey {
    pub fn position(&self) -> Position {
        Position { created_at: self.created_at, id: self.id.clone() }
    }
}

/// A key that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    pub merchant_id: &'a str,
    pub name: &'a str,
    pub hash: &'a [u8; 32],
    /// What a person recognises it by.
    pub prefix: &'a str,
    pub store_id: Option<&'a str>,
    pub scopes: Option<&'a [String]>,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_by: Option<&'a str>,
}

macro_rules! columns {
    () => {
        "id, name, prefix, store_id, scopes, created_at, created_by, last_used_at, expires_at, revoked_at, \
         replaced_by"
    };
}

/// Gives a merchant a key.
pub async fn add(db: impl PgExecutor<'_>, key: NewKey<'_>) -> sqlx::Result<ApiKey> {
    sqlx::query_as(concat!(
        "INSERT INTO api_keys (id, merchant_id, name, key_hash, prefix, store_id, scopes, expires_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ",
        columns!(),
    ))
    .bind(Kind::Key.random())
    .bind(key.merchant_id)
    .bind(key.name)
    .bind(&key.hash[..])
    .bind(key.prefix)
    .bind(key.store_id)
    .bind(key.scopes)
    .bind(key.expires_at)
    .bind(key.created_by)
    .fetch_one(db)
    .await
}

/// The holder of the key with this hash, unless it has been revoked or has run out.
pub async fn holder(db: impl PgExecutor<'_>, key_hash: &[u8; 32]) -> sqlx::Result<Option<KeyHolder>> {
    sqlx::query_as(
        "SELECT k.id AS key_id, m.id AS merchant_id, m.address AS merchant_address, m.name AS merchant_name,
                k.store_id, k.scopes, k.expires_at,
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

/// At most `limit` keys of a merchant, newest first, those after `after`: the revoked ones too.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<ApiKey>> {
    sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM api_keys
         WHERE merchant_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
         ORDER BY created_at DESC, id DESC LIMIT $4",
    ))
    .bind(merchant_id)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A key of a merchant.
pub async fn find(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<ApiKey>> {
    sqlx::query_as(concat!("SELECT ", columns!(), " FROM api_keys WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant_id)
        .bind(id)
        .fetch_optional(db)
        .await
}

/// Like [`find`], and nobody changes the key until the end of the transaction.
pub async fn lock(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<ApiKey>> {
    sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM api_keys WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE",
    ))
    .bind(merchant_id)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Gives a key another name.
pub async fn rename(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    id: &str,
    name: &str,
) -> sqlx::Result<Option<ApiKey>> {
    sqlx::query_as(concat!(
        "UPDATE api_keys SET name = $3 WHERE merchant_id = $1 AND id = $2 RETURNING ",
        columns!(),
    ))
    .bind(merchant_id)
    .bind(id)
    .bind(name)
    .fetch_optional(db)
    .await
}

/// Lets a key end `overlap_seconds` from now, or earlier if it was to end earlier, because `successor` takes
/// its place.
pub async fn replace(
    db: impl PgExecutor<'_>,
    id: &str,
    successor: &str,
    overlap_seconds: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE api_keys
         SET replaced_by = $2, expires_at = least(expires_at, now() + make_interval(secs => $3))
         WHERE id = $1",
    )
    .bind(id)
    .bind(successor)
    .bind(overlap_seconds as f64)
    .execute(db)
    .await
    .map(drop)
}

/// Revokes a key of a merchant from now on, and returns whether there is such a key.
pub async fn revoke(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE merchant_id = $1 AND id = $2",
    )
    .bind(merchant_id)
    .bind(id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
