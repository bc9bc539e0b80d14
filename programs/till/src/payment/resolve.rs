use anchor_lang::prelude::*;

use super::settle::*;
use crate::{
    events::{emit, PaymentResolved},
    Terms, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Resolve<'info> {
    /// The arbiter that the terms name.
    pub arbiter: Signer<'info>,

    pub settle: Settle<'info>,
}

impl<'info> Resolve<'info> {
    pub fn handler(ctx: Context<'info, Self>, amount: u64, terms: Terms) -> Result<()> {
        let accounts = &ctx.accounts.settle;
        let payment = &mut *accounts.payment.load_mut()?;
        payment.require_terms(&terms)?;
        let arbiter = terms.protection.map(|protection| protection.arbiter);
        require!(arbiter == Some(ctx.accounts.arbiter.key()), TillError::NotArbiter);

        let settlement = payment.resolve(amount, &terms.splits, Clock::get()?.unix_timestamp)?;
        let settled = accounts.settle(&payment.payer, &settlement, &terms.splits, ctx.remaining_accounts)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentResolved {
                about: payment.about(accounts.payment.key(), accounts.merchant.key()),
                arbiter: ctx.accounts.arbiter.key(),
                settled: settled.parts,
                payment: payment.balances(),
                vault: settled.vault,
            },
        )
    }
}
