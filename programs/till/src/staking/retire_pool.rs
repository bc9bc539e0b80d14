use anchor_lang::prelude::*;

use crate::{
    events::{emit, PoolRetired},
    Pool, TillError,
};

/// The authority's own way out: without it, whoever stays staked for ever would keep the pool open. What
/// was promised to stakers is given out before a stranger may ask their stakes back.
#[event_cpi]
#[derive(Accounts)]
pub struct RetirePool<'info> {
    /// The pool's authority.
    pub authority: Signer<'info>,

    /// The pool.
    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,
}

impl RetirePool<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.retire()?;
            pool.balances()
        };
        emit(&accounts.event_authority, &PoolRetired { pool_address: accounts.pool.key(), pool })
    }
}
