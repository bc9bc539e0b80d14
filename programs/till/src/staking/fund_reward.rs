use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, RewardFunded},
    token, Pool, Protocol, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct FundReward<'info> {
    /// Plans the emission, and owns the tokens that fund it. Nobody else may: who could add a base unit
    /// could prolong the plan.
    pub authority: Signer<'info>,

    /// There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The pool.
    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,

    /// The mint of the reward.
    /// CHECK: the pool's reward names it.
    pub mint: UncheckedAccount<'info>,

    /// The pool's token account for the reward.
    /// CHECK: the pool's reward names it.
    #[account(mut)]
    pub reward_token: UncheckedAccount<'info>,

    /// CHECK: a token account of the authority; see `token::require_owned`.
    #[account(mut)]
    pub authority_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl FundReward<'_> {
    pub fn handler(ctx: Context<Self>, index: u8, amount: u64, seconds: u32, max_sent: u64) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        token::require_accepted(&accounts.mint, 0)?;

        let at = Clock::get()?.unix_timestamp;
        let (reward, pool) = {
            let mut pool = accounts.pool.load_mut()?;
            pool.reward(index)?.require_accounts(accounts.mint.key, accounts.reward_token.key)?;
            pool.fund(index, amount, seconds, at)?;
            (pool.reward(index)?.balances(), pool.balances())
        };
        let sent = accounts.take_money(amount, max_sent)?;

        emit(
            &accounts.event_authority,
            &RewardFunded {
                pool_address: accounts.pool.key(),
                index,
                mint: accounts.mint.key(),
                amount,
                sent,
                seconds,
                at,
                reward,
                pool,
            },
        )
    }
}

impl FundReward<'_> {
    fn take_money(&self, amount: u64, max_sent: u64) -> Result<u64> {
        let (program, mint) = (self.token_program.key, self.mint.key);
        token::require_owned(&self.authority_token, program, mint, self.authority.key)?;
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: &self.authority_token,
            to: &self.reward_token,
            to_owner: self.pool.as_ref().key,
            authority: &self.authority,
            extra: &[],
        };
        transfer.send_net(amount, max_sent, &[])
    }
}
