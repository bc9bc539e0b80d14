//! Pools, their rewards, and the positions in them.

use chrono::{DateTime, Utc};

use crate::Amount;

/// What becomes of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolState {
    /// Empty, whatever stood at this address before: one that was closed can be created again, and numbers
    /// its changes anew.
    Created(Box<PoolOpening>),
    Balances(PoolBalances),
    /// Nothing is an offer that was taken back.
    AuthorityProposed(Option<String>),
    /// Nobody has an offer any more.
    AuthorityAccepted(String),
    Retired,
    /// The account is gone.
    Closed,
}

/// A pool as it was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOpening {
    pub founder: String,
    pub index: i32,
    pub authority: String,
    pub rent_payer: String,
    pub stake_mint: String,
    pub stake_token: String,
    pub token_program: String,
    pub decimals: i16,
    pub terms_hash: Vec<u8>,
    pub cooldown_seconds: i64,
    /// Of each tier, in the order of the terms.
    pub lock_seconds: Vec<i64>,
    /// Likewise.
    pub weight_bps: Vec<i32>,
}

/// A pool's sums after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolBalances {
    pub staked: Amount,
    pub cooling: Amount,
    pub weighted: Amount,
    /// How many are open.
    pub positions: i64,
    /// Numbers the changes since it was created, from 1.
    pub sequence: i64,
}

/// A change of the pool's reward in `mint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardChange {
    pub mint: String,
    pub state: RewardState,
}

/// What becomes of a reward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RewardState {
    /// Behind the others; nothing is funded yet.
    Added {
        index: i16,
        reward_token: String,
        token_program: String,
        decimals: i16,
        rent_payer: String,
    },
    Balances(RewardBalances),
    /// The last one has this index from now on.
    Removed {
        index: i16,
    },
}

/// A reward's sums after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardBalances {
    pub funded: Amount,
    pub claimed: Amount,
}

/// What becomes of a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PositionState {
    /// All of it, whatever stood at this address before.
    Staked {
        pool: String,
        owner: String,
        rent_payer: String,
        tier: i16,
        balances: PositionBalances,
    },
    Balances(PositionBalances),
    /// The account is gone.
    Closed,
}

/// A position's amounts and times after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionBalances {
    pub amount: Amount,
    pub weighted: Amount,
    pub cooling: Amount,
    pub unlock_at: DateTime<Utc>,
    /// Nothing before any of it was asked back.
    pub available_at: Option<DateTime<Utc>>,
    /// Numbers the changes since it was opened, from 1.
    pub sequence: i64,
}
