use anchor_lang::prelude::*;

use crate::{math::BPS, TillError};

/// The most tiers that a pool can have.
pub const MAX_TIERS: usize = 4;
/// The longest that a tier may lock a stake: two years, in seconds.
pub const MAX_LOCK_SECONDS: u32 = 2 * 365 * 86_400;
/// The longest that a stake may cool down: 30 days, in seconds.
pub const MAX_COOLDOWN_SECONDS: u32 = 30 * 86_400;
/// The shortest time for which a stake is bound, lock and cooldown together: one day, in seconds. Whoever
/// wants a part of what is given out must not be able to come with borrowed money and to go in the same
/// transaction.
pub const MIN_BOUND_SECONDS: u32 = 86_400;
/// The lowest weight of a tier, in basis points of the amount staked: that amount.
pub const MIN_WEIGHT_BPS: u16 = BPS as u16;
/// The highest weight of a tier, in basis points of the amount staked: five times that amount.
pub const MAX_WEIGHT_BPS: u16 = 5 * BPS as u16;

/// What a staker chooses: how long the stake is locked, and how much it weighs when rewards are shared.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From staking on, in seconds.
    pub lock_seconds: u32,
    /// In basis points of the amount staked; 10,000 is once.
    pub weight_bps: u16,
}

impl Tier {
    /// What a tier of a pool with this cooldown must keep to.
    pub fn require_within_bounds(&self, cooldown_seconds: u32) -> Result<()> {
        let weight = (MIN_WEIGHT_BPS..=MAX_WEIGHT_BPS).contains(&self.weight_bps);
        let lock = self.lock_seconds <= MAX_LOCK_SECONDS;
        let bound = self.lock_seconds.saturating_add(cooldown_seconds) >= MIN_BOUND_SECONDS;
        require!(weight && lock && bound, TillError::PoolOutOfBounds);
        Ok(())
    }
}
