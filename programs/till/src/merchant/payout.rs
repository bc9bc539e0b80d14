use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, PaidOut},
    token, Merchant, TillError, Vault,
};

/// Nobody signs: the money can only go to the merchant's payout wallet.
#[event_cpi]
#[derive(Accounts)]
pub struct Payout<'info> {
    /// The merchant.
    pub merchant: AccountLoader<'info, Merchant>,

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

    /// A token account of the merchant's payout wallet.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub payout_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> Payout<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let wallet = accounts.merchant.load()?.payout_wallet;

        let (amount, signer, vault) = {
            let mut vault = accounts.vault.load_mut()?;
            let amount = vault.balance;
            require!(amount > 0, TillError::NothingToPayOut);
            vault.pay(amount)?;
            (amount, vault.signer(), vault.balances())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.vault_token,
            to: &accounts.payout_token,
            to_owner: &wallet,
            authority: accounts.vault.as_ref(),
            extra: ctx.remaining_accounts,
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &ctx.accounts.event_authority,
            &PaidOut {
                vault_address: accounts.vault.key(),
                merchant: accounts.merchant.key(),
                payout_token: accounts.payout_token.key(),
                amount,
                received,
                vault,
            },
        )
    }
}
