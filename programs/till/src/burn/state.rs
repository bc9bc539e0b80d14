use anchor_lang::prelude::*;

use crate::{events::BurnTotals, math, TillError};

/// What of a mint has been burned through this program, at `["burn", mint]`.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct BurnRecord {
    /// What is burned.
    pub mint: Pubkey,
    /// Who paid this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// By holders, of their own tokens, in base units.
    pub burned_by_holders: u64,
    /// Out of the protocol's fees, in base units.
    pub burned_from_fees: u64,
    /// How many burns there have been: orders them without a gap.
    pub sequence: u64,
}

impl BurnRecord {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// A holder burns tokens of its own.
    pub fn burn(&mut self, amount: u64) -> Result<()> {
        require!(amount > 0, TillError::AmountZero);
        self.burned_by_holders = math::add(self.burned_by_holders, amount)?;
        self.changed()
    }

    /// A part of the protocol's fees is burned.
    pub fn burn_fees(&mut self, amount: u64) -> Result<()> {
        self.burned_from_fees = math::add(self.burned_from_fees, amount)?;
        self.changed()
    }

    pub fn totals(&self) -> BurnTotals {
        let Self { burned_by_holders, burned_from_fees, sequence, .. } = *self;
        BurnTotals { burned_by_holders, burned_from_fees, sequence }
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        Ok(())
    }
}
