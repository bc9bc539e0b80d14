use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{Mint, TokenInterface};

use crate::{
    events::{emit, RewardAdded},
    token, NewReward, Pool, TillError,
};

#[event_cpi]
#[derive(Accounts)]
pub struct AddReward<'info> {
    /// The pool's authority.
    pub authority: Signer<'info>,

    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// The pool.
    #[account(mut, has_one = authority @ TillError::NotPoolAuthority)]
    pub pool: AccountLoader<'info, Pool>,

    /// The mint of the reward.
    pub mint: Box<InterfaceAccount<'info, Mint>>,

    /// The pool's token account for the reward.
    /// CHECK: the associated token program derives and creates it. It may exist already: as that of the
    /// stakes, or because anyone can create an associated token account, for anyone.
    #[account(mut)]
    pub reward_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl AddReward<'_> {
    pub fn handler(ctx: Context<Self>) -> Result<()> {
        let accounts = &ctx.accounts;
        token::require_accepted(accounts.mint.as_ref().as_ref(), 0)?;
        accounts.create_reward_token()?;

        let at = Clock::get()?.unix_timestamp;
        let (mint, reward_token, rent_payer) =
            (accounts.mint.key(), accounts.reward_token.key(), accounts.rent_payer.key());
        let (index, pool) = {
            let mut pool = accounts.pool.load_mut()?;
            let index = pool.add_reward(NewReward { mint, reward_token, rent_payer }, at)?;
            (index, pool.balances())
        };
        emit(
            &accounts.event_authority,
            &RewardAdded {
                pool_address: accounts.pool.key(),
                index,
                mint,
                reward_token,
                rent_payer,
                token_program: accounts.token_program.key(),
                decimals: accounts.mint.decimals,
                at,
                pool,
            },
        )
    }
}

impl<'info> AddReward<'info> {
    fn create_reward_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.reward_token.to_account_info(),
            authority: self.pool.to_account_info(),
            mint: self.mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }
}
