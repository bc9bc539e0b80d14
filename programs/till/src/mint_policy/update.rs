use anchor_lang::prelude::*;

use crate::{
    events::{emit, MintPolicyUpdated},
    MintPolicy, Protocol, TillError,
};

/// What is taken away here reaches a vault that is open already by `sync_vault_policy`.
#[event_cpi]
#[derive(Accounts)]
pub struct UpdateMintPolicy<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// The protocol's configuration, which numbers the change.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,

    /// The policy of the mint.
    #[account(mut)]
    pub mint_policy: AccountLoader<'info, MintPolicy>,
}

impl UpdateMintPolicy<'_> {
    pub fn handler(ctx: Context<Self>, allowed_extensions: u64) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.changed()?;
        let policy = &mut *ctx.accounts.mint_policy.load_mut()?;
        policy.allowed_extensions = allowed_extensions;
        policy.invariant()?;
        emit(
            &ctx.accounts.event_authority,
            &MintPolicyUpdated {
                mint_policy: ctx.accounts.mint_policy.key(),
                mint: policy.mint,
                allowed_extensions,
                sequence: protocol.sequence,
            },
        )
    }
}
