use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, VaultClosed},
    token, Merchant, TillError, Vault,
};

/// Strangers can hold it up for some time with payments, but not for good: a vault that does not accept
/// gets no new ones, the merchant voids and refunds those that are there, and at the latest when the time
/// for refunds of the last one is over anybody closes them.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseVault<'info> {
    /// The merchant's authority.
    pub authority: Signer<'info>,

    /// The merchant.
    #[account(mut, has_one = authority @ TillError::NotMerchantAuthority)]
    pub merchant: AccountLoader<'info, Merchant>,

    /// The vault.
    #[account(
        mut,
        close = rent_payer,
        has_one = merchant,
        has_one = mint @ TillError::WrongMint,
        has_one = vault_token,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    /// The mint of the vault. Takes what a transfer fee has withheld.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// A token account of the merchant's payout wallet, for what strangers have sent to the vault.
    /// CHECK: whose it is, is seen to by `token::Close`. Not looked at when there is nothing.
    #[account(mut)]
    pub payout_token: UncheckedAccount<'info>,

    /// Paid the rent of the vault and of its token account, and gets both back.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl<'info> CloseVault<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let payout_wallet = {
            let mut merchant = accounts.merchant.load_mut()?;
            merchant.vault_closed()?;
            merchant.payout_wallet
        };
        let (signer, vault) = {
            let mut vault = accounts.vault.load_mut()?;
            vault.close()?;
            (vault.signer(), vault.balances())
        };
        let close = token::Close {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            account: &accounts.vault_token,
            to: &accounts.payout_token,
            to_owner: &payout_wallet,
            rent_payer: &accounts.rent_payer,
            authority: accounts.vault.as_ref(),
            extra: ctx.remaining_accounts,
        };
        close.close(&[&signer.seeds()])?;

        emit(
            &accounts.event_authority,
            &VaultClosed {
                vault_address: accounts.vault.key(),
                merchant: accounts.merchant.key(),
                rent_payer: accounts.rent_payer.key(),
                vault,
            },
        )
    }
}
