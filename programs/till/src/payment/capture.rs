use anchor_lang::prelude::*;

use super::settle::*;
use crate::{
    events::{emit, PaymentCaptured},
    Terms,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Capture<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    pub settle: Settle<'info>,
}

impl<'info> Capture<'info> {
    pub fn handler(
        ctx: Context<'info, Self>,
        amount: u64,
        is_final: bool,
        terms: Option<Terms>,
    ) -> Result<()> {
        let accounts = &ctx.accounts.settle;
        accounts.merchant.load()?.require_side(ctx.accounts.signer.key)?;

        let payment = &mut *accounts.payment.load_mut()?;
        let splits = payment.splits_of(terms.as_ref())?;
        let settlement = payment.capture(amount, is_final, splits, Clock::get()?.unix_timestamp)?;
        let settled = accounts.settle(&payment.payer, &settlement, splits, ctx.remaining_accounts)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentCaptured {
                about: payment.about(accounts.payment.key(), accounts.merchant.key()),
                is_final,
                settled: settled.parts,
                payment: payment.balances(),
                vault: settled.vault,
            },
        )
    }
}
