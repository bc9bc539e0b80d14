//! Payment links: each makes a payment for whoever follows it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::listing::Position;
use crate::ids::Kind;

/// A link, with whose it is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Link {
    pub id: String,
    pub merchant_id: String,
    pub merchant_address: String,
    pub merchant_name: String,
    pub store_id: String,
    pub title: String,
    pub description: Option<String>,
    /// Symbols or mints, the preferred one first.
    pub tokens: Vec<String>,
    /// What the amounts are in, where that is no accepted token.
    pub currency: Option<String>,
    /// Amounts are decimal texts. Nothing where the customer chooses.
    pub amount: Option<String>,
    pub min_amount: Option<String>,
    pub max_amount: Option<String>,
    pub suggested_amounts: Vec<String>,
    /// `manual` or `immediate`.
    pub capture_mode: String,
    pub redirect_url: Option<String>,
    pub active: bool,
    pub created_at: DateTime<Utc>,
}

impl Link {
    pub fn position(&self) -> Position {
        Position { created_at: self.created_at, id: self.id.clone() }
    }
}

/// A link that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    pub merchant_id: &'a str,
    pub store_id: &'a str,
    pub title: &'a str,
    pub description: Option<&'a str>,
    pub tokens: &'a [String],
    pub currency: Option<&'a str>,
    pub amount: Option<&'a str>,
    pub min_amount: Option<&'a str>,
    pub max_amount: Option<&'a str>,
    pub suggested_amounts: &'a [String],
    pub capture_mode: &'a str,
    pub redirect_url: Option<&'a str>,
}

/// What is changed of a link. Of each: nothing, or what it is set to.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub redirect_url: Option<Option<String>>,
    pub active: Option<bool>,
}

macro_rules! select {
    () => {
        "SELECT l.id, l.merchant_id, m.address AS merchant_address, m.name AS merchant_name, l.store_id, l.title,
             l.description, l.tokens, l.currency, l.amount, l.min_amount, l.max_amount, l.suggested_amounts,
             l.capture_mode, l.redirect_url, l.active, l.created_at
         FROM payment_links l JOIN merchants m ON m.id = l.merchant_id "
    };
}

/// Writes a link, and returns its id.
pub async fn add(db: impl PgExecutor<'_>, link: NewLink<'_>) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "INSERT INTO payment_links (id, merchant_id, store_id, title, description, tokens, currency, amount,
             min_amount, max_amount, suggested_amounts, capture_mode, redirect_url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
    )
    .bind(Kind::Link.random())
    .bind(link.merchant_id)
    .bind(link.store_id)
    .bind(link.title)
    .bind(link.description)
    .bind(link.tokens)
    .bind(link.currency)
    .bind(link.amount)
    .bind(link.min_amount)
    .bind(link.max_amount)
    .bind(link.suggested_amounts)
    .bind(link.capture_mode)
    .bind(link.redirect_url)
    .fetch_one(db)
    .await
}

/// The link with this id, whoever's it is.
pub async fn find(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<Option<Link>> {
    sqlx::query_as(concat!(select!(), "WHERE l.id = $1")).bind(id).fetch_optional(db).await
}

/// At most `limit` links of a merchant (with a `store_id`, of that store alone), those after `after`, latest first.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: Option<&str>,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<Link>> {
    sqlx::query_as(concat!(
        select!(),
        "WHERE l.merchant_id = $1 AND ($2::text IS NULL OR l.store_id = $2)
           AND ($3::timestamptz IS NULL OR (l.created_at, l.id) < ($3, $4))
         ORDER BY l.created_at DESC, l.id DESC LIMIT $5"
    ))
    .bind(merchant_id)
    .bind(store_id)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Changes a link.
pub async fn change(db: impl PgExecutor<'_>, id: &str, change: &Change) -> sqlx::Result<()> {
    let Change { title, description, redirect_url, active } = change;
    sqlx::query(
        "UPDATE payment_links
         SET title = coalesce($2, title), description = CASE WHEN $3 THEN $4 ELSE description END,
             redirect_url = CASE WHEN $5 THEN $6 ELSE redirect_url END, active = coalesce($7, active)
         WHERE id = $1",
    )
    .bind(id)
    .bind(title)
    .bind(description.is_some())
    .bind(description.clone().flatten())
    .bind(redirect_url.is_some())
    .bind(redirect_url.clone().flatten())
    .bind(active)
    .execute(db)
    .await
    .map(drop)
}

/// How many payments a link has made in the last hour that nobody has paid yet, counted up to `most`.
pub async fn open_payments(db: impl PgExecutor<'_>, id: &str, most: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT count(*) FROM (
             SELECT FROM payments p
             WHERE p.link_id = $1 AND p.created_at > now() - interval '1 hour'
               AND NOT EXISTS (SELECT FROM chain.payments c WHERE c.address = p.address)
             LIMIT $2) AS open",
    )
    .bind(id)
    .bind(most)
    .fetch_one(db)
    .await
}
