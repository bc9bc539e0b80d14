use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, PaymentCaptured},
    token, Merchant, Payment, TillError, Vault,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Capture<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    pub merchant: AccountLoader<'info, Merchant>,

    #[account(mut, has_one = vault)]
    pub payment: AccountLoader<'info, Payment>,

    #[account(mut, has_one = merchant, has_one = mint @ TillError::WrongMint, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// CHECK: a token account of the merchant's payout wallet, to be paid at once; without it the
    /// vault's balance is credited. See `token::Transfer`.
    #[account(mut)]
    pub payout_token: Option<UncheckedAccount<'info>>,

    /// CHECK: a token account of the payer, for the rest that a final capture gives back. See
    /// `token::Transfer`.
    #[account(mut)]
    pub payer_token: Option<UncheckedAccount<'info>>,

    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> Capture<'info> {
    pub fn handler(ctx: Context<'info, Self>, amount: u64, is_final: bool) -> Result<()> {
        let accounts = &ctx.accounts;
        let merchant = accounts.merchant.load()?;
        merchant.require_side(accounts.signer.key)?;

        let payment = &mut *accounts.payment.load_mut()?;
        let settlement = payment.capture(amount, is_final, Clock::get()?.unix_timestamp)?;
        let payout_token = accounts.payout_token.as_ref();
        let (signer, vault) = {
            let mut vault = accounts.vault.load_mut()?;
            vault.settle(&settlement, payout_token.is_some())?;
            (vault.signer(), vault.balances())
        };
        let (seeds, extra) = (&[&signer.seeds()[..]], ctx.remaining_accounts);
        if let Some(payout_token) = payout_token.filter(|_| settlement.net > 0) {
            accounts.send(payout_token, &merchant.payout_wallet, settlement.net, seeds, extra)?;
        }
        if settlement.returned > 0 {
            let payer_token = accounts.payer_token.as_ref().ok_or(TillError::PayerAccountMissing)?;
            accounts.send(payer_token, &payment.payer, settlement.returned, seeds, extra)?;
        }

        emit(
            &ctx.accounts.event_authority,
            &PaymentCaptured {
                about: payment.about(accounts.payment.key(), accounts.merchant.key()),
                amount,
                fee: settlement.fee,
                net: settlement.net,
                returned: settlement.returned,
                is_final,
                payout_token: payout_token.map(Key::key),
                payment: payment.balances(),
                vault,
            },
        )
    }
}

impl<'info> Capture<'info> {
    fn send(
        &self,
        to: &AccountInfo<'info>,
        wallet: &Pubkey,
        amount: u64,
        seeds: &[&[&[u8]]],
        extra: &[AccountInfo<'info>],
    ) -> Result<()> {
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: &self.vault_token,
            to,
            to_owner: wallet,
            authority: self.vault.as_ref(),
            extra,
        };
        transfer.send(amount, seeds).map(drop)
    }
}
