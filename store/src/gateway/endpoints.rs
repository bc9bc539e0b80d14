//! Where a merchant wants to be told. One endpoint a merchant.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::Kind;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Endpoint {
    pub id: String,
    pub url: String,
    /// `whsec_` and base64, after Standard Webhooks.
    pub secret: String,
    pub created_at: DateTime<Utc>,
}

/// Sets the endpoint of a merchant. One that exists is moved to `url` and keeps its id, its secret and
/// what it has not taken yet; otherwise it is created with `secret`.
pub async fn put(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    url: &str,
    secret: &str,
) -> sqlx::Result<Endpoint> {
    sqlx::query_as(
        "INSERT INTO endpoints (id, merchant_id, url, secret) VALUES ($1, $2, $3, $4)
         ON CONFLICT (merchant_id) DO UPDATE SET url = excluded.url
         RETURNING id, url, secret, created_at",
    )
    .bind(Kind::Endpoint.random())
    .bind(merchant_id)
    .bind(url)
    .bind(secret)
    .fetch_one(db)
    .await
}

pub async fn get(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as("SELECT id, url, secret, created_at FROM endpoints WHERE merchant_id = $1")
        .bind(merchant_id)
        .fetch_optional(db)
        .await
}

/// Gives the endpoint of a merchant another secret.
pub async fn rotate(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    secret: &str,
) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as(
        "UPDATE endpoints SET secret = $2 WHERE merchant_id = $1 RETURNING id, url, secret, created_at",
    )
    .bind(merchant_id)
    .bind(secret)
    .fetch_optional(db)
    .await
}

/// Deletes the endpoint of a merchant with all its deliveries, and returns whether there was one.
pub async fn delete(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<bool> {
    let done =
        sqlx::query("DELETE FROM endpoints WHERE merchant_id = $1").bind(merchant_id).execute(db).await?;
    Ok(done.rows_affected() == 1)
}
