//! The program's own entrypoint says no to what Anchor's would, and takes as many accounts as there are.

use anchor_lang::error::ErrorCode;
use anchor_lang::event::EVENT_IX_TAG;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs};
use till::pda;
use till_tests::{Actors, World};

fn event(accounts: Vec<AccountMeta>) -> Instruction {
    let mut data = EVENT_IX_TAG.to_le_bytes().to_vec();
    data.extend([7; 40]);
    Instruction { program_id: till::ID, accounts, data }
}

/// Only a call that the event authority signs is an event, and only the program signs for it.
#[test]
fn nobody_else_emits_events() {
    let mut world = World::bare();
    let thief = world.wallet();
    let unsigned = AccountMeta::new_readonly(pda::event_authority(), false);
    world.refused_with(event(vec![unsigned.clone()]), &[], ErrorCode::ConstraintSigner);
    let other = AccountMeta::new_readonly(thief.pubkey(), true);
    world.refused_with(event(vec![other.clone()]), &[&thief], ErrorCode::ConstraintSeeds);
    world.refused_with(event(vec![other, unsigned]), &[&thief], ErrorCode::ConstraintSeeds);
}

/// Explorers show the text between these marks, whatever toolchain the program was built with.
#[test]
fn explorers_find_whom_to_tell_of_a_hole() {
    let elf = till_tests::program_elf();
    for mark in ["=======BEGIN SECURITY.TXT V1=======\0name\0Till\0", "=======END SECURITY.TXT V1======="] {
        assert!(elf.windows(mark.len()).any(|bytes| bytes == mark.as_bytes()), "{mark}");
    }
}

#[test]
fn what_is_no_instruction_is_refused() {
    let mut world = World::bare();
    for data in [vec![], vec![1; 7], vec![1; 8], vec![1; 600]] {
        let instruction = Instruction { program_id: till::ID, accounts: vec![], data };
        world.refused_with(instruction, &[], ErrorCode::InstructionFallbackNotFound);
    }
}

/// More accounts than an instruction has a use for, many of them the same.
#[test]
fn any_number_of_accounts_is_read() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let args = CaptureArgs { amount: 5, ..Default::default() };
    let mut instruction = client::capture(a.operator.pubkey(), &a.vault, invoice.address, args);
    let strangers = (0..18).map(|_| AccountMeta::new_readonly(Pubkey::new_unique(), false));
    let again = instruction.accounts.clone();
    instruction.accounts.extend(strangers);
    instruction.accounts.extend(again.iter().cycle().take(100).cloned());
    a.by_operator(instruction);
    assert_eq!(a.payment(&invoice).captured, 5);
}
