//! What happens to the rewards of a pool, as arithmetic on its state. Times are unix seconds, amounts base
//! units.

use anchor_lang::prelude::*;

use super::{Pool, Reward, MAX_REWARDS};
use crate::TillError;

/// A mint for a pool to pay rewards in.
pub struct NewReward {
    pub mint: Pubkey,
    pub reward_token: Pubkey,
    pub rent_payer: Pubkey,
}

impl Pool {
    /// Adds a reward behind the others and returns its index. Nothing is funded yet.
    pub fn add_reward(&mut self, new: NewReward, now: i64) -> Result<u8> {
        self.require_not_retired()?;
        let index = self.reward_count;
        require!(usize::from(index) < MAX_REWARDS, TillError::TooManyRewards);
        let known = self.rewards().iter().any(|reward| reward.mint == new.mint);
        require!(!known, TillError::RewardExists);
        let NewReward { mint, reward_token, rent_payer } = new;
        let nothing = <Reward as bytemuck::Zeroable>::zeroed();
        self.rewards[usize::from(index)] =
            Reward { mint, reward_token, rent_payer, updated_at: now, ..nothing };
        self.reward_count = index + 1;
        self.changed()?;
        Ok(index)
    }

    /// Plans the emission of `amount`; see [`Reward::fund`].
    pub fn fund(&mut self, index: u8, amount: u64, seconds: u32, now: i64) -> Result<()> {
        self.require_not_retired()?;
        let weighted = self.weighted;
        let reward = self.reward_mut(index)?;
        reward.accrue(weighted, now);
        reward.fund(amount, seconds)?;
        self.changed()
    }

    /// The reward that fee income of `amount` in `mint` would be given out as, if there is one, anybody
    /// is staked, and the pool is not retired.
    pub fn earner(&self, mint: &Pubkey, amount: u64) -> Option<u8> {
        let index = self.rewards().iter().position(|reward| reward.mint == *mint)?;
        let open = self.weighted > 0 && self.retired == 0;
        (open && self.rewards[index].has_room_for(amount)).then_some(index as u8)
    }

    /// `amount` of fee income has come in for an [`Self::earner`]; see [`Reward::earn`].
    pub fn earn(&mut self, index: u8, amount: u64, now: i64) -> Result<()> {
        let weighted = self.weighted;
        let reward = self.reward_mut(index)?;
        reward.accrue(weighted, now);
        reward.earn(amount)?;
        self.changed()
    }

    /// Forgets a reward; the last one takes its index. Only while no position is open, because positions
    /// know rewards by their index.
    pub fn remove_reward(&mut self, index: u8) -> Result<Reward> {
        require!(self.positions == 0, TillError::PoolInUse);
        let removed = *self.reward(index)?;
        let last = usize::from(self.reward_count) - 1;
        self.rewards.swap(usize::from(index), last);
        self.rewards[last] = bytemuck::Zeroable::zeroed();
        self.reward_count -= 1;
        self.changed()?;
        Ok(removed)
    }

    pub fn reward_mut(&mut self, index: u8) -> Result<&mut Reward> {
        let count = usize::from(self.reward_count);
        Ok(self.rewards[..count].get_mut(usize::from(index)).ok_or(TillError::NoSuchReward)?)
    }
}
