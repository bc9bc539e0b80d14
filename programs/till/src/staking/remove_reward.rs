use anchor_lang::prelude::*;
use anchor_spl::token_interface::TokenInterface;

use crate::{
    events::{emit, RewardRemoved},
    token, Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct RemoveReward<'info> {
    /// The pool's authority.
    pub authority: Signer<'info>,

    /// The pool.
    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,

    /// The mint of the reward.
    /// CHECK: the pool's reward names it.
    #[account(mut)]
    pub mint: UncheckedAccount<'info>,

    /// The pool's token account for the reward.
    /// CHECK: the pool's reward names it.
    #[account(mut)]
    pub reward_token: UncheckedAccount<'info>,

    /// CHECK: any token account of the authority, for what nobody has claimed; see `token::Close`.
    #[account(mut)]
    pub authority_token: UncheckedAccount<'info>,

    /// Paid the rent and gets it back.
    /// CHECK: the pool's reward names it.
    #[account(mut)]
    pub rent_payer: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
}

impl RemoveReward<'_> {
    pub fn handler(ctx: Context<Self>, index: u8) -> Result<()> {
        let accounts = &ctx.accounts;
        let (removed, keeps_account, pool, signer) = {
            let mut pool = accounts.pool.load_mut()?;
            let removed = pool.remove_reward(index)?;
            (removed, removed.reward_token == pool.stake_token, pool.balances(), pool.signer())
        };
        removed.require_accounts(accounts.mint.key, accounts.reward_token.key)?;
        require_keys_eq!(*accounts.rent_payer.key, removed.rent_payer, TillError::WrongRentPayer);
        if keeps_account {
            // the account is the stakes', and is closed with the pool
            accounts.send(removed.unclaimed()?, &[&signer.seeds()])?;
        } else {
            let close = token::Close {
                token_program: &accounts.token_program,
                mint: &accounts.mint,
                account: &accounts.reward_token,
                to: &accounts.authority_token,
                to_owner: accounts.authority.key,
                rent_payer: &accounts.rent_payer,
                authority: accounts.pool.as_ref(),
                extra: &[],
            };
            close.close(&[&signer.seeds()])?;
        }
        emit(
            &accounts.event_authority,
            &RewardRemoved {
                pool_address: accounts.pool.key(),
                index,
                mint: removed.mint,
                reward: removed.balances(),
                pool,
            },
        )
    }
}

impl RemoveReward<'_> {
    fn send(&self, amount: u64, signer: &[&[&[u8]]]) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let transfer = token::Transfer {
            token_program: &self.token_program,
            mint: &self.mint,
            from: &self.reward_token,
            to: &self.authority_token,
            to_owner: self.authority.key,
            authority: self.pool.as_ref(),
            extra: &[],
        };
        transfer.send(amount, signer).map(drop)
    }
}
