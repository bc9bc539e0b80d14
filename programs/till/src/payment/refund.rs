use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, PaymentRefunded},
    token, Merchant, Payment, TillError, Vault,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Refund<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    /// The merchant.
    pub merchant: AccountLoader<'info, Merchant>,

    /// The payment.
    #[account(mut, has_one = vault)]
    pub payment: AccountLoader<'info, Payment>,

    /// The vault of the money.
    #[account(mut, has_one = merchant, has_one = mint @ TillError::WrongMint, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// The mint of the vault.
    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// A token account of the payer.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payer_token: UncheckedAccount<'info>,

    /// A token account that pays; without it the merchant's balance in the vault does.
    /// CHECK: its owner signs, which the token program sees to.
    #[account(mut)]
    pub source: Option<UncheckedAccount<'info>>,

    /// Owns `source`.
    pub source_owner: Option<Signer<'info>>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> Refund<'info> {
    pub fn handler(ctx: Context<'info, Self>, amount: u64) -> Result<()> {
        let (accounts, extra) = (&ctx.accounts, ctx.remaining_accounts);
        accounts.merchant.load()?.require_side(accounts.signer.key)?;

        let payment = &mut *accounts.payment.load_mut()?;
        payment.refund(amount, accounts.source.is_none(), Clock::get()?.unix_timestamp)?;
        let sent = match (&accounts.source, &accounts.source_owner) {
            (Some(source), Some(owner)) => {
                accounts.require_source(source, owner.key, &payment.payer)?;
                accounts.send(source, owner, &payment.payer, amount, &[], extra)?
            }
            (None, None) => accounts.pay_from_balance(&payment.payer, amount, extra)?,
            _ => return err!(TillError::SourceIncomplete),
        };

        emit(
            &ctx.accounts.event_authority,
            &PaymentRefunded {
                about: payment.about(accounts.payment.key(), accounts.merchant.key()),
                amount,
                sent,
                source: accounts.source.as_ref().map(Key::key),
                payer_token: accounts.payer_token.key(),
                payment: payment.balances(),
                vault: accounts.vault.load()?.balances(),
            },
        )
    }
}

impl<'info> Refund<'info> {
    /// A delegate of the payer's could otherwise refund with the payer's own tokens.
    fn require_source(&self, source: &AccountInfo, owner: &Pubkey, payer: &Pubkey) -> Result<()> {
        require_keys_neq!(*owner, *payer, TillError::SourceIsPayers);
        token::require_owned(source, self.token_program.key, self.mint.key, owner)
    }

    /// The transfer comes first, because only it tells what a mint with a fee takes on top.
    fn pay_from_balance(&self, payer: &Pubkey, amount: u64, extra: &[AccountInfo<'info>]) -> Result<u64> {
        let signer = self.vault.load()?.signer();
        let (from, seeds) = (&self.vault_token, &[&signer.seeds()[..]]);
        let sent = self.send(from, self.vault.as_ref(), payer, amount, seeds, extra)?;
        self.vault.load_mut()?.pay(sent)?;
        Ok(sent)
    }

    fn send(
        &self,
        from: &AccountInfo<'info>,
        authority: &AccountInfo<'info>,
        payer: &Pubkey,
        amount: u64,
        seeds: &[&[&[u8]]],
        extra: &[AccountInfo<'info>],
    ) -> Result<u64> {
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from,
            to: &self.payer_token,
            to_owner: payer,
            authority,
            extra,
        };
        // bounded by the balance, or by what the owner of the source has in it
        transfer.send_net(amount, u64::MAX, seeds)
    }
}
