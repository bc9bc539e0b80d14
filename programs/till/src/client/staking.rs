use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::{build, PoolKey, RewardKey};
use crate::{accounts, instruction, pda, ID};

/// The position of an owner in a pool, and the salt of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionKey {
    pub pool: Pubkey,
    pub owner: Pubkey,
    pub salt: u8,
    pub address: Pubkey,
}

impl PositionKey {
    /// The owner's first position in the pool.
    pub fn of(pool: Pubkey, owner: Pubkey) -> Self {
        Self::from_salt(pool, owner, 0).expect("one of 256 salts")
    }

    /// The owner's position behind this one, or nothing after about a hundred.
    pub fn next(&self) -> Option<Self> {
        Self::from_salt(self.pool, self.owner, self.salt.checked_add(1)?)
    }

    fn from_salt(pool: Pubkey, owner: Pubkey, first: u8) -> Option<Self> {
        let with_salt =
            |salt| pda::position(&pool, &owner, salt).map(|address| Self { pool, owner, salt, address });
        (first..=u8::MAX).find_map(with_salt)
    }
}

/// Who stakes, and what. `amount` arrives and at most `max_sent` is sent, in base units.
#[derive(Clone, Copy, Debug)]
pub struct Staker {
    pub token_account: Pubkey,
    pub rent_payer: Pubkey,
    pub tier: u8,
    pub amount: u64,
    pub max_sent: u64,
}

pub fn stake(pool: &PoolKey, position: &PositionKey, staker: &Staker) -> Instruction {
    let accounts = accounts::Stake {
        owner: position.owner,
        rent_payer: staker.rent_payer,
        protocol: pda::protocol().0,
        pool: pool.address(),
        stake_mint: pool.token.mint,
        stake_token: pool.stake_token(),
        owner_token: staker.token_account,
        position: position.address,
        token_program: pool.token.program,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    let Staker { tier, amount, max_sent, .. } = *staker;
    build(accounts, instruction::Stake { tier, amount, max_sent, salt: position.salt })
}

/// `owner_token` is paid: any token account of the position's owner.
pub fn claim_reward(reward: &RewardKey, position: Pubkey, owner_token: Pubkey) -> Instruction {
    let accounts = accounts::ClaimReward {
        pool: reward.pool,
        position,
        mint: reward.token.mint,
        reward_token: reward.token_account(),
        owner_token,
        token_program: reward.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClaimReward { index: reward.index })
}

/// `signer` is the owner, or anyone when the pool is retired and has given out everything.
pub fn request_unstake(signer: Pubkey, pool: Pubkey, position: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::RequestUnstake {
        signer,
        pool,
        position,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RequestUnstake { amount })
}

/// `owner_token` is paid: any token account of the position's owner.
pub fn withdraw_stake(pool: &PoolKey, position: Pubkey, owner_token: Pubkey) -> Instruction {
    let accounts = accounts::WithdrawStake {
        pool: pool.address(),
        position,
        stake_mint: pool.token.mint,
        stake_token: pool.stake_token(),
        owner_token,
        token_program: pool.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::WithdrawStake {})
}

/// `owner`: signs that what is still owed is given up.
pub fn close_position(
    pool: Pubkey,
    position: Pubkey,
    rent_payer: Pubkey,
    owner: Option<Pubkey>,
) -> Instruction {
    let accounts = accounts::ClosePosition {
        pool,
        position,
        owner,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClosePosition {})
}
