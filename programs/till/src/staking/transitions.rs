//! What can happen to a pool and its positions, as arithmetic on their states. Times are unix seconds,
//! amounts base units.

use anchor_lang::prelude::*;

use super::{NewPosition, Pool, Position, Reward, MAX_REWARDS};
use crate::{math, TillError};

impl Pool {
    /// A new position with nothing in it, which counts from now on.
    pub fn open_position(&mut self, new: NewPosition) -> Result<Position> {
        self.positions = math::add(self.positions, 1)?;
        Ok(Position::opened(new, self.rewards()))
    }

    /// `amount` is added to a position of this pool. The whole position is locked from now on for as
    /// long as its tier says: whoever adds to a stake near its end begins again.
    pub fn stake(&mut self, position: &mut Position, amount: u64, now: i64) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        self.require_not_retired()?;
        let lock = i64::from(self.tier(position.tier)?.lock_seconds);
        self.reweigh(position, math::add(position.amount, amount)?, now)?;
        position.unlock_at = position.unlock_at.max(now + lock);
        position.changed()?;
        self.changed()
    }

    /// `amount` of a position stops earning and cools down. What is still cooling down from before
    /// begins again with it; what has already cooled down must be withdrawn first, so that it never
    /// waits a second time.
    pub fn request_unstake(&mut self, position: &mut Position, amount: u64, now: i64) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        require!(amount <= position.amount, TillError::AmountAboveStaked);
        require!(now >= position.unlock_at, TillError::StakeLocked);
        require!(position.cooling == 0 || now < position.available_at, TillError::WithdrawFirst);
        self.reweigh(position, position.amount - amount, now)?;
        position.cooling = math::add(position.cooling, amount)?;
        self.cooling = math::add(self.cooling, amount)?;
        position.available_at = position.available_at.max(now + i64::from(self.cooldown_seconds));
        position.changed()?;
        self.changed()
    }

    /// Everything that has cooled down leaves; returns how much.
    pub fn withdraw(&mut self, position: &mut Position, now: i64) -> Result<u64> {
        require!(position.cooling > 0, TillError::NothingCooling);
        require!(now >= position.available_at, TillError::StillCooling);
        let amount = std::mem::take(&mut position.cooling);
        self.cooling = math::sub(self.cooling, amount)?;
        position.changed()?;
        self.changed()?;
        Ok(amount)
    }

    /// Everything that a position can claim of one reward leaves; returns how much. The other rewards
    /// are not looked at.
    pub fn claim(&mut self, position: &mut Position, index: u8, now: i64) -> Result<u64> {
        let weighted = self.weighted;
        let reward = self.reward_mut(index)?;
        reward.accrue(weighted, now);
        position.settle(usize::from(index), reward);
        let amount = position.take_owed(usize::from(index));
        require!(amount > 0, TillError::NothingToClaim);
        reward.claimed = math::add(reward.claimed, amount)?;
        position.changed()?;
        self.changed()?;
        Ok(amount)
    }

    /// The last transition of a position. What is owed to it by then is given up; fractions of a base
    /// unit always are.
    pub fn close_position(&mut self, position: &mut Position) -> Result<()> {
        require!(position.is_empty(), TillError::PositionNotEmpty);
        self.positions = math::sub(self.positions, 1)?;
        position.changed()?;
        self.changed()
    }

    /// Plans the emission of `amount`; see [`Reward::plan`].
    pub fn fund(&mut self, index: u8, amount: u64, seconds: u32, now: i64) -> Result<()> {
        self.require_not_retired()?;
        let weighted = self.weighted;
        let reward = self.reward_mut(index)?;
        reward.accrue(weighted, now);
        reward.plan(amount, seconds)?;
        self.changed()
    }

    /// The reward that fee income of `amount` in `mint` would be shared out as, if there is one and
    /// anybody is staked.
    pub fn earner(&self, mint: &Pubkey, amount: u64) -> Option<u8> {
        let index = self.rewards().iter().position(|reward| reward.mint == *mint)?;
        (self.weighted > 0 && self.rewards[index].has_room_for(amount)).then_some(index as u8)
    }

    /// `amount` of fee income has come in for an [`Self::earner`], and is shared out at once.
    pub fn earn(&mut self, index: u8, amount: u64, now: i64) -> Result<()> {
        let weighted = self.weighted;
        let reward = self.reward_mut(index)?;
        reward.accrue(weighted, now);
        reward.earn(amount, weighted)?;
        self.changed()
    }

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

    /// Offers the authority's place, in exchange for any earlier offer; to the zero address is to nobody.
    pub fn propose_authority(&mut self, new_authority: Pubkey) -> Result<()> {
        self.pending_authority = new_authority;
        self.changed()
    }

    /// The wallet that has the offer takes the authority's place.
    pub fn accept_authority(&mut self) -> Result<()> {
        self.authority = std::mem::take(&mut self.pending_authority);
        self.changed()
    }

    /// The authority gives the pool up, for good.
    pub fn retire(&mut self) -> Result<()> {
        self.require_not_retired()?;
        self.retired = 1;
        self.changed()
    }

    /// The last transition of a pool, when it has neither positions nor rewards.
    pub fn close(&mut self) -> Result<()> {
        require!(self.positions == 0 && self.reward_count == 0, TillError::PoolInUse);
        self.changed()
    }

    /// Changes what a position has staked, after everybody's earnings up to `now` have been counted.
    fn reweigh(&mut self, position: &mut Position, amount: u64, now: i64) -> Result<()> {
        for (index, reward) in self.rewards[..usize::from(self.reward_count)].iter_mut().enumerate() {
            reward.accrue(self.weighted, now);
            position.settle(index, reward);
        }
        let weighted = math::bps_of(amount, self.tier(position.tier)?.weight_bps)?;
        self.staked = math::add(math::sub(self.staked, position.amount)?, amount)?;
        self.weighted = math::add(math::sub(self.weighted, position.weighted)?, weighted)?;
        position.amount = amount;
        position.weighted = weighted;
        Ok(())
    }

    fn reward_mut(&mut self, index: u8) -> Result<&mut Reward> {
        let count = usize::from(self.reward_count);
        Ok(self.rewards[..count].get_mut(usize::from(index)).ok_or(TillError::NoSuchReward)?)
    }
}

/// A mint for a pool to pay rewards in.
pub struct NewReward {
    pub mint: Pubkey,
    pub reward_token: Pubkey,
    pub rent_payer: Pubkey,
}
