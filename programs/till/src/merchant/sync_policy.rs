use anchor_lang::prelude::*;

use crate::{
    events::{emit, VaultPolicySynced},
    pda, MintPolicy, TillError, Vault,
};

/// Nobody signs: what is copied is what the admin has said.
#[event_cpi]
#[derive(Accounts)]
pub struct SyncVaultPolicy<'info> {
    /// The vault.
    #[account(mut, has_one = mint @ TillError::WrongMint)]
    pub vault: AccountLoader<'info, Vault>,

    /// The mint of the vault.
    /// CHECK: the vault names it.
    pub mint: UncheckedAccount<'info>,

    /// The policy of the mint, or nothing at its address.
    /// CHECK: the address is the one that the mint's policy has, if it has one.
    #[account(seeds = [pda::MINT_POLICY, mint.key().as_ref()], bump)]
    pub mint_policy: UncheckedAccount<'info>,
}

impl SyncVaultPolicy<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let vault = &mut *ctx.accounts.vault.load_mut()?;
        vault.allow(MintPolicy::mask_at(&ctx.accounts.mint_policy)?)?;
        emit(
            &ctx.accounts.event_authority,
            &VaultPolicySynced {
                vault_address: ctx.accounts.vault.key(),
                merchant: vault.merchant,
                allowed_extensions: vault.allowed_extensions,
                vault: vault.balances(),
            },
        )
    }
}
