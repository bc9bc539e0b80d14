//! Who did what for a merchant. Rows are added and never changed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

/// Something that was done.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Entry {
    /// Numbers the entries of all merchants, in the order of writing.
    pub id: i64,
    pub actor: String,
    /// A thing and a verb, such as `api_key.revoke`.
    pub action: String,
    /// The id of what it was done to.
    pub target: Option<String>,
    pub request_id: Option<String>,
    pub details: Value,
    pub created_at: DateTime<Utc>,
}

/// Notes that `actor` did something, in the transaction in which it is done: neither is there without the
/// other. `details` are a JSON object, and hold no secret.
pub async fn note(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    actor: &str,
    action: &str,
    target: Option<&str>,
    request_id: Option<&str>,
    details: &Value,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO audit_log (merchant_id, actor, action, target, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(merchant_id)
    .bind(actor)
    .bind(action)
    .bind(target)
    .bind(request_id)
    .bind(details)
    .execute(db)
    .await
    .map(drop)
}

/// Which entries are wanted; all unless given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    pub actor: Option<&'a str>,
    pub action: Option<&'a str>,
    pub target: Option<&'a str>,
}

/// At most `limit` entries of a merchant, newest first, those older than the one numbered `before`.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    filter: Filter<'_>,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as(
        "SELECT id, actor, action, target, request_id, details, created_at FROM audit_log
         WHERE merchant_id = $1
           AND ($2::text IS NULL OR actor = $2)
           AND ($3::text IS NULL OR action = $3)
           AND ($4::text IS NULL OR target = $4)
           AND ($5::bigint IS NULL OR id < $5)
         ORDER BY id DESC LIMIT $6",
    )
    .bind(merchant_id)
    .bind(filter.actor)
    .bind(filter.action)
    .bind(filter.target)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await
}
