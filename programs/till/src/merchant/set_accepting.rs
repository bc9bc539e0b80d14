use anchor_lang::prelude::*;

use crate::{
    events::{emit, VaultAcceptingSet},
    Merchant, Vault,
};

/// What a merchant is paid in is its own choice: no vault, or none that accepts, no payment. Nothing
/// changes for payments that are there already.
#[event_cpi]
#[derive(Accounts)]
pub struct SetVaultAccepting<'info> {
    /// The merchant's authority or operator.
    pub signer: Signer<'info>,

    /// The merchant.
    pub merchant: AccountLoader<'info, Merchant>,

    /// The vault.
    #[account(mut, has_one = merchant)]
    pub vault: AccountLoader<'info, Vault>,
}

impl SetVaultAccepting<'_> {
    pub fn handler(ctx: Context<Self>, accepting: bool) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.merchant.load()?.require_side(accounts.signer.key)?;
        let vault = &mut *accounts.vault.load_mut()?;
        vault.set_accepting(accepting)?;
        emit(
            &accounts.event_authority,
            &VaultAcceptingSet {
                vault_address: accounts.vault.key(),
                merchant: vault.merchant,
                accepting,
                vault: vault.balances(),
            },
        )
    }
}
