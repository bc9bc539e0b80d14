//! Staking pools as the chain tells them, with what a merchant says of them. What a former authority consented to is not
//! shown.

use sqlx::PgExecutor;

/// A pool, as far as it is indexed, with its profile.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PoolRecord {
    pub address: String,
    pub stake_mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub token_program: String,
    pub decimals: i16,
    /// The slot of its last change.
    pub slot: i64,
    pub title: Option<String>,
    pub description: Option<String>,
    /// Who says so.
    pub merchant_name: Option<String>,
}

/// A reward of a pool.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RewardRecord {
    pub mint: String,
    pub symbol: Option<String>,
    pub token_program: String,
    pub decimals: i16,
}

/// The pool at `address`.
pub async fn find(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<PoolRecord>> {
    sqlx::query_as(
        "SELECT p.address, p.stake_mint, t.symbol, p.token_program, p.decimals, p.slot, f.title, f.description,
             m.name AS merchant_name
         FROM chain.pools p
         LEFT JOIN tokens t ON t.mint = p.stake_mint
         LEFT JOIN pool_profiles f ON f.address = p.address AND f.wallet = p.authority
         LEFT JOIN merchants m ON m.id = f.merchant_id
         WHERE p.address = $1",
    )
    .bind(address)
    .fetch_optional(db)
    .await
}

/// What a pool pays its stakers in, in the order of the pool.
pub async fn rewards(db: impl PgExecutor<'_>, pool: &str) -> sqlx::Result<Vec<RewardRecord>> {
    sqlx::query_as(
        "SELECT r.mint, t.symbol, r.token_program, r.decimals FROM chain.rewards r
         LEFT JOIN tokens t ON t.mint = r.mint WHERE r.pool = $1 ORDER BY r.index",
    )
    .bind(pool)
    .fetch_all(db)
    .await
}

/// The addresses of an owner's open positions in a pool, at most `limit`.
pub async fn positions(
    db: impl PgExecutor<'_>,
    pool: &str,
    owner: &str,
    limit: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT address FROM chain.positions WHERE pool = $1 AND owner = $2 ORDER BY unlock_at, address LIMIT $3",
    )
    .bind(pool)
    .bind(owner)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The wallet that governs a pool.
pub async fn authority(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT authority FROM chain.pools WHERE address = $1")
        .bind(address)
        .fetch_optional(db)
        .await
}
