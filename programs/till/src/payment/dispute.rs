use anchor_lang::prelude::*;

use crate::{
    events::{emit, PaymentDisputed},
    Payment, Terms, TillError, Vault,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Dispute<'info> {
    /// The payer of the payment.
    pub payer: Signer<'info>,

    /// The payment.
    #[account(mut, has_one = payer @ TillError::NotPayer, has_one = vault)]
    pub payment: AccountLoader<'info, Payment>,

    /// The vault of the payment: names the merchant in the event.
    pub vault: AccountLoader<'info, Vault>,
}

impl Dispute<'_> {
    pub fn handler(ctx: Context<Self>, terms: Terms) -> Result<()> {
        let accounts = &ctx.accounts;
        let merchant = accounts.vault.load()?.merchant;
        let payment = &mut *accounts.payment.load_mut()?;
        payment.require_terms(&terms)?;
        let protection = terms.protection.ok_or(TillError::NotDisputable)?;
        let dispute_expiry = payment.dispute(&protection, Clock::get()?.unix_timestamp)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentDisputed {
                about: payment.about(accounts.payment.key(), merchant),
                arbiter: protection.arbiter,
                dispute_expiry,
                payment: payment.balances(),
            },
        )
    }
}
