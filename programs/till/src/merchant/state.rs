use anchor_lang::prelude::*;

use crate::TillError;

/// A merchant, at `["merchant", founder, index]`. Payments never write it.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct Merchant {
    /// The wallet that registered the merchant; part of the address, without rights of its own.
    pub founder: Pubkey,
    /// Governs the merchant.
    pub authority: Pubkey,
    /// The key that may capture, void and refund for the merchant, usually held by a server.
    pub operator: Pubkey,
    /// The wallet that is paid: money leaves for a token account of this wallet, and no other.
    pub payout_wallet: Pubkey,
    /// Which of the founder's merchants this is; part of the address.
    pub index: u16,
    /// Bump of this account's address.
    pub bump: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 69],
}

impl Merchant {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Captures, voids, refunds and vault openings are for the authority and the operator.
    pub fn require_side(&self, signer: &Pubkey) -> Result<()> {
        require!(*signer == self.operator || *signer == self.authority, TillError::NotMerchant);
        Ok(())
    }

    pub fn invariant(&self) -> Result<()> {
        let none = Pubkey::default();
        let wallets = [self.founder, self.authority, self.operator, self.payout_wallet];
        require!(!wallets.contains(&none), TillError::ZeroAddress);
        Ok(())
    }
}
