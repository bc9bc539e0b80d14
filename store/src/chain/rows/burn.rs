//! Burn records, and each burn.

use chrono::{DateTime, Utc};

use crate::Amount;

/// What becomes of a burn record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BurnRecordState {
    /// Empty, whatever stood at this address before: that of a mint that was no more.
    Opened {
        mint: String,
        decimals: i16,
        rent_payer: String,
    },
    Totals(BurnTotals),
    /// The account is gone.
    Closed,
}

/// A burn record's totals after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurnTotals {
    pub burned_by_holders: Amount,
    pub burned_from_fees: Amount,
    /// Numbers the burns since the record was opened, from 1.
    pub sequence: i64,
}

/// Tokens were burned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burn {
    /// The record's, after the burn.
    pub sequence: i64,
    pub mint: String,
    /// Whose tokens they were; nobody's when they were fees.
    pub owner: Option<String>,
    pub amount: Amount,
    pub burned_at: DateTime<Utc>,
}
