//! Campaigns, what donors gave, and what they would get back.

use chrono::{DateTime, Utc};

use crate::Amount;

/// What becomes of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CampaignState {
    Created(Box<CampaignOpening>),
    Balances(CampaignBalances),
    Cancelled,
    /// The account is gone; the row stays.
    Closed,
}

/// What of a campaign never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignOpening {
    pub creator: String,
    pub beneficiary: String,
    pub mint: String,
    pub campaign_token: String,
    pub token_program: String,
    pub decimals: i16,
    pub rent_payer: String,
    /// The creator's.
    pub campaign_id: u64,
    pub goal: Amount,
    pub deadline: DateTime<Utc>,
    /// `keep_all` or `all_or_nothing`.
    pub kind: &'static str,
    pub salt: i16,
}

/// A campaign's sums after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignBalances {
    pub raised: Amount,
    pub withdrawn: Amount,
    pub refunded: Amount,
    /// How many are open.
    pub receipts: i64,
    /// Numbers the changes of the campaign, from 1.
    pub sequence: i64,
}

/// A receipt after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub campaign: String,
    pub donor: String,
    pub rent_payer: String,
    pub salt: i16,
    /// What the donor gets back if the campaign fails.
    pub amount: Amount,
    /// Numbers the changes of the receipt, from 1.
    pub sequence: i64,
    /// With the last change: the account is gone, the row stays.
    pub outcome: Option<ReceiptOutcome>,
}

/// How a receipt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// The money went back to the donor.
    Refunded,
    /// The money was the beneficiary's.
    Settled,
}

impl ReceiptOutcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Settled => "settled",
        }
    }
}

/// Something was given to a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Donation {
    /// The campaign's, after the donation.
    pub sequence: i64,
    pub donor: String,
    /// Of an all-or-nothing campaign.
    pub receipt: Option<String>,
    /// What arrived.
    pub amount: Amount,
    /// What left the donor for it.
    pub sent: Amount,
    pub donated_at: DateTime<Utc>,
}
