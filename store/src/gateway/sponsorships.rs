//! What a sponsor has signed for, and what it has left to spend.

use sqlx::{FromRow, PgConnection, PgExecutor};

/// How long what has expired is kept: it counts in no budget.
const EXPIRED_KEPT_DAYS: i32 = 1;
/// How long what has landed is kept: far beyond the 24 hours for which it counts in budgets.
const LANDED_KEPT_DAYS: i32 = 90;

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

/// What a transaction that pays a payment can cost the sponsor.
#[derive(Clone, Copy, Debug)]
pub struct Expense<'a> {
    pub payment_id: &'a str,
    /// The payment's, which it creates.
    pub account: &'a str,
    pub to: Beneficiary<'a>,
    /// The most that it can cost, in lamports.
    pub lamports: i64,
    /// What of that is the rent of the payment's account, in lamports.
    pub rent: i64,
}

/// A transaction that the sponsor has signed.
#[derive(Clone, Copy, Debug)]
pub struct NewSponsorship<'a> {
    /// The sponsor's own, by which the network knows the transaction.
    pub signature: &'a str,
    pub expense: Expense<'a>,
    pub last_valid_block_height: i64,
}

/// Whether one transaction more is within the budget: as a condition in SQL, whose parameters `$1` to `$8` are the
/// wallet, the merchant, the account, the lamports, the rent that is in them, and the three limits.
///
/// Of all transactions for an account only one can create it, so its rent counts once, and the fee of each. For one
/// wallet only what this wallet has asked for counts.
macro_rules! has_room {
    () => {
        "(SELECT sum(wallets_fees + wallets_rent) <= $6
             AND sum(fees + rent) FILTER (WHERE merchant_id = $2) <= $7
             AND sum(fees + rent) <= $8
         FROM (
             SELECT merchant_id, sum(fee) AS fees, max(rent) AS rent,
                 sum(fee) FILTER (WHERE wallet = $1) AS wallets_fees,
                 max(rent) FILTER (WHERE wallet = $1) AS wallets_rent
             FROM (
                 SELECT coalesce(account, signature) AS account, merchant_id, wallet, lamports - rent AS fee, rent
                 FROM sponsorships
                 WHERE created_at > now() - interval '1 day' AND outcome IS DISTINCT FROM 'expired'
                 UNION ALL
                 SELECT $3, $2, $1, $4 - $5, $5
             ) AS transactions
             GROUP BY account, merchant_id
         ) AS accounts)"
    };
}

/// Whether the sponsor can pay for this. Another process may be quicker: [`record`] decides.
pub async fn has_room(db: impl PgExecutor<'_>, expense: Expense<'_>, budget: Budget) -> sqlx::Result<bool> {
    let Expense { account, to, lamports, rent, .. } = expense;
    sqlx::query_scalar(concat!("SELECT ", has_room!()))
        .bind(to.wallet)
        .bind(to.merchant_id)
        .bind(account)
        .bind(lamports)
        .bind(rent)
        .bind(budget.per_wallet)
        .bind(budget.per_merchant)
        .bind(budget.total)
        .fetch_one(db)
        .await
}

/// Records what the sponsor has signed, before anyone else has it, if it is within the budget; otherwise nobody may
/// get it. The lock lets one be counted after the other, until the end of this transaction. The same signature is of
/// the same bytes, which land once: it is counted once, and may be handed out again.
pub async fn record(
    db: &mut PgConnection,
    sponsorship: NewSponsorship<'_>,
    budget: Budget,
) -> sqlx::Result<bool> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('sponsorships', 0))")
        .execute(&mut *db)
        .await?;
    let NewSponsorship { signature, expense, last_valid_block_height } = sponsorship;
    let Expense { payment_id, account, to, lamports, rent } = expense;
    let recorded = sqlx::query(concat!(
        "INSERT INTO sponsorships (wallet, merchant_id, account, lamports, rent, signature, last_valid_block_height,
             payment_id)
         SELECT $1, $2, $3, $4, $5, $9, $10, $11 WHERE ",
        has_room!(),
        " ON CONFLICT (signature) DO NOTHING"
    ))
    .bind(to.wallet)
    .bind(to.merchant_id)
    .bind(account)
    .bind(lamports)
    .bind(rent)
    .bind(budget.per_wallet)
    .bind(budget.per_merchant)
    .bind(budget.total)
    .bind(signature)
    .bind(last_valid_block_height)
    .bind(payment_id)
    .execute(&mut *db)
    .await?;
    Ok(recorded.rows_affected() == 1 || is_open(db, signature).await?)
}

async fn is_open(db: &mut PgConnection, signature: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM sponsorships WHERE signature = $1 AND outcome IS NULL)")
        .bind(signature)
        .fetch_one(db)
        .await
}

/// What has become of a transaction that the sponsor signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on the chain, and has cost all that was set aside.
    Succeeded,
    /// It is on the chain and has failed: it has cost its fee, and created no account.
    Failed,
    /// It is not on the chain, and never will be: what was set aside for it can be spent again.
    Expired,
}

/// A transaction of which it is not known what has become of it.
#[derive(Clone, Debug, FromRow)]
pub struct Undecided {
    pub id: i64,
    pub signature: String,
}

/// At most `limit` undecided transactions whose last valid block height is below `height`, from behind the id `after`
/// on, in the order of their ids.
pub async fn undecided(
    db: impl PgExecutor<'_>,
    height: i64,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Undecided>> {
    sqlx::query_as(
        "SELECT id, signature FROM sponsorships
         WHERE outcome IS NULL AND last_valid_block_height < $1 AND id > $2
         ORDER BY id LIMIT $3",
    )
    .bind(height)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Notes what has become of transactions, by their ids. What has been decided before stays as it is.
pub async fn decide(db: impl PgExecutor<'_>, decided: &[(i64, Outcome)]) -> sqlx::Result<()> {
    let ids: Vec<i64> = decided.iter().map(|(id, _)| *id).collect();
    let outcomes: Vec<&str> = decided.iter().map(|(_, outcome)| in_row(*outcome)).collect();
    let failed: Vec<bool> = decided.iter().map(|(_, outcome)| *outcome == Outcome::Failed).collect();
    sqlx::query(
        "UPDATE sponsorships s
         SET outcome = u.outcome,
             lamports = CASE WHEN u.failed THEN s.lamports - s.rent ELSE s.lamports END,
             rent = CASE WHEN u.failed THEN 0 ELSE s.rent END
         FROM unnest($1::bigint[], $2::text[], $3::boolean[]) AS u (id, outcome, failed)
         WHERE s.id = u.id AND s.outcome IS NULL",
    )
    .bind(ids)
    .bind(outcomes)
    .bind(failed)
    .execute(db)
    .await
    .map(drop)
}

fn in_row(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded | Outcome::Failed => "landed",
        Outcome::Expired => "expired",
    }
}

/// Forgets at most so many of those that have expired more than [`EXPIRED_KEPT_DAYS`] or landed more than
/// [`LANDED_KEPT_DAYS`] ago.
pub async fn forget(db: impl PgExecutor<'_>, at_most: i64) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM sponsorships WHERE id = ANY(ARRAY(
             SELECT id FROM sponsorships
             WHERE (outcome = 'expired' AND created_at < now() - make_interval(days => $1))
                OR (outcome = 'landed' AND created_at < now() - make_interval(days => $2))
             LIMIT $3))",
    )
    .bind(EXPIRED_KEPT_DAYS)
    .bind(LANDED_KEPT_DAYS)
    .bind(at_most)
    .execute(db)
    .await
    .map(drop)
}
