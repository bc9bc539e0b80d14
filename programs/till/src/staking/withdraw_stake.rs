use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, StakeWithdrawn},
    token, Pool, Position, TillError,
};

/// Nobody signs: the stake can only go back to the position's owner.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawStake<'info> {
    /// The pool.
    #[account(mut, has_one = stake_mint @ TillError::WrongMint, has_one = stake_token)]
    pub pool: AccountLoader<'info, Pool>,

    /// The position.
    #[account(mut, has_one = pool)]
    pub position: AccountLoader<'info, Position>,

    /// The mint that is staked.
    /// CHECK: the pool names it.
    pub stake_mint: UncheckedAccount<'info>,

    /// The pool's token account for stakes.
    /// CHECK: the pool names it.
    #[account(mut)]
    pub stake_token: UncheckedAccount<'info>,

    /// A token account of the position's owner.
    /// CHECK: whose it is, is seen to by `token::Transfer`.
    #[account(mut)]
    pub owner_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl WithdrawStake<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let position = &mut *accounts.position.load_mut()?;
        let (amount, pool, signer) = {
            let mut pool = accounts.pool.load_mut()?;
            let amount = pool.withdraw(position, Clock::get()?.unix_timestamp)?;
            (amount, pool.balances(), pool.signer())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.stake_mint,
            from: &accounts.stake_token,
            to: &accounts.owner_token,
            to_owner: &position.owner,
            authority: accounts.pool.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &accounts.event_authority,
            &StakeWithdrawn {
                about: position.about(accounts.position.key()),
                owner_token: accounts.owner_token.key(),
                amount,
                received,
                position: position.balances(),
                pool,
            },
        )
    }
}
