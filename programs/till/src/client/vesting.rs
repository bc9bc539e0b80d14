use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, Payer, Token};
use crate::{accounts, instruction, pda, VestingTerms, ID};

/// A vesting, and the token that vests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VestingKey {
    pub address: Pubkey,
    pub token: Token,
}

impl VestingKey {
    /// Where [`create_vesting`] puts the vesting of these terms.
    pub fn of(grantor: &Pubkey, token: Token, terms: &VestingTerms) -> Self {
        let (_, address) = pda::vesting(grantor, &terms.beneficiary, terms.id, &token.mint, &token.program);
        Self { address, token }
    }

    pub fn token_account(&self) -> Pubkey {
        self.token.account_of(&self.address)
    }
}

/// The grantor is the payer's wallet.
pub fn create_vesting(grantor: &Payer, token: &Token, terms: VestingTerms) -> Instruction {
    let (salt, vesting) =
        pda::vesting(&grantor.wallet, &terms.beneficiary, terms.id, &token.mint, &token.program);
    let accounts = accounts::CreateVesting {
        grantor: grantor.wallet,
        rent_payer: grantor.rent_payer,
        protocol: pda::protocol().0,
        beneficiary: terms.beneficiary,
        mint: token.mint,
        grantor_token: grantor.token_account,
        vesting,
        vesting_token: token.account_of(&vesting),
        token_program: token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CreateVesting { terms, max_sent: grantor.max_sent, salt })
}

pub fn claim_vested(vesting: &VestingKey, beneficiary_token: Pubkey) -> Instruction {
    let accounts = accounts::ClaimVested {
        vesting: vesting.address,
        vesting_token: vesting.token_account(),
        mint: vesting.token.mint,
        beneficiary_token,
        token_program: vesting.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ClaimVested {})
}

pub fn revoke_vesting(grantor: Pubkey, vesting: &VestingKey, grantor_token: Pubkey) -> Instruction {
    let accounts = accounts::RevokeVesting {
        grantor,
        vesting: vesting.address,
        vesting_token: vesting.token_account(),
        mint: vesting.token.mint,
        grantor_token,
        token_program: vesting.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RevokeVesting {})
}

/// `beneficiary_token` need not exist when the vesting's token account is empty.
pub fn close_vesting(vesting: &VestingKey, beneficiary_token: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseVesting {
        vesting: vesting.address,
        vesting_token: vesting.token_account(),
        mint: vesting.token.mint,
        beneficiary_token,
        rent_payer,
        token_program: vesting.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseVesting {})
}
