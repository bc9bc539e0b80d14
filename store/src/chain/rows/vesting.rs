//! Vestings.

use chrono::{DateTime, Utc};

use crate::Amount;

/// What becomes of a vesting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VestingState {
    /// Whatever stood at this address before: one that was closed can be created again, in another mint
    /// too, and numbers its changes anew.
    Created(Box<VestingOpening>),
    Balances(VestingBalances),
    /// Nothing vests any more from then on.
    Revoked(DateTime<Utc>),
    /// The account is gone; the row stays.
    Closed,
}

/// What of a vesting never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VestingOpening {
    pub grantor: String,
    pub beneficiary: String,
    pub mint: String,
    pub vesting_token: String,
    pub token_program: String,
    pub decimals: i16,
    pub rent_payer: String,
    /// The grantor's.
    pub vesting_id: u64,
    pub total: Amount,
    pub starts_at: DateTime<Utc>,
    pub cliff_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub revocable: bool,
    pub salt: i16,
}

/// A vesting's sums after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VestingBalances {
    pub claimed: Amount,
    pub returned: Amount,
    /// Numbers the changes since it was created, from 1.
    pub sequence: i64,
}
