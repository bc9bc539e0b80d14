use anchor_lang::prelude::*;

use crate::{
    events::{emit, PoolAuthorityAccepted},
    Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct AcceptPoolAuthority<'info> {
    /// Whom the authority has offered its place to. Signs, so that a pool is never given to a key that
    /// nobody holds.
    pub pending_authority: Signer<'info>,

    #[account(mut, has_one = pending_authority @ TillError::NotPendingPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,
}

impl AcceptPoolAuthority<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let authority = accounts.pending_authority.key();
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.authority = authority;
            pool.pending_authority = Pubkey::default();
            pool.changed()?;
            pool.balances()
        };
        emit(
            &accounts.event_authority,
            &PoolAuthorityAccepted { pool_address: accounts.pool.key(), authority, pool },
        )
    }
}
