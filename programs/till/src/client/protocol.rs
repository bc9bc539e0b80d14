use anchor_lang::prelude::*;
use anchor_lang::solana_program::bpf_loader_upgradeable;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::system_program;

use super::build;
use crate::{accounts, instruction, pda, InitializeProtocolArgs, ID};

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
