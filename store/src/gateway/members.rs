//! The people of merchants, by their wallet.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Member {
    /// Base58.
    pub wallet: String,
    /// owner, admin, developer, support or viewer.
    pub role: String,
    pub created_at: DateTime<Utc>,
}

/// What a wallet is, and to which merchant.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    pub merchant_id: String,
    /// The merchant's account on the chain, base58.
    pub merchant_address: String,
    pub merchant_name: String,
    pub role: String,
}

/// The merchants that a wallet is a member of, oldest membership first.
pub async fn memberships(db: impl PgExecutor<'_>, wallet: &str) -> sqlx::Result<Vec<Membership>> {
    sqlx::query_as(
        "SELECT m.id AS merchant_id, m.address AS merchant_address, m.name AS merchant_name, b.role
         FROM members b JOIN merchants m ON m.id = b.merchant_id
         WHERE b.wallet = $1 ORDER BY b.created_at, m.id",
    )
    .bind(wallet)
    .fetch_all(db)
    .await
}

/// The members of a merchant, oldest first.
pub async fn list(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<Vec<Member>> {
    sqlx::query_as(
        "SELECT wallet, role, created_at FROM members WHERE merchant_id = $1 ORDER BY created_at, wallet",
    )
    .bind(merchant_id)
    .fetch_all(db)
    .await
}

/// The members of a merchant, whom nobody changes until the end of the transaction: of two that remove the
/// last two owners, the second sees what the first has done. The merchant's row is what is locked, since a member
/// that is about to be added has none of its own.
pub async fn lock(db: &mut PgConnection, merchant_id: &str) -> sqlx::Result<Vec<Member>> {
    sqlx::query("SELECT 1 FROM merchants WHERE id = $1 FOR NO KEY UPDATE")
        .bind(merchant_id)
        .execute(&mut *db)
        .await?;
    list(db, merchant_id).await
}

/// Gives a wallet a role, the first or another one.
pub async fn put(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    wallet: &str,
    role: &str,
) -> sqlx::Result<Member> {
    sqlx::query_as(
        "INSERT INTO members (merchant_id, wallet, role) VALUES ($1, $2, $3)
         ON CONFLICT (merchant_id, wallet) DO UPDATE SET role = excluded.role
         RETURNING wallet, role, created_at",
    )
    .bind(merchant_id)
    .bind(wallet)
    .bind(role)
    .fetch_one(db)
    .await
}

pub async fn remove(db: impl PgExecutor<'_>, merchant_id: &str, wallet: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM members WHERE merchant_id = $1 AND wallet = $2")
        .bind(merchant_id)
        .bind(wallet)
        .execute(db)
        .await
        .map(drop)
}
