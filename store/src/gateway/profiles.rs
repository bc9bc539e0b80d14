//! What merchants say of their campaigns and pools. The chain knows nothing of it.

use sqlx::PgExecutor;

/// What a merchant says.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    pub address: &'a str,
    pub merchant_id: &'a str,
    /// The wallet of the campaign or pool that has been proven to consent.
    pub wallet: &'a str,
    pub title: &'a str,
    pub description: Option<&'a str>,
}

/// The wallet that founded the merchant's account at `address` and governs it, if that is one. The founder has signed
/// for the account; an authority that is another wallet may have been named without knowing it.
pub async fn founding_authority(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT founder FROM chain.merchants WHERE address = $1 AND authority = founder")
        .bind(address)
        .fetch_optional(db)
        .await
}

/// Says this of a campaign; returns whether it is said. What another merchant has said stays where the creator consents
/// to that and only the beneficiary to this.
pub async fn of_campaign(
    db: impl PgExecutor<'_>,
    profile: Profile<'_>,
    suggested_amounts: &[String],
    is_creators: bool,
) -> sqlx::Result<bool> {
    let Profile { address, merchant_id, wallet, title, description } = profile;
    let done = sqlx::query(
        "INSERT INTO campaign_profiles AS f (address, merchant_id, wallet, title, description, suggested_amounts)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (address) DO UPDATE
         SET merchant_id = excluded.merchant_id, wallet = excluded.wallet, title = excluded.title,
             description = excluded.description, suggested_amounts = excluded.suggested_amounts, updated_at = now()
         WHERE $7 OR f.merchant_id = excluded.merchant_id OR f.wallet = excluded.wallet OR f.wallet IS NULL",
    )
    .bind(address)
    .bind(merchant_id)
    .bind(wallet)
    .bind(title)
    .bind(description)
    .bind(suggested_amounts)
    .bind(is_creators)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Says this of a pool, whose authority consents.
pub async fn of_pool(db: impl PgExecutor<'_>, profile: Profile<'_>) -> sqlx::Result<()> {
    let Profile { address, merchant_id, wallet, title, description } = profile;
    sqlx::query(
        "INSERT INTO pool_profiles AS f (address, merchant_id, wallet, title, description)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (address) DO UPDATE
         SET merchant_id = excluded.merchant_id, wallet = excluded.wallet, title = excluded.title,
             description = excluded.description, updated_at = now()",
    )
    .bind(address)
    .bind(merchant_id)
    .bind(wallet)
    .bind(title)
    .bind(description)
    .execute(db)
    .await
    .map(drop)
}
