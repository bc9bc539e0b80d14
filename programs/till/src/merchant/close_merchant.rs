use anchor_lang::prelude::*;

use crate::{
    events::{emit, MerchantClosed},
    Merchant, TillError,
};

/// The address is free then, and it is the founder who can register it again: an authority that is not
/// the founder closes a merchant only when nobody holds an invoice of it that can still be paid.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseMerchant<'info> {
    /// The merchant's authority.
    pub authority: Signer<'info>,

    /// The merchant.
    #[account(
        mut,
        close = rent_payer,
        has_one = authority @ TillError::NotMerchantAuthority,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub merchant: AccountLoader<'info, Merchant>,

    /// Paid the rent and gets it back.
    /// CHECK: the merchant names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseMerchant<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let merchant = &mut *ctx.accounts.merchant.load_mut()?;
        merchant.close()?;
        emit(
            &ctx.accounts.event_authority,
            &MerchantClosed {
                merchant: ctx.accounts.merchant.key(),
                rent_payer: merchant.rent_payer,
                sequence: merchant.sequence,
            },
        )
    }
}
