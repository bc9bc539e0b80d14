use anchor_lang::prelude::*;
use anchor_lang::solana_program::bpf_loader_upgradeable;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::build;
use crate::{accounts, instruction, pda, InitializeProtocolArgs, UpdateProtocolArgs, ID};

pub fn initialize_protocol(upgrade_authority: Pubkey, args: InitializeProtocolArgs) -> Instruction {
    let (program_data, _) = Pubkey::find_program_address(&[ID.as_ref()], &bpf_loader_upgradeable::ID);
    let accounts = accounts::InitializeProtocol {
        upgrade_authority,
        protocol: pda::protocol().0,
        till: ID,
        program_data,
        system_program: system_program::ID,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::InitializeProtocol { args })
}

pub fn update_protocol(admin: Pubkey, args: UpdateProtocolArgs) -> Instruction {
    let accounts = accounts::UpdateProtocol {
        admin,
        protocol: pda::protocol().0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::UpdateProtocol { args })
}

/// `signer` is the guardian or the admin.
pub fn pause_protocol(signer: Pubkey) -> Instruction {
    let accounts = accounts::PauseProtocol {
        signer,
        protocol: pda::protocol().0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::PauseProtocol {})
}

pub fn unpause_protocol(admin: Pubkey) -> Instruction {
    let accounts = accounts::UnpauseProtocol {
        admin,
        protocol: pda::protocol().0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::UnpauseProtocol {})
}

pub fn propose_admin(admin: Pubkey, new_admin: Pubkey) -> Instruction {
    let accounts = accounts::ProposeAdmin {
        admin,
        protocol: pda::protocol().0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::ProposeAdmin { new_admin })
}

pub fn accept_admin(pending_admin: Pubkey) -> Instruction {
    let accounts = accounts::AcceptAdmin {
        pending_admin,
        protocol: pda::protocol().0,
        event_authority: pda::event_authority(),
        program: ID,
    };
    build(accounts, instruction::AcceptAdmin {})
}
