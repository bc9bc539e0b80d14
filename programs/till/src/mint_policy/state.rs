use anchor_lang::prelude::*;

use crate::{token, TillError, ID};

/// What the admin allows one mint, at `["mint_policy", mint]`. Payments do not read it: a vault keeps a
/// copy of the mask. It is the issuer who is trusted: with a close authority he could make the mint anew.
#[account(zero_copy)]
#[repr(C)]
#[derive(Debug, PartialEq, Eq)]
pub struct MintPolicy {
    /// What the policy is about.
    pub mint: Pubkey,
    /// Paid for this account's rent and gets it back.
    pub rent_payer: Pubkey,
    /// Bit `n` allows the Token-2022 extension type numbered `n`.
    pub allowed_extensions: u64,
    /// Bump of this account's address.
    pub bump: u8,
    /// Room for what comes, so that no account has to grow.
    pub _reserved: [u8; 31],
}

impl MintPolicy {
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// The mask of the policy in `account`, whose address the caller has proven to be that of the mint's
    /// policy: where nothing is, nothing is allowed.
    pub fn mask_at(account: &AccountInfo) -> Result<u64> {
        if *account.owner != ID {
            return Ok(0);
        }
        let data = account.try_borrow_data()?;
        Ok(Self::try_deserialize(&mut &data[..])?.allowed_extensions)
    }

    pub fn invariant(&self) -> Result<()> {
        require!(token::is_allowable(self.allowed_extensions), TillError::ExtensionNotAllowable);
        Ok(())
    }
}
