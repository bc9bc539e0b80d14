use anchor_lang::prelude::*;

use super::{escrow::*, split};
use crate::{
    events::{emit, PaymentCharged, SettledParts},
    pda, CaptureMode, Merchant, Terms,
};

/// The payees' token accounts follow in the remaining accounts, in the order of the splits.
#[event_cpi]
#[derive(Accounts)]
pub struct Charge<'info> {
    pub escrow: Escrow<'info>,

    /// The merchant, which names the wallet that is paid. That the vault is its own: see the handler.
    pub merchant: AccountLoader<'info, Merchant>,

    /// A token account of the merchant's payout wallet, to be paid at once; without it the vault's
    /// balance is credited.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payout_token: Option<UncheckedAccount<'info>>,
}

impl<'info> Charge<'info> {
    pub fn handler(ctx: Context<'info, Self>, terms: Terms, max_sent: u64) -> Result<()> {
        let escrow = &ctx.accounts.escrow;
        let payout_token = ctx.accounts.payout_token.as_ref();
        let Opened { mut payment, merchant } = escrow.open(&terms, max_sent, CaptureMode::Immediate)?;
        require_keys_eq!(merchant, ctx.accounts.merchant.key(), ErrorCode::ConstraintHasOne);

        let settlement = payment.charge(&terms.splits)?;
        pda::save(&escrow.payment, &payment)?;
        let (signer, vault) = {
            let mut vault = escrow.vault.load_mut()?;
            vault.earn(&settlement, payout_token.is_some())?;
            (vault.signer(), vault.balances())
        };
        let (payees, extra) = split::payees(&terms.splits, ctx.remaining_accounts)?;
        let tokens = escrow.tokens(signer, extra);
        let shares = tokens.pay_splits(&settlement, &terms.splits, payees)?;
        if let Some(payout_token) = payout_token.filter(|_| settlement.net > 0) {
            tokens.pay(payout_token, &ctx.accounts.merchant.load()?.payout_wallet, settlement.net)?;
        }
        emit(
            &ctx.accounts.event_authority,
            &PaymentCharged {
                about: payment.about(escrow.payment.key(), merchant),
                payer: payment.payer,
                rent_payer: payment.rent_payer,
                terms,
                fee_bps: payment.fee_bps,
                settled: SettledParts::new(&settlement, shares, payout_token.map(Key::key)),
                payment: payment.balances(),
                vault,
            },
        )
    }
}
