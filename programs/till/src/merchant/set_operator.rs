use anchor_lang::prelude::*;

use crate::{
    events::{emit, OperatorSet},
    Merchant, TillError,
};

/// Takes effect at once: the old key can do nothing any more. An authority that wants no operator names
/// itself.
#[event_cpi]
#[derive(Accounts)]
pub struct SetOperator<'info> {
    /// The merchant's authority.
    pub authority: Signer<'info>,

    /// The merchant.
    #[account(mut, has_one = authority @ TillError::NotMerchantAuthority)]
    pub merchant: AccountLoader<'info, Merchant>,
}

impl SetOperator<'_> {
    pub fn handler(ctx: Context<Self>, operator: Pubkey) -> Result<()> {
        let merchant = &mut *ctx.accounts.merchant.load_mut()?;
        merchant.set_operator(operator)?;
        emit(
            &ctx.accounts.event_authority,
            &OperatorSet { merchant: ctx.accounts.merchant.key(), operator, sequence: merchant.sequence },
        )
    }
}
