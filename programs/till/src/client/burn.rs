use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::{build, Token};
use crate::{accounts, instruction, pda, ID};

pub fn open_burn_record(rent_payer: Pubkey, mint: Pubkey) -> Instruction {
    let accounts = accounts::OpenBurnRecord {
        rent_payer,
        mint,
        burn_record: pda::burn_record(&mint).0,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::OpenBurnRecord {})
}

pub fn burn(owner: Pubkey, owner_token: Pubkey, token: &Token, amount: u64) -> Instruction {
    let accounts = accounts::Burn {
        owner,
        burn_record: pda::burn_record(&token.mint).0,
        mint: token.mint,
        owner_token,
        token_program: token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Burn { amount })
}

pub fn close_burn_record(mint: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseBurnRecord {
        burn_record: pda::burn_record(&mint).0,
        mint,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseBurnRecord {})
}
