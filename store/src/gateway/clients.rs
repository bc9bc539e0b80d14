//! Machines that sign in by OAuth 2 client credentials, and their access tokens. Only hashes are kept.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::listing::Position;
use crate::ids::Kind;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Client {
    pub id: String,
    pub name: String,
    /// The one store that the client is for, if it is not for all.
    pub store_id: Option<String>,
    pub scopes: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Client {
    pub fn position(&self) -> Position {
        Position { created_at: self.created_at, id: self.id.clone() }
    }
}

macro_rules! columns {
    () => {
        "id, name, store_id, scopes, created_at, last_used_at, revoked_at"
    };
}

/// Gives a merchant a client.
pub async fn add(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    name: &str,
    secret_hash: &[u8; 32],
    store_id: Option<&str>,
    scopes: &[String],
) -> sqlx::Result<Client> {
    sqlx::query_as(concat!(
        "INSERT INTO oauth_clients (id, merchant_id, name, secret_hash, store_id, scopes)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING ",
        columns!(),
    ))
    .bind(Kind::Client.random())
    .bind(merchant_id)
    .bind(name)
    .bind(&secret_hash[..])
    .bind(store_id)
    .bind(scopes)
    .fetch_one(db)
    .await
}

/// At most `limit` clients of a merchant, newest first, those after `after`: the revoked ones too.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<Client>> {
    sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM oauth_clients
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

/// A client of a merchant.
pub async fn find(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<Client>> {
    sqlx::query_as(concat!("SELECT ", columns!(), " FROM oauth_clients WHERE merchant_id = $1 AND id = $2"))
        .bind(merchant_id)
        .bind(id)
        .fetch_optional(db)
        .await
}

/// Like [`find`], and nobody changes the client until the end of the transaction.
pub async fn lock(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<Option<Client>> {
    sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM oauth_clients WHERE merchant_id = $1 AND id = $2 FOR NO KEY UPDATE",
    ))
    .bind(merchant_id)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Revokes a client of a merchant, and with it all its tokens. Returns whether there is such a client.
pub async fn revoke(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE oauth_clients SET revoked_at = coalesce(revoked_at, now())
         WHERE merchant_id = $1 AND id = $2",
    )
    .bind(merchant_id)
    .bind(id)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The client with this id and secret, whoever's it is, unless it has been revoked. Notes that it was used.
pub async fn authenticate(
    db: impl PgExecutor<'_>,
    id: &str,
    secret_hash: &[u8; 32],
) -> sqlx::Result<Option<Client>> {
    sqlx::query_as(concat!(
        "UPDATE oauth_clients SET last_used_at = now()
         WHERE id = $1 AND secret_hash = $2 AND revoked_at IS NULL RETURNING ",
        columns!(),
    ))
    .bind(id)
    .bind(&secret_hash[..])
    .fetch_optional(db)
    .await
}

/// Writes an access token of a client.
pub async fn issue(
    db: &mut PgConnection,
    client_id: &str,
    token_hash: &[u8; 32],
    scopes: &[String],
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO access_tokens (token_hash, client_id, scopes, expires_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&token_hash[..])
    .bind(client_id)
    .bind(scopes)
    .bind(expires_at)
    .execute(db)
    .await
    .map(drop)
}

/// Who an access token belongs to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TokenHolder {
    pub client_id: String,
    pub merchant_id: String,
    pub merchant_address: String,
    pub merchant_name: String,
    pub store_id: Option<String>,
    pub scopes: Vec<String>,
    pub expires_at: DateTime<Utc>,
}

/// The holder of the access token with this hash, unless it has run out or the client has been revoked.
pub async fn token_holder(
    db: impl PgExecutor<'_>,
    token_hash: &[u8; 32],
) -> sqlx::Result<Option<TokenHolder>> {
    sqlx::query_as(
        "SELECT c.id AS client_id, m.id AS merchant_id, m.address AS merchant_address,
                m.name AS merchant_name, c.store_id, t.scopes, t.expires_at
         FROM access_tokens t
         JOIN oauth_clients c ON c.id = t.client_id
         JOIN merchants m ON m.id = c.merchant_id
         WHERE t.token_hash = $1 AND t.expires_at > now() AND c.revoked_at IS NULL",
    )
    .bind(&token_hash[..])
    .fetch_optional(db)
    .await
}
