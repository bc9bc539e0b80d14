use anchor_lang::prelude::*;

use crate::{
    events::{emit, ProtocolPaused},
    Protocol,
};

#[event_cpi]
#[derive(Accounts)]
pub struct PauseProtocol<'info> {
    /// The guardian or the admin.
    pub signer: Signer<'info>,

    /// The protocol's configuration.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
}

impl PauseProtocol<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        let by = ctx.accounts.signer.key();
        protocol.pause(&by)?;
        emit(&ctx.accounts.event_authority, &ProtocolPaused { by, sequence: protocol.sequence })
    }
}
