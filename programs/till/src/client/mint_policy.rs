use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::build;
use crate::{accounts, instruction, pda, ID};

/// Bit `n` of the mask allows the Token-2022 extension type numbered `n`.
pub fn create_mint_policy(
    admin: Pubkey,
    rent_payer: Pubkey,
    mint: Pubkey,
    allowed_extensions: u64,
) -> Instruction {
    let accounts = accounts::CreateMintPolicy {
        admin,
        rent_payer,
        protocol: pda::protocol().0,
        mint,
        mint_policy: pda::mint_policy(&mint).0,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CreateMintPolicy { allowed_extensions })
}

pub fn update_mint_policy(admin: Pubkey, mint: Pubkey, allowed_extensions: u64) -> Instruction {
    let accounts = accounts::UpdateMintPolicy {
        admin,
        protocol: pda::protocol().0,
        mint_policy: pda::mint_policy(&mint).0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::UpdateMintPolicy { allowed_extensions })
}

pub fn close_mint_policy(admin: Pubkey, mint: Pubkey, rent_payer: Pubkey) -> Instruction {
    let accounts = accounts::CloseMintPolicy {
        admin,
        protocol: pda::protocol().0,
        mint_policy: pda::mint_policy(&mint).0,
        rent_payer,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseMintPolicy {})
}
