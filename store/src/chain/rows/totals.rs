//! What is summed up by day, as one event adds to it. Days are those of UTC.

use chrono::NaiveDate;

use super::EventKey;
use crate::Amount;

/// A transaction of a merchant's payment, or a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub key: EventKey,
    pub day: NaiveDate,
    pub merchant: String,
    pub vault: String,
    /// Where the event tells; else it is the vault's.
    pub mint: Option<String>,
    /// As transactions are named, or `payout`.
    pub kind: &'static str,
    pub amount: Amount,
    /// Of captured money, as the next two: the amount is all three of them.
    pub fees: Amount,
    /// What payees beside the merchant got.
    pub shared: Amount,
    pub net: Amount,
    /// What went back to the payer beside the amount.
    pub returned: Amount,
}

/// Fees of the protocol that were divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeTotal {
    pub key: EventKey,
    pub day: NaiveDate,
    pub mint: String,
    pub kind: FeeKind,
    pub treasury: Amount,
    pub stakers: Amount,
    pub burned: Amount,
}

/// Where divided fees came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeKind {
    /// Out of a vault.
    Sweep,
    /// Out of what a mint with a transfer fee had withheld.
    Harvest,
}

impl FeeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::Harvest => "harvest",
        }
    }
}
