//! Where a merchant wants to be told, and of what.

use std::fmt;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::ids::Kind;

/// How many a merchant may have: each event is written once for every one of them.
pub const MOST: i64 = 20;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Endpoint {
    pub id: String,
    pub merchant_id: String,
    /// The one store whose payments it is told of, if it is not all of them.
    pub store_id: Option<String>,
    pub url: String,
    pub description: Option<String>,
    /// Types of events, and patterns such as `payment.*`; everything if there is nothing here.
    pub types: Option<Vec<String>>,
    #[sqlx(flatten)]
    pub keys: Keys,
    pub paused_at: Option<DateTime<Utc>>,
    /// `requested`, `failing` or `gone`, with `paused_at`.
    pub paused_reason: Option<String>,
    /// Attempts that failed since the last one that did not.
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    /// When one attempt is made again, while the circuit is open.
    pub probe_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// What deliveries are signed with, as it is kept: sealed, if there is a key for that.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Keys {
    /// `whsec_` and base64, after Standard Webhooks.
    pub secret: String,
    /// `whsk_` and base64: the seed of an ed25519 key.
    pub signing_key: String,
    /// Both of before the last rotation; they sign too until `previous_until`.
    pub previous_secret: Option<String>,
    pub previous_signing_key: Option<String>,
    pub previous_until: Option<DateTime<Utc>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("previous_until", &self.previous_until).finish_non_exhaustive()
    }
}

/// The columns of an [`Endpoint`], as text.
macro_rules! endpoint_columns {
    () => {
        "id, merchant_id, store_id, url, description, types, secret, signing_key, previous_secret,
         previous_signing_key, previous_until, paused_at, paused_reason, failures, failing_since, probe_at,
         created_at"
    };
}

/// Whose endpoints are meant.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub merchant_id: &'a str,
    /// Only those of this store.
    pub store_id: Option<&'a str>,
}

/// What a merchant says of an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub store_id: Option<&'a str>,
    pub url: &'a str,
    pub description: Option<&'a str>,
    pub types: Option<&'a [String]>,
}

/// What came of creating an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    New(Box<Endpoint>),
    /// The merchant has one with this URL: its id.
    Exists(String),
    /// The merchant has [`MOST`] already.
    TooMany,
}

/// Creates an endpoint. The merchant's row is locked meanwhile, so that two at once are counted.
pub async fn create(
    db: &mut PgConnection,
    merchant_id: &str,
    wanted: Wanted<'_>,
    secret: &str,
    signing_key: &str,
) -> sqlx::Result<Created> {
    let mut db = sqlx::Acquire::begin(db).await?;
    sqlx::query("SELECT 1 FROM merchants WHERE id = $1 FOR NO KEY UPDATE")
        .bind(merchant_id)
        .execute(&mut *db)
        .await?;
    let (count, same): (i64, Option<String>) = sqlx::query_as(
        "SELECT count(*), min(id) FILTER (WHERE url = $2) FROM endpoints WHERE merchant_id = $1",
    )
    .bind(merchant_id)
    .bind(wanted.url)
    .fetch_one(&mut *db)
    .await?;
    if let Some(id) = same {
        return Ok(Created::Exists(id));
    }
    if count >= MOST {
        return Ok(Created::TooMany);
    }
    let endpoint = sqlx::query_as(concat!(
        "INSERT INTO endpoints (id, merchant_id, store_id, url, description, types, secret, signing_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ",
        endpoint_columns!(),
    ))
    .bind(Kind::Endpoint.random())
    .bind(merchant_id)
    .bind(wanted.store_id)
    .bind(wanted.url)
    .bind(wanted.description)
    .bind(wanted.types)
    .bind(secret)
    .bind(signing_key)
    .fetch_one(&mut *db)
    .await?;
    db.commit().await?;
    Ok(Created::New(Box::new(endpoint)))
}

/// All endpoints of an owner, oldest first.
pub async fn list(db: impl PgExecutor<'_>, owner: Owner<'_>) -> sqlx::Result<Vec<Endpoint>> {
    sqlx::query_as(concat!(
        "SELECT ",
        endpoint_columns!(),
        " FROM endpoints WHERE merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) ORDER BY created_at, id",
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .fetch_all(db)
    .await
}

pub async fn get(db: impl PgExecutor<'_>, owner: Owner<'_>, id: &str) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "SELECT ",
        endpoint_columns!(),
        " FROM endpoints WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2)",
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Like [`get`], and nobody else changes it until the transaction ends.
pub async fn lock(db: &mut PgConnection, owner: Owner<'_>, id: &str) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "SELECT ",
        endpoint_columns!(),
        " FROM endpoints WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2)
          FOR NO KEY UPDATE",
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Says anew what is wanted of an endpoint. What it has not taken yet goes to the new URL.
///
/// # Errors
/// A violation of uniqueness, when the merchant has another endpoint with this URL.
pub async fn update(
    db: impl PgExecutor<'_>,
    owner: Owner<'_>,
    id: &str,
    wanted: Wanted<'_>,
) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "UPDATE endpoints SET store_id = $4, url = $5, description = $6, types = $7, version = version + 1
         WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) RETURNING ",
        endpoint_columns!(),
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .bind(wanted.store_id)
    .bind(wanted.url)
    .bind(wanted.description)
    .bind(wanted.types)
    .fetch_optional(db)
    .await
}

/// Gives an endpoint other keys. The ones that it has sign too for `overlap_seconds`; any from before
/// them no more.
pub async fn rotate(
    db: impl PgExecutor<'_>,
    owner: Owner<'_>,
    id: &str,
    secret: &str,
    signing_key: &str,
    overlap_seconds: i64,
) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "UPDATE endpoints SET
             previous_secret = CASE WHEN $6 > 0 THEN secret END,
             previous_signing_key = CASE WHEN $6 > 0 THEN signing_key END,
             previous_until = CASE WHEN $6 > 0 THEN now() + make_interval(secs => $6) END,
             secret = $4, signing_key = $5, version = version + 1
         WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) RETURNING ",
        endpoint_columns!(),
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .bind(secret)
    .bind(signing_key)
    .bind(overlap_seconds as f64)
    .fetch_optional(db)
    .await
}

/// Stops the deliveries of an endpoint, unless they are stopped already. They are written all the same,
/// and wait.
pub async fn pause(
    db: impl PgExecutor<'_>,
    owner: Owner<'_>,
    id: &str,
    reason: &str,
) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "UPDATE endpoints SET paused_reason = coalesce(paused_reason, $4), paused_at = coalesce(paused_at, now())
         WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) RETURNING ",
        endpoint_columns!(),
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .bind(reason)
    .fetch_optional(db)
    .await
}

/// Lets deliveries go on, with the circuit closed: what waits is due at once.
pub async fn resume(db: impl PgExecutor<'_>, owner: Owner<'_>, id: &str) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(concat!(
        "UPDATE endpoints SET paused_reason = NULL, paused_at = NULL, failures = 0, failing_since = NULL,
             probe_at = NULL, probes = 0
         WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) RETURNING ",
        endpoint_columns!(),
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Deletes an endpoint with all its deliveries, and returns whether there was one.
pub async fn delete(db: impl PgExecutor<'_>, owner: Owner<'_>, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "DELETE FROM endpoints WHERE id = $3 AND merchant_id = $1 AND ($2::text IS NULL OR store_id = $2)",
    )
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
