use anchor_lang::prelude::*;

use super::settle::*;
use crate::{
    events::{emit, PaymentReleased},
    Terms, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Release<'info> {
    /// The payer of the payment.
    pub payer: Signer<'info>,

    pub settle: Settle<'info>,
}

impl<'info> Release<'info> {
    pub fn handler(ctx: Context<'info, Self>, terms: Option<Terms>) -> Result<()> {
        let accounts = &ctx.accounts.settle;
        let payment = &mut *accounts.payment.load_mut()?;
        require_keys_eq!(payment.payer, ctx.accounts.payer.key(), TillError::NotPayer);

        let splits = payment.splits_of(terms.as_ref())?;
        let settlement = payment.release(splits)?;
        let settled = accounts.settle(&payment.payer, &settlement, splits, ctx.remaining_accounts)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentReleased {
                about: payment.about(accounts.payment.key(), accounts.merchant.key()),
                settled: settled.parts,
                payment: payment.balances(),
                vault: settled.vault,
            },
        )
    }
}
