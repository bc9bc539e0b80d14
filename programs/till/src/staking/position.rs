use anchor_lang::prelude::*;

use super::{Fixed, Reward, MAX_REWARDS};
use crate::{
    events::{PositionBalances, PositionRef},
    math, TillError,
};

/// What a position has earned of one reward of its pool.
#[zero_copy]
#[repr(C)]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// The reward's `per_share` up to which `owed` is counted.
    pub counted: Fixed,
    /// What is not claimed yet, in base units. Nothing is rounded here, so that it makes no difference
    /// how often somebody claims; the fraction of a base unit waits until it is whole.
    pub owed: Fixed,
}

/// A stake of one owner in one tier of a pool, at `["position", pool, owner, salt]`. An owner may have
/// many, each with its own salt.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Position {
    /// Where the stake is.
    pub pool: Pubkey,
    /// The wallet that staked, and the only one that stake and rewards go to.
    pub owner: Pubkey,
    /// Who paid this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// What is staked and earns, in base units.
    pub amount: u64,
    /// What it weighs: the amount times the weight of its tier, rounded down.
    pub weighted: u64,
    /// What is on its way out and earns nothing, in base units.
    pub cooling: u64,
    /// From when on the stake can be asked back, in unix seconds.
    pub unlock_at: i64,
    /// From when on what cools down can be withdrawn, in unix seconds.
    pub available_at: i64,
    /// By the index of the pool's rewards.
    pub rewards: [Earned; MAX_REWARDS],
    /// How many transitions there have been.
    pub sequence: u64,
    /// Which of the pool's tiers this is.
    pub tier: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 7],
}

/// Whose position, and where.
pub struct NewPosition {
    /// Where the stake is.
    pub pool: Pubkey,
    pub owner: Pubkey,
    pub rent_payer: Pubkey,
    pub tier: u8,
}

impl Position {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// A position with nothing in it, which earns from now on and nothing of what was before.
    pub fn opened(new: NewPosition, rewards: &[Reward]) -> Self {
        let NewPosition { pool, owner, rent_payer, tier } = new;
        let mut position = Self { pool, owner, rent_payer, tier, ..bytemuck::Zeroable::zeroed() };
        for (earned, reward) in position.rewards.iter_mut().zip(rewards) {
            earned.counted = reward.per_share;
        }
        position
    }

    /// Counts what the position has earned of a reward since the last time. Before its weight changes
    /// this must have been done for every reward.
    pub fn settle(&mut self, index: usize, reward: &Reward) {
        let earned = &mut self.rewards[index];
        let since = reward.per_share.bits() - earned.counted.bits();
        earned.owed = Fixed::from_bits(earned.owed.bits() + u128::from(self.weighted) * since);
        earned.counted = reward.per_share;
    }

    /// Takes what can be claimed of a reward, in base units.
    pub fn take_owed(&mut self, index: usize) -> u64 {
        std::mem::take(&mut self.rewards[index].owed.whole)
    }

    /// What can be claimed of each reward, in base units, as far as it has been counted.
    pub fn owed(&self) -> [u64; MAX_REWARDS] {
        self.rewards.map(|earned| earned.owed.whole)
    }

    pub fn is_empty(&self) -> bool {
        self.amount == 0 && self.cooling == 0
    }

    pub fn balances(&self) -> PositionBalances {
        let Self { amount, weighted, cooling, unlock_at, available_at, sequence, .. } = *self;
        PositionBalances { amount, weighted, cooling, unlock_at, available_at, sequence }
    }

    pub fn about(&self, position: Pubkey) -> PositionRef {
        PositionRef { position, pool: self.pool, owner: self.owner }
    }

    pub fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        math::add(self.amount, self.cooling)?;
        require!(self.weighted >= self.amount, TillError::InvariantViolated);
        Ok(())
    }
}
