//! What happens between a pool and its positions, as arithmetic on their states. Times are unix seconds,
//! amounts base units.

use anchor_lang::prelude::*;

use super::{NewPosition, Pool, Position};
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

    /// Whether a stranger may ask `amount` back for a position's owner: when the pool is retired, and
    /// nobody in it has anything more to earn. Only for all of it and while nothing cools down: a
    /// stranger must not be able to begin a cooldown again.
    pub fn lets_go(&self, position: &Position, amount: u64, now: i64) -> bool {
        let all = amount == position.amount && position.cooling == 0;
        all && self.retired != 0 && self.rewards().iter().all(|reward| reward.is_over(now))
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
}
