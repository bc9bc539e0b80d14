use anchor_lang::prelude::*;

use crate::{
    events::{emit, PoolAuthorityOffered},
    Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct OfferPoolAuthority<'info> {
    pub authority: Signer<'info>,

    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,
}

impl OfferPoolAuthority<'_> {
    pub fn handler(ctx: Context<Self>, pending_authority: Pubkey) -> Result<()> {
        let accounts = &ctx.accounts;
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.pending_authority = pending_authority;
            pool.changed()?;
            pool.balances()
        };
        emit(
            &accounts.event_authority,
            &PoolAuthorityOffered { pool_address: accounts.pool.key(), pending_authority, pool },
        )
    }
}
