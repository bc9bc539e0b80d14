//! The journal and what is made of it, without a running chain.

use std::{fs, io::Write};

use super::{
    journal::Journal,
    record::{AccountRecord, SlotRecord},
    restore::{replay, restore},
};
use crate::grpc::{Hub, Ring, RingLimits};
use solana_pubkey::Pubkey;
use surfpool_core::{
    solana_account::Account,
    surfnet::svm::{SurfnetSvm, SurfnetSvmConfig},
};

const SLOT_MS: u64 = 400;

fn with_account(slot: u64, address: &Pubkey, lamports: u64) -> SlotRecord {
    let account = Account { lamports, ..Account::default() };
    SlotRecord {
        accounts: vec![AccountRecord::new(address, &account, slot)],
        ..SlotRecord::empty(slot, slot - 29, slot * SLOT_MS)
    }
}

#[test]
fn a_stopped_chain_continues_right_behind_its_last_slot() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path()).unwrap();
    let last = SlotRecord::empty(40, 11, 40 * SLOT_MS);
    for slot in 31..=40 {
        journal.append(&SlotRecord::empty(slot, slot - 29, slot * SLOT_MS)).unwrap();
    }
    journal.stop(&last).unwrap();
    drop(journal);
    let (_journal, history) = Journal::open(dir.path()).unwrap();
    assert_eq!(history.reserved, 40);
    assert_eq!(history.slots.last().map(|slot| (slot.slot, slot.height)), Some((40, 11)));
}

#[test]
fn a_killed_chain_continues_behind_every_slot_it_may_have_closed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(dir.path()).unwrap();
    for slot in 31..=90 {
        journal.append(&SlotRecord::empty(slot, slot - 29, slot * SLOT_MS)).unwrap();
    }
    drop(journal);
    let (_journal, history) = Journal::open(dir.path()).unwrap();
    assert!((90..=120).contains(&history.reserved), "{}", history.reserved);
}

#[test]
fn the_latest_state_of_an_account_wins_and_a_closed_one_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, closed) = (Pubkey::new_unique(), Pubkey::new_unique());
    let (mut journal, _) = Journal::open(dir.path()).unwrap();
    for record in [
        with_account(31, &kept, 1),
        with_account(32, &closed, 5),
        with_account(33, &kept, 2),
        with_account(34, &closed, 0),
    ] {
        journal.append(&record).unwrap();
    }
    drop(journal);
    // Twice, because opening rewrites the file.
    for _ in 0..2 {
        let (_journal, history) = Journal::open(dir.path()).unwrap();
        assert_eq!(history.accounts.len(), 1);
        assert_eq!(history.accounts[&kept.to_string()].lamports, 2);
        assert_eq!(history.slots.len(), 4);
    }
}

#[test]
fn a_line_cut_short_is_a_write_that_did_not_happen_but_a_broken_one_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let address = Pubkey::new_unique();
    let (mut journal, _) = Journal::open(dir.path()).unwrap();
    journal.append(&with_account(31, &address, 1)).unwrap();
    drop(journal);
    let path = dir.path().join("chain.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"slot\":{\"slot\":32,").unwrap();
    let (mut journal, history) = Journal::open(dir.path()).unwrap();
    assert_eq!(history.slots.len(), 1);
    journal.append(&with_account(32, &address, 2)).unwrap();
    drop(journal);
    let (_, history) = Journal::open(dir.path()).unwrap();
    assert_eq!(history.accounts[&address.to_string()].lamports, 2);

    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"slot\":{\"slot\":33,\n").unwrap();
    let error = format!("{:#}", Journal::open(dir.path()).unwrap_err());
    assert!(error.contains("line") && error.contains("--fresh"), "{error}");
}

#[test]
fn a_journal_belongs_to_one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let open = Journal::open(dir.path()).unwrap();
    let error = Journal::open(dir.path()).unwrap_err().to_string();
    assert!(error.contains("another local net"), "{error}");
    assert!(Journal::remove(dir.path()).is_err());
    drop(open);
    Journal::remove(dir.path()).unwrap();
    assert!(!dir.path().join("chain.jsonl").exists());
}

#[test]
fn a_restored_chain_has_its_accounts_and_the_next_slot() {
    let dir = tempfile::tempdir().unwrap();
    let address = Pubkey::new_unique();
    let (mut journal, _) = Journal::open(dir.path()).unwrap();
    journal.append(&with_account(31, &address, 7)).unwrap();
    drop(journal);
    let (_journal, history) = Journal::open(dir.path()).unwrap();

    let (mut svm, _events, _geyser) = SurfnetSvm::new(SurfnetSvmConfig::default()).unwrap();
    let now = 1_000_000_000;
    let last = restore(&mut svm, &history, SLOT_MS, now).unwrap().unwrap();
    assert_eq!(last.slot, history.reserved);
    assert_eq!(svm.latest_epoch_info.absolute_slot, last.slot + 1);
    assert_eq!(svm.chain_tip.index, last.height);
    assert_eq!(svm.latest_blockhash().to_string(), last.blockhash());
    assert_eq!(svm.get_account(&address).unwrap().map(|account| account.lamports), Some(7));

    // The stream remembers every slot up to there, each the parent of the next.
    let hub = Hub::new(RingLimits::default());
    replay(&hub, &history, &last, SLOT_MS).unwrap();
    hub.read(|ring: &Ring| {
        assert_eq!(ring.first_available(), Some(31));
        let metas: Vec<_> = ring.metas_from(last.slot).collect();
        assert_eq!(metas.len() as u64, last.slot - 30);
        for pair in metas.windows(2) {
            assert_eq!(pair[0].parent_slot, pair[1].slot);
            assert_eq!(pair[0].parent_blockhash, pair[1].blockhash);
            assert!(pair[0].block_time.unwrap().timestamp >= pair[1].block_time.unwrap().timestamp);
        }
    });
}
