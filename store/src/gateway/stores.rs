//! Shops of merchants.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::listing::Position;
use crate::ids::Kind;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Store {
    pub id: String,
    pub name: String,
    /// Whether it is the one that the merchant began with.
    pub is_default: bool,
    pub created_at: DateTime<Utc>,
    /// From when on it takes no new payments.
    pub archived_at: Option<DateTime<Utc>>,
}

impl Store {
    pub fn position(&self) -> Position {
        Position { created_at: self.created_at, id: self.id.clone() }
    }
}

macro_rules! columns {
    () => {
        "id, name, is_default, created_at, archived_at"
    };
}

/// The store that a merchant began with, and that is meant when none is named.
pub async fn default_of(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT id FROM stores WHERE merchant_id = $1 AND is_default")
        .bind(merchant_id)
        .fetch_one(db)
        .await
}

/// Whether a store is one of this merchant's, and not archived.
pub async fn is_open(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<bool> {
    let found =
        sqlx::query("SELECT 1 FROM stores WHERE id = $1 AND merchant_id = $2 AND archived_at IS NULL")
            .bind(id)
            .bind(merchant_id)
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}

/// Gives a merchant one more store.
pub async fn add(db: impl PgExecutor<'_>, merchant_id: &str, name: &str) -> sqlx::Result<Store> {
    sqlx::query_as(concat!(
        "INSERT INTO stores (id, merchant_id, name) VALUES ($1, $2, $3) RETURNING ",
        columns!(),
    ))
    .bind(Kind::Store.random())
    .bind(merchant_id)
    .bind(name)
    .fetch_one(db)
    .await
}

/// At most `limit` stores of a merchant, oldest first, those after `after`; `only` one of them if that is all
/// that the caller may see.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    only: Option<&str>,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<Store>> {
    sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM stores
         WHERE merchant_id = $1 AND ($2::text IS NULL OR id = $2)
           AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4))
         ORDER BY created_at, id LIMIT $5",
    ))
    .bind(merchant_id)
    .bind(only)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A store of a merchant.
pub async fn find(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<Store>> {
    sqlx::query_as(concat!("SELECT ", columns!(), " FROM stores WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant_id)
        .bind(id)
        .fetch_optional(db)
        .await
}

/// Gives a store another name.
pub async fn rename(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    id: &str,
    name: &str,
) -> sqlx::Result<Option<Store>> {
    sqlx::query_as(concat!(
        "UPDATE stores SET name = $3 WHERE merchant_id = $1 AND id = $2 RETURNING ",
        columns!(),
    ))
    .bind(merchant_id)
    .bind(id)
    .bind(name)
    .fetch_optional(db)
    .await
}

/// Archives a store, unless it is the merchant's default.
pub async fn archive(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<Store>> {
    sqlx::query_as(concat!(
        "UPDATE stores SET archived_at = coalesce(archived_at, now())
         WHERE merchant_id = $1 AND id = $2 AND NOT is_default RETURNING ",
        columns!(),
    ))
    .bind(merchant_id)
    .bind(id)
    .fetch_optional(db)
    .await
}
