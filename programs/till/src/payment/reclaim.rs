use anchor_lang::prelude::*;

use super::escrow::*;
use crate::events::{emit, PaymentReclaimed};

/// Nobody signs: the money can only go to the payer.
#[event_cpi]
#[derive(Accounts)]
pub struct Reclaim<'info> {
    pub escrow: GiveBack<'info>,
}

impl<'info> Reclaim<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let escrow = &ctx.accounts.escrow;
        let merchant = escrow.vault.load()?.merchant;
        let payment = &mut *escrow.payment.load_mut()?;
        let amount = payment.reclaim(Clock::get()?.unix_timestamp)?;
        let vault = escrow.give_back(&payment.payer, amount, ctx.remaining_accounts)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentReclaimed {
                about: payment.about(escrow.payment.key(), merchant),
                amount,
                payer_token: escrow.payer_token.key(),
                payment: payment.balances(),
                vault,
            },
        )
    }
}
