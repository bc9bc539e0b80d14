use anchor_lang::prelude::*;

use crate::{
    events::{emit, ProtocolUnpaused},
    Protocol, TillError,
};

/// For the admin alone: what a stolen guardian key closes the admin opens again, and no guardian opens
/// what the admin has closed.
#[event_cpi]
#[derive(Accounts)]
pub struct UnpauseProtocol<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// The protocol's configuration.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,
}

impl UnpauseProtocol<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.unpause()?;
        emit(&ctx.accounts.event_authority, &ProtocolUnpaused { sequence: protocol.sequence })
    }
}
