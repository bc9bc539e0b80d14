use anchor_lang::prelude::*;

use crate::{math::BPS, TillError};

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
    pub _reserved: [u8; 64],
}

impl Protocol {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    pub fn require_running(&self) -> Result<()> {
        require!(self.paused == 0, TillError::Paused);
        Ok(())
    }

    pub fn invariant(&self) -> Result<()> {
        const { assert!((MAX_FEE_BPS as u64) < BPS) };
        require!(self.fee_bps <= MAX_FEE_BPS, TillError::FeeTooHigh);
        require!(u64::from(self.stakers_bps) + u64::from(self.burn_bps) <= BPS, TillError::SharesTooHigh);
        let none = Pubkey::default();
        let wallets = [self.admin, self.guardian, self.treasury];
        require!(!wallets.contains(&none), TillError::ZeroAddress);
        Ok(())
    }
}
