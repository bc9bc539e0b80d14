//! Signing in with a wallet: what it was asked to sign, and the sessions that came of it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::ids::Kind;

/// A text that a wallet was asked to sign.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Challenge {
    pub nonce: String,
    /// Base58.
    pub wallet: String,
    pub message: String,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Writes a challenge; `used_at` is not looked at.
pub async fn challenge(db: impl PgExecutor<'_>, challenge: &Challenge) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO sign_in_challenges (nonce, wallet, message, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(&challenge.nonce)
        .bind(&challenge.wallet)
        .bind(&challenge.message)
        .bind(challenge.expires_at)
        .execute(db)
        .await
        .map(drop)
}

/// The challenge that `wallet` was given with this nonce.
pub async fn find_challenge(
    db: impl PgExecutor<'_>,
    nonce: &str,
    wallet: &str,
) -> sqlx::Result<Option<Challenge>> {
    sqlx::query_as(
        "SELECT nonce, wallet, message, expires_at, used_at FROM sign_in_challenges
         WHERE nonce = $1 AND wallet = $2",
    )
    .bind(nonce)
    .bind(wallet)
    .fetch_optional(db)
    .await
}

/// Uses a challenge up, and returns whether it was this call that did: of many, one.
pub async fn use_challenge(db: impl PgExecutor<'_>, nonce: &str) -> sqlx::Result<bool> {
    let done =
        sqlx::query("UPDATE sign_in_challenges SET used_at = now() WHERE nonce = $1 AND used_at IS NULL")
            .bind(nonce)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    pub id: String,
    /// Base58.
    pub wallet: String,
    pub expires_at: DateTime<Utc>,
}

/// Opens a session of a wallet.
pub async fn open(
    db: impl PgExecutor<'_>,
    wallet: &str,
    token_hash: &[u8; 32],
    expires_at: DateTime<Utc>,
) -> sqlx::Result<Session> {
    sqlx::query_as(
        "INSERT INTO sessions (id, token_hash, wallet, expires_at) VALUES ($1, $2, $3, $4)
         RETURNING id, wallet, expires_at",
    )
    .bind(Kind::Session.random())
    .bind(&token_hash[..])
    .bind(wallet)
    .bind(expires_at)
    .fetch_one(db)
    .await
}

/// The session of the token with this hash, unless it has ended.
pub async fn find(db: impl PgExecutor<'_>, token_hash: &[u8; 32]) -> sqlx::Result<Option<Session>> {
    sqlx::query_as(
        "SELECT id, wallet, expires_at FROM sessions
         WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()",
    )
    .bind(&token_hash[..])
    .fetch_optional(db)
    .await
}

/// Ends a session from now on.
pub async fn end(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE sessions SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1")
        .bind(id)
        .execute(db)
        .await
        .map(drop)
}

/// Deletes challenges, sessions and access tokens that have run out.
pub async fn forget(db: impl PgExecutor<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "WITH challenges AS (DELETE FROM sign_in_challenges WHERE expires_at < now() - interval '1 hour'),
              tokens AS (DELETE FROM access_tokens WHERE expires_at < now())
         DELETE FROM sessions WHERE expires_at < now()",
    )
    .execute(db)
    .await
    .map(drop)
}
