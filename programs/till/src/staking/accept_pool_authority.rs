use anchor_lang::prelude::*;

use crate::{
    events::{emit, PoolAuthorityAccepted},
    Pool, TillError,
};

/// The new authority signs, so that the place cannot go to an address that nobody holds the key of.
#[event_cpi]
#[derive(Accounts)]
pub struct AcceptPoolAuthority<'info> {
    /// The wallet that the place was offered to.
    pub pending_authority: Signer<'info>,

    /// The pool.
    #[account(mut, has_one = pending_authority @ TillError::NotPendingPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,
}

impl AcceptPoolAuthority<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (authority, pool) = {
            let mut pool = accounts.pool.load_mut()?;
            pool.accept_authority()?;
            (pool.authority, pool.balances())
        };
        emit(
            &accounts.event_authority,
            &PoolAuthorityAccepted { pool_address: accounts.pool.key(), authority, pool },
        )
    }
}
