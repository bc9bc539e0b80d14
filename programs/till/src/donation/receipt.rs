use anchor_lang::prelude::*;

use crate::{events::Receipt, math, pda};

/// The receipt of a donor, at `["donation", campaign, donor, salt]`: what an all-or-nothing campaign
/// gives back if it fails. A donor may have several, under other salts; each counts what it received.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Donation {
    /// The campaign that it was given to.
    pub campaign: Pubkey,
    /// The wallet whose tokens were given, and the only one that they go back to.
    pub donor: Pubkey,
    /// Who paid this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// What was given, in base units.
    pub amount: u64,
    /// How many transitions there have been; 0 before the first donation.
    pub sequence: u64,
    /// Part of the address; see [`pda::SALTED_BUMP`].
    pub salt: u8,
    pub _reserved: [u8; 7],
}

impl Donation {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// A receipt that nothing has been given for yet.
    pub fn blank(campaign: Pubkey, donor: Pubkey, rent_payer: Pubkey, salt: u8) -> Self {
        Self { campaign, donor, rent_payer, amount: 0, sequence: 0, salt, _reserved: [0; 7] }
    }

    /// Creates the account of a first donation.
    pub fn create<'info>(&self, account: &AccountInfo<'info>, rent_payer: &AccountInfo<'info>) -> Result<()> {
        let seeds: &[&[u8]] =
            &[pda::DONATION, self.campaign.as_ref(), self.donor.as_ref(), &[self.salt], &[pda::SALTED_BUMP]];
        pda::create(account, seeds, Self::SPACE, rent_payer)
    }

    pub fn is_blank(&self) -> bool {
        self.sequence == 0
    }

    /// Another donation of the same donor.
    pub fn add(&mut self, amount: u64) -> Result<()> {
        self.amount = math::add(self.amount, amount)?;
        self.changed()
    }

    /// The last transition when the money goes back: returns how much.
    pub fn empty(&mut self) -> Result<u64> {
        let amount = std::mem::take(&mut self.amount);
        self.changed()?;
        Ok(amount)
    }

    /// The last transition when the money is the beneficiary's.
    pub fn settle(&mut self) -> Result<()> {
        self.changed()
    }

    pub fn receipt(&self, donation: Pubkey) -> Receipt {
        let Self { donor, rent_payer, amount, sequence, salt, .. } = *self;
        Receipt { donation, donor, rent_payer, salt, amount, sequence }
    }

    fn changed(&mut self) -> Result<()> {
        self.sequence = math::add(self.sequence, 1)?;
        Ok(())
    }
}
