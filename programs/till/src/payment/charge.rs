use anchor_lang::prelude::*;

use super::escrow::*;
use crate::{
    events::{emit, PaymentCharged},
    pda, token, CaptureMode, Merchant, Terms,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Charge<'info> {
    pub escrow: Escrow<'info>,

    /// Names the wallet that is paid. The vault names the merchant: see the handler.
    pub merchant: AccountLoader<'info, Merchant>,

    /// CHECK: a token account of the merchant's payout wallet, to be paid at once; without it the
    /// vault's balance is credited.
    #[account(mut)]
    pub payout_token: Option<UncheckedAccount<'info>>,
}

impl Charge<'_> {
    pub fn handler(ctx: Context<Self>, terms: Terms, max_sent: u64) -> Result<()> {
        let escrow = &ctx.accounts.escrow;
        let payout_token = ctx.accounts.payout_token.as_ref();
        let Opened { mut payment, merchant } = escrow.open(&terms, max_sent, CaptureMode::Immediate)?;
        require_keys_eq!(merchant, ctx.accounts.merchant.key(), ErrorCode::ConstraintHasOne);

        let settlement = payment.charge()?;
        pda::save(&escrow.payment, &payment)?;
        let (signer, vault) = {
            let mut vault = escrow.vault.load_mut()?;
            vault.earn(&settlement, payout_token.is_some())?;
            (vault.signer(), vault.balances())
        };
        if let Some(payout_token) = payout_token.filter(|_| settlement.net > 0) {
            let wallet = ctx.accounts.merchant.load()?.payout_wallet;
            let transfer = token::Transfer {
                token_program: &escrow.token_program,
                mint: &escrow.mint,
                from: &escrow.vault_token,
                to: payout_token,
                to_owner: &wallet,
                authority: escrow.vault.as_ref(),
                extra: &[],
            };
            transfer.send(settlement.net, &[&signer.seeds()])?;
        }

        emit(
            &ctx.accounts.event_authority,
            &PaymentCharged {
                about: payment.about(escrow.payment.key(), merchant),
                payer: payment.payer,
                rent_payer: payment.rent_payer,
                terms,
                fee_bps: payment.fee_bps,
                fee: settlement.fee,
                net: settlement.net,
                payout_token: payout_token.map(Key::key),
                payment: payment.balances(),
                vault,
            },
        )
    }
}
