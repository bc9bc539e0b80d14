//! What merchants say of their campaigns and pools. The chain knows nothing of it.

use sqlx::PgExecutor;

/// What a merchant says.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    pub address: &'a str,
    pub merchant_id: &'a str,
    /// Whether the merchant's authority, which has signed in, has to do with it. What only a payout wallet or an
    /// operator gives a right to say gives way to that: these are named without their signature.
    pub by_authority: bool,
    pub title: &'a str,
    pub description: Option<&'a str>,
}

/// The wallets by which a merchant is known on the chain.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Wallets {
    pub authority: String,
    pub operator: String,
    pub payout_wallet: String,
}

/// The wallets of the merchant's account at `address`, once it has been seen.
pub async fn wallets(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<Wallets>> {
    sqlx::query_as("SELECT authority, operator, payout_wallet FROM chain.merchants WHERE address = $1")
        .bind(address)
        .fetch_optional(db)
        .await
}

/// Says this of a campaign; returns whether nobody with more right had said something else.
pub async fn of_campaign(
    db: impl PgExecutor<'_>,
    profile: Profile<'_>,
    suggested_amounts: &[String],
) -> sqlx::Result<bool> {
    let Profile { address, merchant_id, by_authority, title, description } = profile;
    let done = sqlx::query(
        "INSERT INTO campaign_profiles AS f
             (address, merchant_id, by_authority, title, description, suggested_amounts)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (address) DO UPDATE
         SET merchant_id = excluded.merchant_id, by_authority = excluded.by_authority, title = excluded.title,
             description = excluded.description, suggested_amounts = excluded.suggested_amounts, updated_at = now()
         WHERE f.merchant_id = excluded.merchant_id OR (excluded.by_authority AND NOT f.by_authority)",
    )
    .bind(address)
    .bind(merchant_id)
    .bind(by_authority)
    .bind(title)
    .bind(description)
    .bind(suggested_amounts)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The same of a pool.
pub async fn of_pool(db: impl PgExecutor<'_>, profile: Profile<'_>) -> sqlx::Result<bool> {
    let Profile { address, merchant_id, by_authority, title, description } = profile;
    let done = sqlx::query(
        "INSERT INTO pool_profiles AS f (address, merchant_id, by_authority, title, description)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (address) DO UPDATE
         SET merchant_id = excluded.merchant_id, by_authority = excluded.by_authority, title = excluded.title,
             description = excluded.description, updated_at = now()
         WHERE f.merchant_id = excluded.merchant_id OR (excluded.by_authority AND NOT f.by_authority)",
    )
    .bind(address)
    .bind(merchant_id)
    .bind(by_authority)
    .bind(title)
    .bind(description)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
