use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, VaultKey};
use crate::{accounts, instruction, pda, RegisterMerchantArgs, ID};

pub fn register_merchant(founder: Pubkey, rent_payer: Pubkey, args: RegisterMerchantArgs) -> Instruction {
    let accounts = accounts::RegisterMerchant {
        founder,
        rent_payer,
        merchant: pda::merchant(&founder, args.index).0,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::RegisterMerchant { args })
}

pub fn open_vault(signer: Pubkey, rent_payer: Pubkey, vault: &VaultKey) -> Instruction {
    let accounts = accounts::OpenVault {
        signer,
        rent_payer,
        merchant: vault.merchant,
        mint: vault.token.mint,
        vault: vault.address(),
        vault_token: vault.token_account(),
        token_program: vault.token.program,
        associated_token_program: associated_token::ID,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::OpenVault { shard: vault.shard })
}

pub fn payout(vault: &VaultKey, payout_token: Pubkey) -> Instruction {
    let accounts = accounts::Payout {
        merchant: vault.merchant,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token,
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::Payout {})
}
