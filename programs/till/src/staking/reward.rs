use anchor_lang::prelude::*;

use super::{Fixed, Stream};
use crate::{events::RewardBalances, math, TillError};

/// The longest emission plan: four years, in seconds.
pub const MAX_PLAN_SECONDS: u32 = 4 * 365 * 86_400;
/// The time over which fee income is given out: seven days, in seconds.
pub const INCOME_SECONDS: i64 = 7 * 86_400;

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
    /// The running emission plan.
    pub plan: Stream,
    /// Fee income, over [`INCOME_SECONDS`].
    pub income: Stream,
    /// Up to when plan and income are shared out, in unix seconds.
    pub updated_at: i64,
}

impl Reward {
    /// Shares out what plan and income give up to `now` (unix seconds) among `weighted`, the sum of all
    /// weights. Without any both stand still: their ends move away by as much as time passes.
    ///
    /// The clock may go back by seconds; the reward's own time does not.
    pub fn accrue(&mut self, weighted: u64, now: i64) {
        let now = now.max(self.updated_at);
        if weighted == 0 {
            let seconds = now - self.updated_at;
            self.plan.stand_still(seconds);
            self.income.stand_still(seconds);
        } else {
            let due = self.plan.release(now) + self.income.release(now);
            self.share_out(due, weighted);
        }
        self.updated_at = now;
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
    /// it never pays less in a second than the running one, nor ends before it.
    pub fn fund(&mut self, amount: u64, seconds: u32) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        require!((1..=MAX_PLAN_SECONDS).contains(&seconds), TillError::PlanOutOfBounds);
        let (mut plan, now) = (self.plan, self.updated_at);
        plan.begin_again(amount, now, now + i64::from(seconds))?;
        let kept = self.plan.left() == 0 || plan.is_no_less_than(&self.plan);
        require!(kept, TillError::PlanThinned);
        self.funded = math::add(self.funded, amount)?;
        self.plan = plan;
        Ok(())
    }

    /// Fee income of `amount` has come in, and is given out over [`INCOME_SECONDS`] with what is left of
    /// earlier income: who comes just before a sweep earns nothing of what took months to gather.
    /// Everything is shared out up to now already; see [`Self::accrue`].
    ///
    /// All of it ends at the mean of both ends, weighted by the amounts, and never earlier than before.
    /// So dust, which anyone can sweep at any time, moves the end by no more than it adds; and what is
    /// left always flows at least as if it had [`INCOME_SECONDS`] to go.
    pub fn earn(&mut self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let (left, now) = (self.income.left(), self.updated_at);
        let to_go = if left > 0 { self.income.ends_at - now } else { 0 };
        let longer = u128::from(amount) * (INCOME_SECONDS - to_go) as u128;
        let later = longer / (u128::from(left) + u128::from(amount));
        self.income.begin_again(amount, now, now + to_go + later as i64)?;
        self.funded = math::add(self.funded, amount)?;
        Ok(())
    }

    /// Whether `amount` more would be within what a reward can take in over its life.
    pub fn has_room_for(&self, amount: u64) -> bool {
        self.funded.checked_add(amount).is_some()
    }

    /// What of plan and income is not shared out yet, in base units.
    pub fn left(&self) -> u64 {
        self.plan.left() + self.income.left()
    }

    /// Whether nothing more is shared out after what is due at `now`, unless something new comes in.
    pub fn is_over(&self, now: i64) -> bool {
        self.plan.is_over(now) && self.income.is_over(now)
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
        let Self { plan, income, .. } = self;
        let released = plan.released <= plan.planned && income.released <= income.planned;
        let consistent = released && math::add(plan.left(), income.left())? <= self.unclaimed()?;
        require!(consistent, TillError::InvariantViolated);
        Ok(())
    }
}
