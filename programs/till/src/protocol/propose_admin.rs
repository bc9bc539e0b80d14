use anchor_lang::prelude::*;

use crate::{
    events::{emit, AdminProposed},
    Protocol, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeAdmin<'info> {
    /// The protocol's admin.
    pub admin: Signer<'info>,

    /// The protocol's configuration.
    #[account(mut, has_one = admin @ TillError::NotAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,
}

impl ProposeAdmin<'_> {
    pub fn handler(ctx: Context<Self>, new_admin: Pubkey) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.propose_admin(new_admin)?;
        emit(
            &ctx.accounts.event_authority,
            &AdminProposed { pending_admin: protocol.pending_admin, sequence: protocol.sequence },
        )
    }
}
