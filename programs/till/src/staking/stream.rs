use anchor_lang::prelude::*;

use crate::math;

/// An amount that is given out evenly over a time. Amounts are base units, times unix seconds.
#[zero_copy]
#[repr(C)]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// What is given out from the start to the end.
    pub planned: u64,
    /// What of it has been given out.
    pub released: u64,
    /// When it began. Moves on with `ends_at` while nobody is staked.
    pub started_at: i64,
    /// When all of it will be given out.
    pub ends_at: i64,
}

impl Stream {
    pub fn left(&self) -> u64 {
        self.planned - self.released
    }

    /// Whether nothing more is to come after what is due at `now`.
    pub fn is_over(&self, now: i64) -> bool {
        self.left() == 0 || now >= self.ends_at
    }

    /// Takes what has become due up to `now` in whole base units. No rate is stored, so none is rounded:
    /// at the end it is all of it.
    pub fn release(&mut self, now: i64) -> u64 {
        let due = self.due(now);
        self.released += due;
        due
    }

    fn due(&self, now: i64) -> u64 {
        if self.is_over(now) {
            return self.left();
        }
        let elapsed = (now - self.started_at) as u128;
        (u128::from(self.planned) * elapsed / self.duration()) as u64 - self.released
    }

    /// The end moves away by as much as time passes.
    pub fn stand_still(&mut self, seconds: i64) {
        if self.left() > 0 {
            self.started_at += seconds;
            self.ends_at += seconds;
        }
    }

    /// Begins anew at `now`, with `amount` on top of what is left. What was due by then must have been
    /// released.
    pub fn begin_again(&mut self, amount: u64, now: i64, ends_at: i64) -> Result<()> {
        let planned = math::add(self.left(), amount)?;
        *self = Self { planned, released: 0, started_at: now, ends_at };
        Ok(())
    }

    /// Whether this gives in no second less than `other`, nor ends before it.
    pub fn is_no_less_than(&self, other: &Self) -> bool {
        let rate = u128::from(self.planned) * other.duration();
        rate >= u128::from(other.planned) * self.duration() && self.ends_at >= other.ends_at
    }

    fn duration(&self) -> u128 {
        (self.ends_at - self.started_at) as u128
    }
}
