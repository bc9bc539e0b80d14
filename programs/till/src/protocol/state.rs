use anchor_lang::prelude::*;

use super::UpdateProtocolArgs;
use crate::{
    math::{self, BPS},
    TillError,
};

/// The highest fee that the protocol can ever charge: 5%.
pub const MAX_FEE_BPS: u16 = 500;

/// The protocol's configuration, a single account at `["protocol"]`. Payments only read it.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Protocol {
    /// May change this configuration.
    pub admin: Pubkey,
    /// Whom the admin has offered its place to; the zero address when nobody.
    pub pending_admin: Pubkey,
    /// May pause what takes money in, and nothing else.
    pub guardian: Pubkey,
    /// The wallet that the treasury's part of the fees goes to.
    pub treasury: Pubkey,
    /// The staking pool that the stakers' part of the fees goes to; the zero address when there is
    /// none, and that part is the treasury's.
    pub pool: Pubkey,
    /// The protocol's own token, the only mint in which the burn part of the fees is burned; the zero
    /// address when there is none. In every other mint that part is the treasury's.
    pub burn_mint: Pubkey,
    /// How often admin or guardian have changed this configuration or a mint policy: orders the events
    /// of the protocol without a gap.
    pub sequence: u64,
    /// Fee on captured money, in basis points, at most [`MAX_FEE_BPS`].
    pub fee_bps: u16,
    /// The stakers' part of the fees, in basis points. What stakers and burning leave is the treasury's.
    pub stakers_bps: u16,
    /// The part of the fees that is burned, in basis points.
    pub burn_bps: u16,
    /// 1 while nothing new is taken in. Ways out are never blocked.
    pub paused: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 56],
}

impl Protocol {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    pub fn require_running(&self) -> Result<()> {
        require!(self.paused == 0, TillError::Paused);
        Ok(())
    }

    /// What is not named stays as it is.
    pub fn update(&mut self, args: UpdateProtocolArgs) -> Result<()> {
        let UpdateProtocolArgs { guardian, treasury, pool, burn_mint, fee_bps, stakers_bps, burn_bps } = args;
        self.guardian = guardian.unwrap_or(self.guardian);
        self.treasury = treasury.unwrap_or(self.treasury);
        self.pool = pool.unwrap_or(self.pool);
        self.burn_mint = burn_mint.unwrap_or(self.burn_mint);
        self.fee_bps = fee_bps.unwrap_or(self.fee_bps);
        self.stakers_bps = stakers_bps.unwrap_or(self.stakers_bps);
        self.burn_bps = burn_bps.unwrap_or(self.burn_bps);
        self.changed()
    }

    /// Stops what takes money in, on the word of the guardian or the admin.
    pub fn pause(&mut self, signer: &Pubkey) -> Result<()> {
        require!(*signer == self.guardian || *signer == self.admin, TillError::NotGuardian);
        self.require_running()?;
        self.paused = 1;
        self.changed()
    }

    pub fn unpause(&mut self) -> Result<()> {
        require!(self.paused != 0, TillError::NotPaused);
        self.paused = 0;
        self.changed()
    }

    /// Offers the admin's place, in exchange for any earlier offer; to the zero address is to nobody.
    pub fn propose_admin(&mut self, new_admin: Pubkey) -> Result<()> {
        self.pending_admin = new_admin;
        self.changed()
    }

    /// The wallet that has the offer takes the admin's place.
    pub fn accept_admin(&mut self) -> Result<()> {
        self.admin = std::mem::take(&mut self.pending_admin);
        self.changed()
    }

    /// Also called for what belongs to the protocol without being in this account.
    pub fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        self.invariant()
    }

    pub fn invariant(&self) -> Result<()> {
        const { assert!((MAX_FEE_BPS as u64) < BPS) };
        require!(self.fee_bps <= MAX_FEE_BPS, TillError::FeeTooHigh);
        require!(u64::from(self.stakers_bps) + u64::from(self.burn_bps) <= BPS, TillError::SharesTooHigh);
        let none = Pubkey::default();
        let wallets = [self.admin, self.guardian, self.treasury];
        require!(!wallets.contains(&none), TillError::ZeroAddress);
        require!(self.paused <= 1, TillError::InvariantViolated);
        Ok(())
    }
}
