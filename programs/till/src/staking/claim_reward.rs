use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, RewardClaimed},
    token, Pool, Position,
};

/// Nobody signs: the reward can only go to the position's owner.
#[event_cpi]
#[derive(Accounts)]
pub struct ClaimReward<'info> {
    /// The pool.
    #[account(mut)]
    pub pool: AccountLoader<'info, Pool>,

    /// The position.
    #[account(mut, has_one = pool)]
    pub position: AccountLoader<'info, Position>,

    /// The mint of the reward.
    /// CHECK: the pool's reward names it.
    pub mint: UncheckedAccount<'info>,

    /// The pool's token account for the reward.
    /// CHECK: the pool's reward names it.
    #[account(mut)]
    pub reward_token: UncheckedAccount<'info>,

    /// A token account of the position's owner.
    /// CHECK: any token account of the position's owner; see `token::Transfer`.
    #[account(mut)]
    pub owner_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl ClaimReward<'_> {
    pub fn handler(ctx: Context<Self>, index: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        let at = Clock::get()?.unix_timestamp;
        let position = &mut *accounts.position.load_mut()?;
        let (amount, reward, pool, signer) = {
            let mut pool = accounts.pool.load_mut()?;
            pool.reward(index)?.require_accounts(accounts.mint.key, accounts.reward_token.key)?;
            let amount = pool.claim(position, index, at)?;
            (amount, pool.reward(index)?.balances(), pool.balances(), pool.signer())
        };
        let transfer = token::Transfer {
            token_program: &accounts.token_program,
            mint: &accounts.mint,
            from: &accounts.reward_token,
            to: &accounts.owner_token,
            to_owner: &position.owner,
            authority: accounts.pool.as_ref(),
            extra: &[],
        };
        let received = transfer.send(amount, &[&signer.seeds()])?;

        emit(
            &accounts.event_authority,
            &RewardClaimed {
                about: position.about(accounts.position.key()),
                index,
                mint: accounts.mint.key(),
                owner_token: accounts.owner_token.key(),
                amount,
                received,
                at,
                reward,
                position: position.balances(),
                pool,
            },
        )
    }
}
