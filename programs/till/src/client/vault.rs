use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;
use anchor_spl::associated_token;

use super::{build, VaultKey};
use crate::{accounts, instruction, pda, ID};

pub fn open_vault(signer: Pubkey, rent_payer: Pubkey, vault: &VaultKey) -> Instruction {
    let accounts = accounts::OpenVault {
        signer,
        rent_payer,
        merchant: vault.merchant,
        mint: vault.token.mint,
        mint_policy: pda::mint_policy(&vault.token.mint).0,
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

/// `signer` is the merchant's authority or operator.
pub fn set_vault_accepting(signer: Pubkey, vault: &VaultKey, accepting: bool) -> Instruction {
    let accounts = accounts::SetVaultAccepting {
        signer,
        merchant: vault.merchant,
        vault: vault.address(),
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::SetVaultAccepting { accepting })
}

pub fn sync_vault_policy(vault: &VaultKey) -> Instruction {
    let accounts = accounts::SyncVaultPolicy {
        vault: vault.address(),
        mint: vault.token.mint,
        mint_policy: pda::mint_policy(&vault.token.mint).0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::SyncVaultPolicy {})
}

/// `payout_token` gets what strangers have sent to the vault; it need not exist when they have not.
pub fn close_vault(
    authority: Pubkey,
    vault: &VaultKey,
    payout_token: Pubkey,
    rent_payer: Pubkey,
) -> Instruction {
    let accounts = accounts::CloseVault {
        authority,
        merchant: vault.merchant,
        vault: vault.address(),
        vault_token: vault.token_account(),
        mint: vault.token.mint,
        payout_token,
        rent_payer,
        token_program: vault.token.program,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::CloseVault {})
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
