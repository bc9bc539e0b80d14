use anchor_lang::prelude::*;

use crate::{
    events::{emit, MerchantAuthorityAccepted},
    Merchant, TillError,
};

/// The new authority signs, so that the place cannot go to an address that nobody holds the key of.
#[event_cpi]
#[derive(Accounts)]
pub struct AcceptMerchantAuthority<'info> {
    /// The wallet that the place was offered to.
    pub pending_authority: Signer<'info>,

    /// The merchant.
    #[account(mut, has_one = pending_authority @ TillError::NotPendingAuthority)]
    pub merchant: AccountLoader<'info, Merchant>,
}

impl AcceptMerchantAuthority<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let merchant = &mut *ctx.accounts.merchant.load_mut()?;
        merchant.accept_authority()?;
        emit(
            &ctx.accounts.event_authority,
            &MerchantAuthorityAccepted {
                merchant: ctx.accounts.merchant.key(),
                authority: merchant.authority,
                sequence: merchant.sequence,
            },
        )
    }
}
