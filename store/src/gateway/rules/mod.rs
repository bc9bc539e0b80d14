//! Rules of merchants.

pub mod decisions;
pub mod lists;
pub mod reviews;
pub mod sightings;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, PgExecutor};

use crate::{domain::RuleOutcome, ids::Kind};

/// A rule as it is kept. What its condition means is for the engine to say. It has no `Debug`, because of the secret.
#[derive(Clone, FromRow)]
pub struct RuleRow {
    pub id: String,
    /// One shop, or all of them.
    pub store_id: Option<String>,
    pub name: String,
    pub position: i32,
    pub enabled: bool,
    pub outcome: RuleOutcome,
    /// What a customer may read when it blocks.
    pub message: Option<String>,
    pub condition: Value,
    /// `whsec_` and base64, of a hook. It may be sealed.
    pub secret: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a merchant chooses of a rule.
pub struct RuleTerms<'a> {
    pub store_id: Option<&'a str>,
    pub name: &'a str,
    pub position: i32,
    pub enabled: bool,
    pub outcome: RuleOutcome,
    pub message: Option<&'a str>,
    pub condition: Value,
    /// Kept only if the rule has none yet, and dropped when there is none here.
    pub secret: Option<&'a str>,
}

/// Writes a new rule, unless the merchant has `most` of them already.
pub async fn insert(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    terms: RuleTerms<'_>,
    most: i64,
) -> sqlx::Result<Option<RuleRow>> {
    sqlx::query_as(
        "INSERT INTO rules (id, merchant_id, store_id, name, position, enabled, outcome, message, condition, secret)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
         WHERE (SELECT count(*) FROM rules WHERE merchant_id = $2) < $11
         RETURNING id, store_id, name, position, enabled, outcome, message, condition, secret, created_at, updated_at",
    )
    .bind(Kind::Rule.random())
    .bind(merchant_id)
    .bind(terms.store_id)
    .bind(terms.name)
    .bind(terms.position)
    .bind(terms.enabled)
    .bind(terms.outcome)
    .bind(terms.message)
    .bind(terms.condition)
    .bind(terms.secret)
    .bind(most)
    .fetch_optional(db)
    .await
}

/// Puts other terms in the place of a rule's; nothing if there is no such rule. `only` is the one store whose rules may
/// be changed, if it is not all of them.
pub async fn update(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    only: Option<&str>,
    id: &str,
    terms: RuleTerms<'_>,
) -> sqlx::Result<Option<RuleRow>> {
    sqlx::query_as(
        "UPDATE rules SET store_id = $4, name = $5, position = $6, enabled = $7, outcome = $8, message = $9,
             condition = $10, secret = CASE WHEN $11::text IS NOT NULL THEN coalesce(secret, $11) END,
             updated_at = now()
         WHERE id = $1 AND merchant_id = $2 AND ($3::text IS NULL OR store_id = $3)
         RETURNING id, store_id, name, position, enabled, outcome, message, condition, secret, created_at, updated_at",
    )
    .bind(id)
    .bind(merchant_id)
    .bind(only)
    .bind(terms.store_id)
    .bind(terms.name)
    .bind(terms.position)
    .bind(terms.enabled)
    .bind(terms.outcome)
    .bind(terms.message)
    .bind(terms.condition)
    .bind(terms.secret)
    .fetch_optional(db)
    .await
}

/// Whether there was such a rule.
pub async fn delete(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    only: Option<&str>,
    id: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "DELETE FROM rules WHERE id = $1 AND merchant_id = $2 AND ($3::text IS NULL OR store_id = $3)",
    )
    .bind(id)
    .bind(merchant_id)
    .bind(only)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A merchant's rules in the order in which they are asked: all of them, or one store's own.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    only: Option<&str>,
) -> sqlx::Result<Vec<RuleRow>> {
    sqlx::query_as(
        "SELECT id, store_id, name, position, enabled, outcome, message, condition, secret, created_at, updated_at
         FROM rules WHERE merchant_id = $1 AND ($2::text IS NULL OR store_id = $2)
         ORDER BY store_id IS NOT NULL, position, created_at, id",
    )
    .bind(merchant_id)
    .bind(only)
    .fetch_all(db)
    .await
}

pub async fn get(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    only: Option<&str>,
    id: &str,
) -> sqlx::Result<Option<RuleRow>> {
    sqlx::query_as(
        "SELECT id, store_id, name, position, enabled, outcome, message, condition, secret, created_at, updated_at
         FROM rules WHERE id = $1 AND merchant_id = $2 AND ($3::text IS NULL OR store_id = $3)",
    )
    .bind(id)
    .bind(merchant_id)
    .bind(only)
    .fetch_optional(db)
    .await
}

/// The rules that a payment of this store is held against, in their order: the merchant's before the store's, so that
/// what a store allows cannot keep the merchant's from being asked.
pub async fn in_force(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: &str,
) -> sqlx::Result<Vec<RuleRow>> {
    sqlx::query_as(
        "SELECT id, store_id, name, position, enabled, outcome, message, condition, secret, created_at, updated_at
         FROM rules WHERE merchant_id = $1 AND (store_id IS NULL OR store_id = $2) AND enabled
         ORDER BY store_id IS NOT NULL, position, created_at, id",
    )
    .bind(merchant_id)
    .bind(store_id)
    .fetch_all(db)
    .await
}
