use anchor_lang::prelude::*;

use super::distribution::*;
use crate::{
    events::{emit, FeesSwept},
    TillError, Vault,
};

/// Nobody signs: the protocol says where the fees go.
#[event_cpi]
#[derive(Accounts)]
pub struct SweepFees<'info> {
    /// The vault that holds the fees.
    #[account(mut, has_one = vault_token)]
    pub vault: AccountLoader<'info, Vault>,

    /// The vault's token account.
    /// CHECK: the vault names it.
    #[account(mut)]
    pub vault_token: UncheckedAccount<'info>,

    pub distribution: Distribution<'info>,
}

impl<'info> SweepFees<'info> {
    pub fn handler(ctx: Context<'info, Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (amount, merchant, signer, vault) = {
            let mut vault = accounts.vault.load_mut()?;
            require_keys_eq!(*accounts.distribution.mint.key, vault.mint, TillError::WrongMint);
            let amount = vault.sweep()?;
            (amount, vault.merchant, vault.signer(), vault.balances())
        };
        let source = FeeSource {
            token_account: &accounts.vault_token,
            authority: accounts.vault.as_ref(),
            signer: &[&signer.seeds()],
            amount,
            extra: ctx.remaining_accounts,
        };
        let shares = accounts.distribution.distribute(&source, &accounts.event_authority)?;
        emit(
            &accounts.event_authority,
            &FeesSwept {
                vault_address: accounts.vault.key(),
                merchant,
                mint: accounts.distribution.mint.key(),
                shares,
                treasury_token: accounts.distribution.treasury_token.key(),
                vault,
            },
        )
    }
}
