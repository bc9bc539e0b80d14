use anchor_lang::prelude::*;

use super::escrow::*;
use crate::{
    events::{emit, PaymentVoided},
    Merchant,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Void<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    /// The merchant. That the vault is its own: see the handler.
    pub merchant: AccountLoader<'info, Merchant>,

    pub escrow: GiveBack<'info>,
}

impl<'info> Void<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let escrow = &ctx.accounts.escrow;
        let merchant = ctx.accounts.merchant.key();
        ctx.accounts.merchant.load()?.require_side(ctx.accounts.signer.key)?;
        require_keys_eq!(escrow.vault.load()?.merchant, merchant, ErrorCode::ConstraintHasOne);

        let payment = &mut *escrow.payment.load_mut()?;
        let amount = payment.void()?;
        let vault = escrow.give_back(&payment.payer, amount, ctx.remaining_accounts)?;
        emit(
            &ctx.accounts.event_authority,
            &PaymentVoided {
                about: payment.about(escrow.payment.key(), merchant),
                amount,
                payer_token: escrow.payer_token.key(),
                payment: payment.balances(),
                vault,
            },
        )
    }
}
