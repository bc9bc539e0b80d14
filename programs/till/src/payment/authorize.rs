use anchor_lang::prelude::*;

use super::escrow::*;
use crate::{
    events::{emit, PaymentAuthorized},
    pda, CaptureMode, Terms,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Authorize<'info> {
    pub escrow: Escrow<'info>,
}

impl Authorize<'_> {
    pub fn handler(ctx: Context<Self>, terms: Terms, max_sent: u64) -> Result<()> {
        let escrow = &ctx.accounts.escrow;
        let Opened { payment, merchant } = escrow.open(&terms, max_sent, CaptureMode::Manual)?;
        pda::save(&escrow.payment, &payment)?;
        let vault = {
            let mut vault = escrow.vault.load_mut()?;
            vault.hold(payment.capturable)?;
            vault.balances()
        };
        emit(
            &ctx.accounts.event_authority,
            &PaymentAuthorized {
                about: payment.about(escrow.payment.key(), merchant),
                payer: payment.payer,
                rent_payer: payment.rent_payer,
                terms,
                fee_bps: payment.fee_bps,
                payment: payment.balances(),
                vault,
            },
        )
    }
}
