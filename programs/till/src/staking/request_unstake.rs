use anchor_lang::prelude::*;

use crate::{
    events::{emit, UnstakeRequested},
    Pool, Position, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct RequestUnstake<'info> {
    /// The position's owner. Anyone, for the whole of it, once the pool is retired and has given out all
    /// that it had promised.
    pub signer: Signer<'info>,

    /// The pool.
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,

    /// The position.
    #[account(mut, has_one = pool)]
    pub position: AccountLoader<'info, Position>,
}

impl RequestUnstake<'_> {
    pub fn handler(ctx: Context<Self>, amount: u64) -> Result<()> {
        let accounts = &ctx.accounts;
        let at = Clock::get()?.unix_timestamp;
        let position = &mut *accounts.position.load_mut()?;
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            let may = *accounts.signer.key == position.owner || pool.lets_go(position, amount, at);
            require!(may, TillError::NotStaker);
            pool.request_unstake(position, amount, at)?;
            pool.balances()
        };
        emit(
            &accounts.event_authority,
            &UnstakeRequested {
                about: position.about(accounts.position.key()),
                amount,
                at,
                position: position.balances(),
                pool,
            },
        )
    }
}
