mod capabilities;
mod merchant;
mod payment;

use anchor_lang::Event;
use solana_pubkey::Pubkey;
use till::events;
use till_store::chain::{Account, LedgerLine};

use super::*;
use crate::core::{InnerInstruction, ProgramTransaction};

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

const VAULT: events::VaultBalances =
    events::VaultBalances { escrowed: 10, balance: 20, fees: 30, sequence: 40 };

/// What a slot changes in which the program emits this event and nothing else happens.
fn try_project_one(event: &impl Event) -> Result<Changes, ProjectionError> {
    let inner = InnerInstruction {
        outer: 1,
        position: 2,
        program: 0,
        accounts: vec![1],
        data: [anchor_lang::event::EVENT_IX_TAG_LE, event.data().as_slice()].concat(),
    };
    let transaction = ProgramTransaction {
        slot: 9,
        index: 4,
        signature: [7; 64],
        keys: vec![till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
        inner: vec![inner],
    };
    let slot = CompleteSlot { meta: meta(50), transactions: vec![transaction], accounts: Vec::new() };
    let mut changes = Changes::default();
    project(&slot, 0, &mut changes).map(|_| changes)
}

fn project_one(event: &impl Event) -> Changes {
    try_project_one(event).unwrap()
}

fn meta(time: i64) -> BlockMeta {
    BlockMeta {
        slot: 9,
        blockhash: "hash".to_owned(),
        parent_slot: 8,
        parent_blockhash: "parent".to_owned(),
        height: 1,
        time,
        executed_transactions: 1,
    }
}

/// The accounts and amounts of lines that are all of `owner`, numbered, and sum to zero.
#[track_caller]
fn entries(changes: &Changes, owner: Pubkey) -> Vec<(Account, i128)> {
    let ledger = &changes.ledger;
    assert!(ledger.iter().all(|line| line.owner == owner.to_string() && line.key == changes.events[0].key));
    assert!(ledger.iter().map(|line| line.line).eq(0..ledger.len() as i16));
    assert_eq!(ledger.iter().map(|line| line.amount).sum::<i128>(), 0);
    ledger.iter().map(|LedgerLine { account, amount, .. }| (*account, *amount)).collect()
}

/// What becomes of accounts: all of it by the one event.
#[track_caller]
fn states(changes: &Changes) -> Vec<(&str, &State)> {
    let key = &changes.events[0].key;
    assert!(changes.states.iter().all(|change| change.key == *key && change.slot == 9));
    changes.states.iter().map(|change| (change.address.as_str(), &change.state)).collect()
}

#[test]
fn a_time_that_no_calendar_has_is_an_error() {
    let project = |time| {
        let slot = CompleteSlot { meta: meta(time), transactions: Vec::new(), accounts: Vec::new() };
        project(&slot, 7, &mut Changes::default())
    };
    let error = project(i64::MAX);
    assert!(matches!(error, Err(ProjectionError::OutOfRange { what: "block time", .. })));
    assert_eq!(project(0).unwrap().finalized_slot, 7);
}
