use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, Token};
use crate::{accounts, instruction, pda, pool_terms_hash, CreatePoolArgs, Tier, ID};

/// A staking pool, named by what its address is made of, and the mint that is staked in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolKey {
    pub founder: Pubkey,
    pub index: u16,
    pub token: Token,
    /// See [`pool_terms_hash`].
    pub terms_hash: [u8; 32],
}

impl PoolKey {
    /// The address that a new pool will have.
    pub fn of(founder: Pubkey, index: u16, token: Token, new: &NewPool) -> Self {
        let terms_hash = pool_terms_hash(&token.mint, &new.tiers, new.cooldown_seconds).expect("in memory");
        Self { founder, index, token, terms_hash }
    }

    pub fn address(&self) -> Pubkey {
        pda::pool(&self.founder, self.index, &self.terms_hash).0
    }

    pub fn stake_token(&self) -> Pubkey {
        self.token.account_of(&self.address())
    }
}

/// A reward of a pool: its mint, and which of the pool's rewards it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardKey {
    pub pool: Pubkey,
    pub index: u8,
    pub token: Token,
}

impl RewardKey {
    pub fn token_account(&self) -> Pubkey {
        self.token.account_of(&self.pool)
    }
}

/// How a pool is to be. Times are seconds.
#[derive(Clone, Debug)]
pub struct NewPool {
    pub authority: Pubkey,
    pub rent_payer: Pubkey,
    pub cooldown_seconds: u32,
    pub tiers: Vec<Tier>,
}

/// `pool` is [`PoolKey::of`] these terms.
pub fn create_pool(pool: &PoolKey, new: NewPool) -> Instruction {
    let NewPool { authority, rent_payer, cooldown_seconds, tiers } = new;
    let accounts = accounts::CreatePool {
        founder: pool.founder,
        rent_payer,
        protocol: pda::protocol().0,
        stake_mint: pool.token.mint,
        pool: pool.address(),
        stake_token: pool.stake_token(),
        token_program: pool.token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    let args = CreatePoolArgs { index: pool.index, authority, cooldown_seconds, tiers };
    build(accounts, instruction::CreatePool { args })
}

pub fn add_reward(pool: Pubkey, authority: Pubkey, rent_payer: Pubkey, token: &Token) -> Instruction {
    let accounts = accounts::AddReward {
        authority,
        rent_payer,
        pool,
        mint: token.mint,
        reward_token: token.account_of(&pool),
        token_program: token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::AddReward {})
}

/// What a reward is funded with. `amount` arrives and at most `max_sent` is sent, in base units.
#[derive(Clone, Copy, Debug)]
pub struct FundArgs {
    pub amount: u64,
    pub seconds: u32,
    pub max_sent: u64,
}

/// `authority_token` pays: a token account of the pool's authority.
pub fn fund_reward(
    reward: &RewardKey,
    authority: Pubkey,
    authority_token: Pubkey,
    args: FundArgs,
) -> Instruction {
    let accounts = accounts::FundReward {
        authority,
        protocol: pda::protocol().0,
        pool: reward.pool,
        mint: reward.token.mint,
        reward_token: reward.token_account(),
        authority_token,
        token_program: reward.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    let FundArgs { amount, seconds, max_sent } = args;
    build(accounts, instruction::FundReward { index: reward.index, amount, seconds, max_sent })
}

pub fn propose_pool_authority(pool: Pubkey, authority: Pubkey, new_authority: Pubkey) -> Instruction {
    let accounts = accounts::ProposePoolAuthority {
        authority,
        pool,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ProposePoolAuthority { new_authority })
}

pub fn accept_pool_authority(pool: Pubkey, pending_authority: Pubkey) -> Instruction {
    let accounts = accounts::AcceptPoolAuthority {
        pending_authority,
        pool,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::AcceptPoolAuthority {})
}

pub fn retire_pool(pool: Pubkey, authority: Pubkey) -> Instruction {
    let accounts =
        accounts::RetirePool { authority, pool, event_authority: pda::event_authority(), program: ID };
    build(accounts, instruction::RetirePool {})
}

/// `authority_token` gets what nobody has claimed: any token account of the authority.
pub fn remove_reward(
    reward: &RewardKey,
    authority: Pubkey,
    authority_token: Pubkey,
    rent_payer: Pubkey,
) -> Instruction {
    let accounts = accounts::RemoveReward {
        authority,
        pool: reward.pool,
        mint: reward.token.mint,
        reward_token: reward.token_account(),
        authority_token,
        rent_payer,
        token_program: reward.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RemoveReward { index: reward.index })
}

/// `authority_token` gets what is nobody's: any token account of the authority.
pub fn close_pool(
    pool: &PoolKey,
    authority: Pubkey,
    authority_token: Pubkey,
    rent_payer: Pubkey,
) -> Instruction {
    let accounts = accounts::ClosePool {
        authority,
        pool: pool.address(),
        stake_mint: pool.token.mint,
        stake_token: pool.stake_token(),
        authority_token,
        rent_payer,
        token_program: pool.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClosePool {})
}
