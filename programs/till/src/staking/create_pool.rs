use anchor_lang::prelude::*;
use anchor_spl::associated_token::{self, AssociatedToken};
use anchor_spl::token_interface::{Mint, TokenInterface};

use crate::{
    events::{emit, PoolCreated},
    pda, pool_terms_hash, token, Pool, Protocol, Tier,
};

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct CreatePoolArgs {
    /// Which of the founder's pools this is, from 0.
    pub index: u16,
    /// Governs the pool; usually the founder.
    pub authority: Pubkey,
    /// From asking a stake back to withdrawing it, in seconds.
    pub cooldown_seconds: u32,
    /// One to four, which never change.
    pub tiers: Vec<Tier>,
}

impl CreatePoolArgs {
    fn terms_hash(&self, stake_mint: Pubkey) -> Result<[u8; 32]> {
        pool_terms_hash(&stake_mint, &self.tiers, self.cooldown_seconds)
    }
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: CreatePoolArgs)]
pub struct CreatePool<'info> {
    /// Signs so that nobody takes an address that belongs to another wallet.
    pub founder: Signer<'info>,

    /// Pays the rent.
    #[account(mut)]
    pub rent_payer: Signer<'info>,

    /// There is only one account of this type.
    pub protocol: AccountLoader<'info, Protocol>,

    /// The mint that is staked.
    pub stake_mint: Box<InterfaceAccount<'info, Mint>>,

    /// The pool. Its address commits to its terms.
    #[account(
        init,
        payer = rent_payer,
        space = Pool::SPACE,
        seeds = [pda::POOL, founder.key().as_ref(), &args.index.to_le_bytes(), &args.terms_hash(stake_mint.key())?],
        bump
    )]
    pub pool: AccountLoader<'info, Pool>,

    /// The pool's token account for stakes.
    /// CHECK: the associated token program derives and creates it. It may exist already: anyone
    /// can create an associated token account, for anyone.
    #[account(mut)]
    pub stake_token: UncheckedAccount<'info>,

    /// SPL Token or Token-2022, whichever the mint is of.
    pub token_program: Interface<'info, TokenInterface>,
    /// Creates the token account.
    pub associated_token_program: Program<'info, AssociatedToken>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

impl CreatePool<'_> {
    pub fn handler(ctx: Context<Self>, args: CreatePoolArgs) -> Result<()> {
        let accounts = &ctx.accounts;
        accounts.protocol.load()?.require_running()?;
        token::require_accepted(accounts.stake_mint.as_ref().as_ref(), 0)?;
        accounts.create_stake_token()?;

        let CreatePoolArgs { index, authority, cooldown_seconds, tiers } = args;
        let (founder, rent_payer) = (accounts.founder.key(), accounts.rent_payer.key());
        let (stake_mint, stake_token) = (accounts.stake_mint.key(), accounts.stake_token.key());
        {
            let mut pool = accounts.pool.load_init()?;
            pool.founder = founder;
            pool.authority = authority;
            pool.rent_payer = rent_payer;
            pool.stake_mint = stake_mint;
            pool.stake_token = stake_token;
            pool.index = index;
            pool.bump = ctx.bumps.pool;
            pool.set_terms(&tiers, cooldown_seconds)?;
            pool.invariant()?;
        }
        emit(
            &accounts.event_authority,
            &PoolCreated {
                pool: accounts.pool.key(),
                founder,
                index,
                authority,
                rent_payer,
                stake_mint,
                stake_token,
                token_program: accounts.token_program.key(),
                decimals: accounts.stake_mint.decimals,
                cooldown_seconds,
                tiers,
            },
        )
    }
}

impl<'info> CreatePool<'info> {
    fn create_stake_token(&self) -> Result<()> {
        let accounts = associated_token::Create {
            payer: self.rent_payer.to_account_info(),
            associated_token: self.stake_token.to_account_info(),
            authority: self.pool.to_account_info(),
            mint: self.stake_mint.to_account_info(),
            system_program: self.system_program.to_account_info(),
            token_program: self.token_program.to_account_info(),
        };
        associated_token::create_idempotent(CpiContext::new(self.associated_token_program.key(), accounts))
    }
}
