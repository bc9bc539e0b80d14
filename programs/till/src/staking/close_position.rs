use anchor_lang::prelude::*;

use crate::{
    events::{emit, PositionClosed},
    Pool, Position, TillError, MAX_REWARDS,
};

/// Nobody needs to sign while nothing is owed: the rent can only go to who paid it.
#[event_cpi]
#[derive(Accounts)]
pub struct ClosePosition<'info> {
    /// The pool.
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,

    /// The position.
    #[account(mut, close = rent_payer, has_one = pool, has_one = rent_payer @ TillError::WrongRentPayer)]
    pub position: AccountLoader<'info, Position>,

    /// The position's owner, who gives up, by signing, what is still owed to it, so that a reward that
    /// cannot be transferred any more does not hold up the rest.
    pub owner: Option<Signer<'info>>,

    /// Paid the rent and gets it back.
    /// CHECK: the position names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,
}

impl ClosePosition<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let position = &mut *accounts.position.load_mut()?;
        let given_up = position.owed();
        let owner_signs = accounts.owner.as_ref().is_some_and(|owner| *owner.key == position.owner);
        require!(owner_signs || given_up == [0; MAX_REWARDS], TillError::RewardsOwed);
        let pool = {
            let mut pool = accounts.pool.load_mut()?;
            pool.close_position(position)?;
            pool.balances()
        };
        emit(
            &accounts.event_authority,
            &PositionClosed {
                about: position.about(accounts.position.key()),
                rent_payer: position.rent_payer,
                given_up,
                position: position.balances(),
                pool,
            },
        )
    }
}
