use anchor_lang::prelude::*;

use crate::{
    events::{emit, AdminAccepted},
    Protocol, TillError,
};

/// The new admin signs, so that the place cannot go to an address that nobody holds the key of.
#[event_cpi]
#[derive(Accounts)]
pub struct AcceptAdmin<'info> {
    /// The wallet that the place was offered to.
    pub pending_admin: Signer<'info>,

    /// The protocol's configuration.
    #[account(mut, has_one = pending_admin @ TillError::NotPendingAdmin)]
    pub protocol: AccountLoader<'info, Protocol>,
}

impl AcceptAdmin<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let protocol = &mut *ctx.accounts.protocol.load_mut()?;
        protocol.accept_admin()?;
        emit(
            &ctx.accounts.event_authority,
            &AdminAccepted { admin: protocol.admin, sequence: protocol.sequence },
        )
    }
}
