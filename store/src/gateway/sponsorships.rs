//! What a sponsor has signed for, and what it has left to spend.

use sqlx::{PgConnection, PgExecutor};

/// What a sponsor spends at most within any 24 hours, in lamports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub per_wallet: i64,
    pub per_merchant: i64,
    pub total: i64,
}

/// Whom a sponsor pays for.
#[derive(Clone, Copy, Debug)]
pub struct Beneficiary<'a> {
    pub merchant_id: &'a str,
    /// The wallet that pays the merchant, base58.
    pub wallet: &'a str,
}

/// A transaction that the sponsor has signed.
#[derive(Clone, Copy, Debug)]
pub struct NewSponsorship<'a> {
    /// The sponsor's own, by which the network knows the transaction.
    pub signature: &'a str,
    pub payment_id: &'a str,
    pub to: Beneficiary<'a>,
    /// The most that it can cost the sponsor.
    pub lamports: i64,
    pub last_valid_block_height: i64,
}

/// Whether `lamports` more are within the budget: as a condition in SQL, whose parameters `$1` to `$6` are the wallet,
/// the merchant, the lamports, and the three limits.
macro_rules! has_room {
    () => {
        "(SELECT coalesce(sum(lamports) FILTER (WHERE wallet = $1), 0) + $3 <= $4
             AND coalesce(sum(lamports) FILTER (WHERE merchant_id = $2), 0) + $3 <= $5
             AND coalesce(sum(lamports), 0) + $3 <= $6
         FROM sponsorships
         WHERE created_at > now() - interval '1 day' AND outcome IS DISTINCT FROM 'expired')"
    };
}

/// Whether the sponsor can pay so many lamports. Another process may be quicker: [`record`] decides.
pub async fn has_room(
    db: impl PgExecutor<'_>,
    to: Beneficiary<'_>,
    lamports: i64,
    budget: Budget,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(concat!("SELECT ", has_room!()))
        .bind(to.wallet)
        .bind(to.merchant_id)
        .bind(lamports)
        .bind(budget.per_wallet)
        .bind(budget.per_merchant)
        .bind(budget.total)
        .fetch_one(db)
        .await
}

/// Records what the sponsor has signed, before anyone else has it, if it is within the budget; otherwise nobody may
/// get it. The lock lets one be counted after the other, until the end of this transaction.
pub async fn record(
    db: &mut PgConnection,
    sponsorship: NewSponsorship<'_>,
    budget: Budget,
) -> sqlx::Result<bool> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('sponsorships', 0))")
        .execute(&mut *db)
        .await?;
    let NewSponsorship { signature, payment_id, to, lamports, last_valid_block_height } = sponsorship;
    let recorded = sqlx::query(concat!(
        "INSERT INTO sponsorships (wallet, merchant_id, lamports, signature, payment_id, last_valid_block_height)
         SELECT $1, $2, $3, $7, $8, $9 WHERE ",
        has_room!()
    ))
    .bind(to.wallet)
    .bind(to.merchant_id)
    .bind(lamports)
    .bind(budget.per_wallet)
    .bind(budget.per_merchant)
    .bind(budget.total)
    .bind(signature)
    .bind(payment_id)
    .bind(last_valid_block_height)
    .execute(db)
    .await?;
    Ok(recorded.rows_affected() == 1)
}

/// What has become of a transaction that the sponsor signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on the chain, and has cost something, whether it succeeded or not.
    Landed,
    /// It is not, and never will be: what was set aside for it can be spent again.
    Expired,
}

/// The signatures of at most `limit` transactions that no block above `height` can hold, and of which it is not known
/// what has become of them, the oldest first.
pub async fn undecided(db: impl PgExecutor<'_>, height: i64, limit: i64) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT signature FROM sponsorships WHERE outcome IS NULL AND last_valid_block_height < $1
         ORDER BY last_valid_block_height LIMIT $2",
    )
    .bind(height)
    .bind(limit)
    .fetch_all(db)
    .await
}

pub async fn decide(db: impl PgExecutor<'_>, signature: &str, outcome: Outcome) -> sqlx::Result<()> {
    let outcome = match outcome {
        Outcome::Landed => "landed",
        Outcome::Expired => "expired",
    };
    sqlx::query("UPDATE sponsorships SET outcome = $2 WHERE signature = $1 AND outcome IS NULL")
        .bind(signature)
        .bind(outcome)
        .execute(db)
        .await
        .map(drop)
}
