use anchor_lang::prelude::*;

use crate::TillError;

/// How far a schedule may reach back and ahead: ten years, in seconds.
pub const MAX_VESTING_SECONDS: i64 = 10 * 365 * 86_400;

/// What a grantor gives, to whom, and when it becomes theirs.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct VestingTerms {
    /// Tells the vestings of the same grantor and beneficiary apart.
    pub id: u64,
    /// The wallet that is paid.
    pub beneficiary: Pubkey,
    /// What vests in all, in base units of the mint; exactly this is put aside.
    pub total: u64,
    /// Unix seconds. From here on it vests linearly; may lie in the past.
    pub start: i64,
    /// Unix seconds. Before it nothing has vested; at it what has vested since the start.
    pub cliff: i64,
    /// Unix seconds. From it on everything has vested.
    pub end: i64,
    /// Whether the grantor may take back what has not vested.
    pub revocable: bool,
}

impl VestingTerms {
    /// What must hold for a vesting to be created at `now` (unix seconds).
    pub fn require_valid(&self, now: i64) -> Result<()> {
        require_keys_neq!(self.beneficiary, Pubkey::default(), TillError::ZeroAddress);
        require!(self.total > 0, TillError::AmountZero);
        let in_order = self.start <= self.cliff && self.cliff <= self.end && self.start < self.end;
        let near = now.saturating_sub(self.start) <= MAX_VESTING_SECONDS
            && self.end.saturating_sub(now) <= MAX_VESTING_SECONDS;
        require!(in_order && near, TillError::ScheduleOutOfBounds);
        Ok(())
    }
}
