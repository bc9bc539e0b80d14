//! Campaigns as people see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::Amount;
use till_store::domain::{CampaignKind, CampaignStatus, Money};
use till_store::gateway::campaigns::{CampaignRecord, DonationRecord, ReceiptRecord};
use utoipa::ToSchema;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Campaign {
    /// Its account on the chain, which commits to beneficiary, goal, deadline and kind.
    pub address: String,
    /// What a merchant says of it, if any does.
    pub title: Option<String>,
    pub description: Option<String>,
    /// Who says so.
    pub merchant_name: Option<String>,
    /// The wallet that may call it off.
    pub creator: String,
    /// The wallet that is paid.
    pub beneficiary: String,
    pub mint: String,
    /// The token's name, if it has one here.
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    pub decimals: u8,
    pub kind: CampaignKind,
    pub goal: Money,
    /// What was donated; never falls.
    pub raised: Money,
    /// What of it the beneficiary was paid.
    pub withdrawn: Money,
    /// What of it went back to donors.
    pub refunded: Money,
    /// How many donations there were.
    pub donations: i64,
    /// From how many wallets.
    pub donors: i64,
    pub deadline: DateTime<Utc>,
    /// By the chain's time, as far as it is indexed.
    pub status: CampaignStatus,
    /// In units of the token.
    pub suggested_amounts: Vec<String>,
    /// Where a person gives.
    pub page_url: String,
    /// The same as a Blink.
    pub action_url: String,
}

impl Campaign {
    pub fn new(record: CampaignRecord, public_url: &str) -> Self {
        let decimals = record.decimals();
        let money = |amount| Money::new(amount, decimals);
        Self {
            status: record.facts().status(record.now),
            page_url: format!("{public_url}/campaigns/{}", record.address),
            action_url: format!("{public_url}/actions/donate/{}", record.address),
            address: record.address,
            title: record.title,
            description: record.description,
            merchant_name: record.merchant_name,
            creator: record.creator,
            beneficiary: record.beneficiary,
            mint: record.mint,
            symbol: record.symbol,
            decimals,
            kind: record.kind,
            goal: money(record.goal),
            raised: money(record.raised),
            withdrawn: money(record.withdrawn),
            refunded: money(record.refunded),
            donations: record.donations,
            donors: record.donors,
            deadline: record.deadline,
            suggested_amounts: record.suggested_amounts,
        }
    }
}

/// A donation to a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Donation {
    pub donor: String,
    /// What arrived.
    pub amount: Money,
    pub signature: String,
    pub donated_at: DateTime<Utc>,
    /// Orders the changes of the campaign.
    pub sequence: i64,
}

impl Donation {
    pub fn new(record: DonationRecord, decimals: u8) -> Self {
        let DonationRecord { sequence, donor, amount, signature, donated_at } = record;
        Self { donor, amount: Money::new(amount, decimals), signature, donated_at, sequence }
    }
}

/// What a wallet has given to a campaign, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// What it gave in all, refunds included.
    pub amount: Money,
    /// Whether it can take its money back now.
    pub refundable: bool,
    /// What it can take back, or would if the campaign failed.
    pub owed: Money,
    /// Whether the receipt can be closed, which gives its rent back: the campaign has succeeded.
    pub closable: bool,
    /// How it ended: `refunded` or `settled`; nothing while a receipt is open, and where none is given.
    #[schema(example = "refunded")]
    pub outcome: Option<String>,
}

impl Receipt {
    pub fn new(campaign: &CampaignRecord, given: Amount, receipts: &[ReceiptRecord]) -> Self {
        let facts = campaign.facts();
        let open = || receipts.iter().filter(|receipt| receipt.outcome.is_none());
        let owed = open().map(|receipt| receipt.amount.0).fold(0, u64::saturating_add);
        let is_open = open().next().is_some();
        let outcome = if is_open { None } else { receipts.first().and_then(|first| first.outcome.clone()) };
        let decimals = campaign.decimals();
        Self {
            amount: Money::new(given, decimals),
            refundable: is_open && facts.is_refundable(campaign.now),
            owed: Money::new(Amount(owed), decimals),
            closable: is_open && facts.status(campaign.now) == CampaignStatus::Succeeded,
            outcome,
        }
    }
}
