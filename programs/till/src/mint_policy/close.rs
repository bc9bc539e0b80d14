use anchor_lang::prelude::*;

use crate::{
    events::{emit, MintPolicyClosed},
    MintPolicy, Protocol, TillError,
};

/// Leaves the mint with what every mint may have; see `sync_vault_policy` for vaults that are open.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseMintPolicy<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// The protocol's configuration, which numbers the change.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,

    /// The policy of the mint.
    #[account(mut, close = rent_payer, has_one = rent_payer @ TillError::WrongRentPayer)]
    pub mint_policy: AccountLoader<'info, MintPolicy>,

    /// Paid the rent and gets it back.
    /// CHECK: the policy names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl CloseMintPolicy<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.changed()?;
        emit(
            &ctx.accounts.event_authority,
            &MintPolicyClosed {
                mint_policy: ctx.accounts.mint_policy.key(),
                mint: ctx.accounts.mint_policy.load()?.mint,
                rent_payer: ctx.accounts.rent_payer.key(),
                sequence: protocol.sequence,
            },
        )
    }
}
