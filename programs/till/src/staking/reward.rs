use anchor_lang::prelude::*;

use super::Fixed;
use crate::{events::RewardBalances, math, TillError};

/// The longest emission plan: four years, in seconds.
pub const MAX_PLAN_SECONDS: u32 = 4 * 365 * 86_400;

/// One mint in which a pool pays rewards.
///
/// Over its life a reward takes in at most 2^64 base units, and the lowest weight that they are shared
/// among is one. So `per_share`, and what a position is owed, never outgrow a [`Fixed`], and nothing that
/// a way out has to compute here can fail.
///
/// Each sharing rounds down, by less than one base unit in all. What that leaves stays in the token
/// account, counted as unclaimed, until the reward is removed.
#[zero_copy]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Reward {
    /// What the reward is paid in.
    pub mint: Pubkey,
    /// The pool's associated token account for the mint. That of the stakes, when the mint is theirs.
    pub reward_token: Pubkey,
    /// Who paid the rent of the token account and gets it back.
    pub rent_payer: Pubkey,
    /// What one unit of weight has earned since the reward was added, in base units.
    pub per_share: Fixed,
    /// Everything that ever came in, by plans and as fee income, in base units.
    pub funded: u64,
    /// Everything that stakers have claimed, in base units.
    pub claimed: u64,
    /// What the running emission plan distributes from its start to its end, in base units.
    pub planned: u64,
    /// What of it has been shared out.
    pub released: u64,
    /// When the plan began, in unix seconds. Moves on with `ends_at` while nobody is staked.
    pub started_at: i64,
    /// When all of the plan will be shared out, in unix seconds.
    pub ends_at: i64,
    /// Up to when emissions are shared out, in unix seconds.
    pub updated_at: i64,
}

impl Reward {
    /// Shares out what the plan gives up to `now` (unix seconds) among `weighted`, the sum of all
    /// weights. Without any the plan stands still: its end moves away by as much as time passes.
    ///
    /// The clock may go back by seconds; the reward's own time does not.
    pub fn accrue(&mut self, weighted: u64, now: i64) {
        let now = now.max(self.updated_at);
        if weighted == 0 {
            self.stand_still(now - self.updated_at);
        } else {
            let due = self.due(now);
            self.released += due;
            self.share_out(due, weighted);
        }
        self.updated_at = now;
    }

    fn stand_still(&mut self, seconds: i64) {
        if self.left() > 0 {
            self.started_at += seconds;
            self.ends_at += seconds;
        }
    }

    /// What the plan has given up to `now` in whole base units, without what is shared out already. No
    /// rate is stored, so none is rounded: at the end of the plan it is all of it.
    fn due(&self, now: i64) -> u64 {
        if now >= self.ends_at {
            return self.left();
        }
        let elapsed = (now - self.started_at) as u128;
        let duration = (self.ends_at - self.started_at) as u128;
        (u128::from(self.planned) * elapsed / duration) as u64 - self.released
    }

    /// `weighted` is not zero.
    fn share_out(&mut self, amount: u64, weighted: u64) {
        if amount > 0 {
            let more = Fixed::quotient(amount, weighted);
            self.per_share = Fixed::from_bits(self.per_share.bits() + more.bits());
        }
    }

    /// `amount` has come in, to be distributed evenly over `seconds` from now on with what the running
    /// plan has left. Everything is shared out up to now already; see [`Self::accrue`].
    ///
    /// Stakers who have locked their stake rely on what is planned: a new plan may go on for longer, but
    /// it never pays less in a second than the running one.
    pub fn plan(&mut self, amount: u64, seconds: u32) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        require!((1..=MAX_PLAN_SECONDS).contains(&seconds), TillError::PlanOutOfBounds);
        let (left, now) = (self.left(), self.updated_at);
        let planned = math::add(left, amount)?;
        let duration = (self.ends_at - self.started_at) as u128;
        let no_less = u128::from(planned) * duration >= u128::from(self.planned) * u128::from(seconds);
        require!(left == 0 || no_less, TillError::PlanThinned);
        self.funded = math::add(self.funded, amount)?;
        self.planned = planned;
        self.released = 0;
        self.started_at = now;
        self.ends_at = now + i64::from(seconds);
        Ok(())
    }

    /// `amount` has come in and is shared out at once among `weighted`, which is not zero.
    pub fn earn(&mut self, amount: u64, weighted: u64) -> Result<()> {
        self.funded = math::add(self.funded, amount)?;
        self.share_out(amount, weighted);
        Ok(())
    }

    /// Whether `amount` more would be within what a reward can take in over its life.
    pub fn has_room_for(&self, amount: u64) -> bool {
        self.funded.checked_add(amount).is_some()
    }

    /// What of the running plan is not shared out yet, in base units.
    pub fn left(&self) -> u64 {
        self.planned - self.released
    }

    /// What the token account must hold of this reward at least, in base units.
    pub fn unclaimed(&self) -> Result<u64> {
        Ok(math::sub(self.funded, self.claimed)?)
    }

    /// The accounts that an instruction names must be those of this reward.
    pub fn require_accounts(&self, mint: &Pubkey, reward_token: &Pubkey) -> Result<()> {
        require_keys_eq!(*mint, self.mint, TillError::WrongMint);
        require_keys_eq!(*reward_token, self.reward_token, ErrorCode::ConstraintHasOne);
        Ok(())
    }

    pub fn balances(&self) -> RewardBalances {
        let Self { funded, claimed, .. } = *self;
        RewardBalances { funded, claimed }
    }

    pub fn invariant(&self) -> Result<()> {
        let consistent = self.released <= self.planned && self.left() <= self.unclaimed()?;
        require!(consistent, TillError::InvariantViolated);
        Ok(())
    }
}
