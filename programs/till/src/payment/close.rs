use anchor_lang::prelude::*;

use crate::{
    events::{emit, PaymentClosed},
    Payment, TillError, Vault,
};

/// Nobody signs: the rent can only go to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct ClosePayment<'info> {
    /// The payment.
    #[account(mut, close = rent_payer, has_one = vault, has_one = rent_payer @ TillError::WrongRentPayer)]
    pub payment: AccountLoader<'info, Payment>,

    /// The vault of the payment: names the merchant in the event, and counts its payments.
    #[account(mut)]
    pub vault: AccountLoader<'info, Vault>,

    /// Paid the rent and gets it back.
    /// CHECK: the payment names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl ClosePayment<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let merchant = {
            let mut vault = accounts.vault.load_mut()?;
            vault.payment_closed()?;
            vault.merchant
        };
        let payment = &mut *accounts.payment.load_mut()?;
        payment.close(Clock::get()?.unix_timestamp)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentClosed {
                about: payment.about(accounts.payment.key(), merchant),
                rent_payer: payment.rent_payer,
                payment: payment.balances(),
            },
        )
    }
}
