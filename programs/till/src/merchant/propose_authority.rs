use anchor_lang::prelude::*;

use crate::{
    events::{emit, MerchantAuthorityProposed},
    Merchant, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeMerchantAuthority<'info> {
    /// The merchant's authority.
    pub authority: Signer<'info>,

    /// The merchant.
    #[account(mut, has_one = authority @ TillError::NotMerchantAuthority)]
    pub merchant: AccountLoader<'info, Merchant>,
}

impl ProposeMerchantAuthority<'_> {
    pub fn handler(ctx: Context<Self>, new_authority: Pubkey) -> Result<()> {
        let merchant = &mut *ctx.accounts.merchant.load_mut()?;
        merchant.propose_authority(new_authority)?;
        emit(
            &ctx.accounts.event_authority,
            &MerchantAuthorityProposed {
                merchant: ctx.accounts.merchant.key(),
                pending_authority: merchant.pending_authority,
                sequence: merchant.sequence,
            },
        )
    }
}
