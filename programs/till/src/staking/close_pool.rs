use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, PoolClosed},
    token, Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ClosePool<'info> {
    /// The pool's authority.
    pub authority: Signer<'info>,

    /// The pool.
    #[account(
        mut,
        close = rent_payer,
        has_one = authority @ TillError::NotPoolAuthority,
        has_one = stake_mint @ TillError::WrongMint,
        has_one = stake_token,
        has_one = rent_payer @ TillError::WrongRentPayer
    )]
    pub pool: AccountLoader<'info, Pool>,

    /// The mint that is staked.
    /// CHECK: the pool names it.
    #[account(mut)]
    pub stake_mint: UncheckedAccount<'info>,

    /// The pool's token account for stakes.
    /// CHECK: the pool names it.
    #[account(mut)]
    pub stake_token: UncheckedAccount<'info>,

    /// CHECK: any token account of the authority, for what is in the pool's and nobody's; see
    /// `token::Close`.
    #[account(mut)]
    pub authority_token: UncheckedAccount<'info>,

    /// Paid the rent and gets it back.
    /// CHECK: the pool names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl ClosePool<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        let (pool, signer) = {
            let mut pool = accounts.pool.load_mut()?;
            pool.close()?;
            (pool.balances(), pool.signer())
        };
        let close = token::Close {
            token_program: &accounts.token_program,
            mint: &accounts.stake_mint,
            account: &accounts.stake_token,
            to: &accounts.authority_token,
            to_owner: accounts.authority.key,
            rent_payer: &accounts.rent_payer,
            authority: accounts.pool.as_ref(),
            extra: &[],
        };
        close.close(&[&signer.seeds()])?;
        emit(
            &accounts.event_authority,
            &PoolClosed { pool_address: accounts.pool.key(), rent_payer: accounts.rent_payer.key(), pool },
        )
    }
}
