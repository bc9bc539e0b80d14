use anchor_lang::prelude::*;

use crate::{Tier, MAX_REWARDS};

/// A pool's sums after the event. `sequence` numbers a pool's changes without a gap.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolBalances {
    pub staked: u64,
    pub cooling: u64,
    pub weighted: u64,
    pub positions: u64,
    pub sequence: u64,
}

/// A reward's sums after the event. What has been shared out follows from the pool's events: each that
/// changes it says `at` which time, in unix seconds, and the pool's own arithmetic does the rest.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardBalances {
    pub funded: u64,
    pub claimed: u64,
}

/// A position's amounts and times after the event. `sequence` numbers a position's transitions from 1.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionBalances {
    pub amount: u64,
    pub weighted: u64,
    pub cooling: u64,
    pub unlock_at: i64,
    pub available_at: i64,
    pub sequence: u64,
}

/// Which position an event is about.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRef {
    pub position: Pubkey,
    pub pool: Pubkey,
    pub owner: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolCreated {
    pub pool: Pubkey,
    pub founder: Pubkey,
    pub index: u16,
    pub authority: Pubkey,
    pub rent_payer: Pubkey,
    pub stake_mint: Pubkey,
    pub stake_token: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub cooldown_seconds: u32,
    pub tiers: Vec<Tier>,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAuthorityProposed {
    pub pool_address: Pubkey,
    /// The zero address when an offer was taken back.
    pub pending_authority: Pubkey,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAuthorityAccepted {
    pub pool_address: Pubkey,
    pub authority: Pubkey,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRetired {
    pub pool_address: Pubkey,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolClosed {
    pub pool_address: Pubkey,
    pub rent_payer: Pubkey,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardAdded {
    pub pool_address: Pubkey,
    pub index: u8,
    pub mint: Pubkey,
    pub reward_token: Pubkey,
    pub rent_payer: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub at: i64,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardFunded {
    pub pool_address: Pubkey,
    pub index: u8,
    pub mint: Pubkey,
    /// What arrived.
    pub amount: u64,
    /// What was sent for it: more than `amount` when the mint charges a transfer fee.
    pub sent: u64,
    /// How long the plan goes on from `at`, with what the last one had left.
    pub seconds: u32,
    pub at: i64,
    pub reward: RewardBalances,
    pub pool: PoolBalances,
}

/// Fee income, given out over the next days; see `Reward::earn`.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardEarned {
    pub pool_address: Pubkey,
    pub index: u8,
    pub mint: Pubkey,
    /// What arrived.
    pub amount: u64,
    pub at: i64,
    pub reward: RewardBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardRemoved {
    pub pool_address: Pubkey,
    /// The last reward has this index from now on.
    pub index: u8,
    pub mint: Pubkey,
    pub reward: RewardBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staked {
    pub about: PositionRef,
    pub rent_payer: Pubkey,
    pub tier: u8,
    /// What arrived.
    pub amount: u64,
    /// What was sent for it: more than `amount` when the mint charges a transfer fee.
    pub sent: u64,
    pub at: i64,
    pub position: PositionBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardClaimed {
    pub about: PositionRef,
    pub index: u8,
    pub mint: Pubkey,
    pub owner_token: Pubkey,
    /// What left the pool.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub at: i64,
    pub reward: RewardBalances,
    pub position: PositionBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnstakeRequested {
    pub about: PositionRef,
    pub amount: u64,
    pub at: i64,
    pub position: PositionBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StakeWithdrawn {
    pub about: PositionRef,
    pub owner_token: Pubkey,
    /// What left the pool.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub position: PositionBalances,
    pub pool: PoolBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionClosed {
    pub about: PositionRef,
    pub rent_payer: Pubkey,
    /// What the owner gave up of each reward, by its index.
    pub given_up: [u64; MAX_REWARDS],
    pub position: PositionBalances,
    pub pool: PoolBalances,
}
