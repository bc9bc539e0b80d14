//! Campaigns as the chain tells them, with what a merchant says of them.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::listing::Position;
use crate::Amount;
use crate::domain::{CampaignFacts, CampaignKind};

/// What a checkout must know of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Campaign {
    pub mint: String,
    pub token_program: String,
    pub decimals: i16,
    /// Whether donors get a receipt, because they get their money back if the goal is missed.
    pub gives_receipts: bool,
    pub deadline: DateTime<Utc>,
    /// Whether it was called off, or closed, or its end is decided.
    pub has_ended: bool,
}

impl Campaign {
    /// Whether it takes donations at `now`.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.has_ended && now < self.deadline
    }
}

/// The campaign at `address`.
pub async fn find(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<Campaign>> {
    sqlx::query_as(
        "SELECT mint, token_program, decimals, kind = 'all_or_nothing' AS gives_receipts, deadline,
                cancelled OR closed OR (kind = 'all_or_nothing' AND withdrawn + refunded > 0) AS has_ended
         FROM chain.campaigns WHERE address = $1",
    )
    .bind(address)
    .fetch_optional(db)
    .await
}

/// A campaign, as far as it is indexed, with its profile.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct CampaignRecord {
    pub address: String,
    pub creator: String,
    pub beneficiary: String,
    pub mint: String,
    /// The token's name, if it has one here.
    pub symbol: Option<String>,
    pub token_program: String,
    pub decimals: i16,
    /// Who gets the rent of its accounts back.
    pub rent_payer: String,
    pub kind: CampaignKind,
    pub goal: Amount,
    pub raised: Amount,
    pub withdrawn: Amount,
    pub refunded: Amount,
    pub deadline: DateTime<Utc>,
    pub cancelled: bool,
    pub closed: bool,
    /// The slot of its last change.
    pub slot: i64,
    pub donations: i64,
    pub donors: i64,
    pub title: Option<String>,
    pub description: Option<String>,
    pub suggested_amounts: Vec<String>,
    /// Who says so.
    pub merchant_name: Option<String>,
    /// When that was first said.
    pub profiled_at: Option<DateTime<Utc>>,
    /// The chain's time, as far as it is indexed.
    pub now: DateTime<Utc>,
}

impl CampaignRecord {
    pub fn facts(&self) -> CampaignFacts {
        let Self { kind, goal, raised, withdrawn, refunded, deadline, cancelled, closed, .. } = *self;
        CampaignFacts { kind, goal, raised, withdrawn, refunded, deadline, cancelled, closed }
    }

    pub fn decimals(&self) -> u8 {
        self.decimals.unsigned_abs() as u8
    }

    /// Where it stands in its merchant's list.
    pub fn position(&self) -> Option<Position> {
        self.profiled_at.map(|created_at| Position { created_at, id: self.address.clone() })
    }
}

macro_rules! select {
    () => {
        "SELECT c.address, c.creator, c.beneficiary, c.mint, t.symbol, c.token_program, c.decimals, c.rent_payer,
             c.kind, c.goal, c.raised, c.withdrawn, c.refunded, c.deadline, c.cancelled, c.closed, c.slot,
             (SELECT count(*) FROM (SELECT FROM chain.donations WHERE campaign = c.address LIMIT 100000) d) AS donations,
             (SELECT count(DISTINCT d.donor) FROM
                 (SELECT donor FROM chain.donations WHERE campaign = c.address LIMIT 100000) d) AS donors,
             f.title, f.description, coalesce(f.suggested_amounts, '{}') AS suggested_amounts,
             m.name AS merchant_name, f.created_at AS profiled_at, coalesce(k.block_time, now()) AS now
         FROM chain.campaigns c
         LEFT JOIN tokens t ON t.mint = c.mint
         LEFT JOIN campaign_profiles f ON f.address = c.address AND f.wallet IN (c.creator, c.beneficiary)
         LEFT JOIN merchants m ON m.id = f.merchant_id
         LEFT JOIN chain.checkpoint k ON true "
    };
}

/// The whole of the campaign at `address`.
pub async fn show(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<CampaignRecord>> {
    sqlx::query_as(concat!(select!(), "WHERE c.address = $1")).bind(address).fetch_optional(db).await
}

/// At most `limit` campaigns that a merchant has said something of, those after `after`, latest first.
pub async fn of_merchant(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<CampaignRecord>> {
    sqlx::query_as(concat!(
        select!(),
        "WHERE f.merchant_id = $1 AND ($2::timestamptz IS NULL OR (f.created_at, f.address) < ($2, $3))
         ORDER BY f.created_at DESC, f.address DESC LIMIT $4"
    ))
    .bind(merchant_id)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A donation to a campaign.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DonationRecord {
    /// Orders the changes of the campaign.
    pub sequence: i64,
    pub donor: String,
    /// What arrived.
    pub amount: Amount,
    pub signature: String,
    pub donated_at: DateTime<Utc>,
}

/// At most `limit` donations to a campaign, those before the sequence `before`, latest first.
pub async fn donations(
    db: impl PgExecutor<'_>,
    address: &str,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<DonationRecord>> {
    sqlx::query_as(
        "SELECT sequence, donor, amount, signature, donated_at FROM chain.donations
         WHERE campaign = $1 AND ($2::bigint IS NULL OR sequence < $2)
         ORDER BY sequence DESC LIMIT $3",
    )
    .bind(address)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// What a wallet gave to a campaign in all, in base units. More than a `u64` only if it got some of it back.
pub async fn given_by(db: impl PgExecutor<'_>, address: &str, donor: &str) -> sqlx::Result<Amount> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(amount), 0) FROM chain.donations WHERE campaign = $1 AND donor = $2",
    )
    .bind(address)
    .bind(donor)
    .fetch_one(db)
    .await
}

/// A donor's receipt of an all-or-nothing campaign.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReceiptRecord {
    pub address: String,
    /// Who paid its rent, and gets that back.
    pub rent_payer: String,
    /// What goes back if the campaign fails.
    pub amount: Amount,
    /// How it ended: `refunded` or `settled`; nothing while it is open.
    pub outcome: Option<String>,
    /// The slot of its last change.
    pub slot: i64,
}

/// The receipts of a donor, the open ones first.
pub async fn receipts(
    db: impl PgExecutor<'_>,
    address: &str,
    donor: &str,
) -> sqlx::Result<Vec<ReceiptRecord>> {
    sqlx::query_as(
        "SELECT address, rent_payer, amount, outcome, slot FROM chain.receipts
         WHERE campaign = $1 AND donor = $2 ORDER BY outcome IS NOT NULL, address",
    )
    .bind(address)
    .bind(donor)
    .fetch_all(db)
    .await
}
