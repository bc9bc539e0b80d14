use anchor_lang::prelude::*;

use crate::{events::VestingBalances, math, pda, TillError};

/// A vesting, at `["vesting", grantor, beneficiary, id, salt]`.
///
/// It owns one token account, which always holds at least what is owed: the total, less what was
/// claimed and returned. Anything beyond, which anyone may send, is the beneficiary's at the end.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Vesting {
    /// Put the tokens aside, and may take back what has not vested if `revocable`.
    pub grantor: Pubkey,
    /// The wallet that is paid: what has vested leaves for a token account of this wallet.
    pub beneficiary: Pubkey,
    pub mint: Pubkey,
    /// The vesting's associated token account, stored so that it need not be derived again.
    pub vesting_token: Pubkey,
    /// Who paid the rent of this account and the token account, and gets it back.
    pub rent_payer: Pubkey,
    /// Tells the vestings of the same grantor and beneficiary apart.
    pub id: u64,
    /// What was put aside, in base units.
    pub total: u64,
    /// What of it the beneficiary was paid.
    pub claimed: u64,
    /// What of it a revocation gave back to the grantor; more than 0 if and only if it was revoked.
    pub returned: u64,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds.
    pub cliff: i64,
    /// Unix seconds.
    pub end: i64,
    /// Unix seconds; 0 as long as it is not revoked. Nothing vests any more from then on.
    pub revoked_at: i64,
    /// How many transitions there have been.
    pub sequence: u64,
    /// 1 if the grantor may take back what has not vested.
    pub revocable: u8,
    /// Part of the address; see [`pda::SALTED_BUMP`].
    pub salt: u8,
    pub _reserved: [u8; 6],
}

impl Vesting {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What of the total has become the beneficiary's by `now` (unix seconds), claimed or not. Rounded
    /// down: the fraction of a base unit vests with the next one, and everything at the end.
    pub fn vested(&self, now: i64) -> Result<u64> {
        let now = if self.is_revoked() { now.min(self.revoked_at) } else { now };
        if now < self.cliff {
            return Ok(0);
        }
        if now >= self.end {
            return Ok(self.total);
        }
        let elapsed = u128::from(now.abs_diff(self.start));
        let duration = u128::from(self.end.abs_diff(self.start));
        let vested = u128::from(self.total) * elapsed / duration;
        u64::try_from(vested).map_err(|_| TillError::Overflow.into())
    }

    /// Pays everything that has vested by `now` and is not claimed yet; returns how much.
    pub fn claim(&mut self, now: i64) -> Result<u64> {
        let amount = math::sub(self.vested(now)?, self.claimed)?;
        require!(amount > 0, TillError::NothingVested);
        self.claimed = math::add(self.claimed, amount)?;
        self.changed()?;
        Ok(amount)
    }

    /// Takes back what has not vested by `now`; returns how much. What has vested stays claimable.
    pub fn revoke(&mut self, now: i64) -> Result<u64> {
        require!(self.revocable != 0, TillError::NotRevocable);
        require!(!self.is_revoked(), TillError::AlreadyRevoked);
        let amount = math::sub(self.total, self.vested(now)?)?;
        require!(amount > 0, TillError::NothingToRevoke);
        self.returned = amount;
        self.revoked_at = now;
        self.changed()?;
        Ok(amount)
    }

    /// The last transition, when the beneficiary has everything that is ever theirs.
    pub fn close(&mut self) -> Result<()> {
        require!(self.owed()? == 0, TillError::VestingNotClosable);
        self.changed()
    }

    pub fn is_revoked(&self) -> bool {
        self.returned > 0
    }

    /// What the vesting's token account must hold at least.
    pub fn owed(&self) -> Result<u64> {
        Ok(math::sub(math::sub(self.total, self.claimed)?, self.returned)?)
    }

    pub fn balances(&self) -> VestingBalances {
        let Self { claimed, returned, sequence, .. } = *self;
        VestingBalances { claimed, returned, sequence }
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        let in_order = self.start <= self.cliff && self.cliff <= self.end && self.start < self.end;
        let by_right = !self.is_revoked() || self.revocable != 0;
        require!(in_order && by_right, TillError::InvariantViolated);
        self.owed().map(drop)
    }

    /// What the vesting signs transfers with.
    pub fn signer(&self) -> VestingSigner {
        VestingSigner {
            grantor: self.grantor,
            beneficiary: self.beneficiary,
            id: self.id.to_le_bytes(),
            salt: [self.salt],
        }
    }
}

/// The seeds of a vesting, kept apart from the account so that it can be borrowed by the transfer.
pub struct VestingSigner {
    grantor: Pubkey,
    beneficiary: Pubkey,
    id: [u8; 8],
    salt: [u8; 1],
}

impl VestingSigner {
    pub fn seeds(&self) -> [&[u8]; 6] {
        let Self { grantor, beneficiary, id, salt } = self;
        [pda::VESTING, grantor.as_ref(), beneficiary.as_ref(), id, salt, &[pda::SALTED_BUMP]]
    }
}
