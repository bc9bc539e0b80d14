use anchor_lang::prelude::*;

use crate::{
    events::{emit, PoolAuthorityProposed},
    Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposePoolAuthority<'info> {
    /// The pool's authority.
    pub authority: Signer<'info>,

    /// The pool.
    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,
}

impl ProposePoolAuthority<'_> {
    pub fn handler(ctx: Context<Self>, new_authority: Pubkey) -> Result<()> {
        let accounts = &ctx.accounts;
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.propose_authority(new_authority)?;
            pool.balances()
        };
        emit(
            &accounts.event_authority,
            &PoolAuthorityProposed {
                pool_address: accounts.pool.key(),
                pending_authority: new_authority,
                pool,
            },
        )
    }
}
