//! Money that the program holds.

use super::EventKey;

/// A part of what a vault, campaign, pool or vesting holds, or what is outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    External,
    /// Of a vault, as the next two.
    Escrow,
    Balance,
    Fees,
    /// Of a campaign.
    Donations,
    /// Of a pool, as the next one: what is staked and what cools down.
    Stake,
    /// What came in for stakers, and nobody has claimed.
    Rewards,
    /// Of a vesting.
    Vesting,
}

impl Account {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Escrow => "escrow",
            Self::Balance => "balance",
            Self::Fees => "fees",
            Self::Donations => "donations",
            Self::Stake => "stake",
            Self::Rewards => "rewards",
            Self::Vesting => "vesting",
        }
    }
}

/// One side of a movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub key: EventKey,
    pub line: i16,
    /// The vault, campaign, pool or vesting.
    pub owner: String,
    pub account: Account,
    /// Where the event tells; else it is the owner's.
    pub mint: Option<String>,
    /// Into the account, or out of it (negative). Never zero.
    pub amount: i128,
}
