use super::*;
use crate::core::{ProgramTransaction, update::SlotState::*};

/// Block `slot` on `parent`. Hashes are made of the slot, so that a fork needs another name.
fn block(slot: u64, parent: u64, executed: u64) -> BlockMeta {
    named(slot, parent, executed, &format!("hash-{slot}"))
}

fn named(slot: u64, parent: u64, executed: u64, blockhash: &str) -> BlockMeta {
    BlockMeta {
        slot,
        blockhash: blockhash.to_owned(),
        parent_slot: parent,
        parent_blockhash: format!("hash-{parent}"),
        height: slot,
        time: 1_700_000_000,
        executed_transactions: executed,
    }
}

fn transaction(slot: u64, index: u64) -> Update {
    Update::Transaction(Box::new(ProgramTransaction {
        slot,
        index,
        signature: [index as u8; 64],
        keys: Vec::new(),
        inner: Vec::new(),
    }))
}

fn ours(slot: u64, index: u64) -> [Update; 2] {
    [transaction(slot, index), Update::Executed { slot, index, is_ours: true }]
}

fn foreign(slot: u64, index: u64) -> Update {
    Update::Executed { slot, index, is_ours: false }
}

fn state(slot: u64, state: SlotState) -> Update {
    Update::Slot { slot, parent: None, state }
}

/// A whole slot with one transaction of ours and a foreign one, confirmed.
fn whole(slot: u64, parent: u64) -> Vec<Update> {
    let [whole, status] = ours(slot, 1);
    vec![foreign(slot, 0), whole, status, Update::BlockMeta(block(slot, parent, 2)), state(slot, Confirmed)]
}

fn after(slot: u64) -> Gate {
    Gate::new(Root::After { slot, blockhash: format!("hash-{slot}") }, Limits::default())
}

fn feed(gate: &mut Gate, updates: impl IntoIterator<Item = Update>) -> Result<Vec<(u64, usize)>, Conflict> {
    let mut through = Vec::new();
    for update in updates {
        gate.apply(update)?;
        through.extend(gate.release()?.into_iter().map(|slot| (slot.meta.slot, slot.transactions.len())));
    }
    Ok(through)
}

#[test]
fn slots_go_through_in_order_and_whole() {
    let mut gate = after(9);
    let updates = whole(10, 9).into_iter().chain(whole(11, 10)).chain(whole(13, 11));
    assert_eq!(feed(&mut gate, updates), Ok(vec![(10, 1), (11, 1), (13, 1)]), "slot 12 was skipped");
    assert_eq!(gate.waiting(), None);
}

#[test]
fn bug_01_a_header_does_not_prove_that_all_transactions_arrived() {
    let mut gate = after(9);
    let [whole, status] = ours(10, 1);
    let early = [Update::BlockMeta(block(10, 9, 2)), state(10, Confirmed), foreign(10, 0)];
    assert_eq!(feed(&mut gate, early), Ok(vec![]));
    assert_eq!(gate.waiting(), Some(Waiting::Incomplete { slot: 10, seen: 1, executed: Some(2) }));
    assert_eq!(feed(&mut gate, [status]), Ok(vec![]), "all are counted, and ours is not here");
    assert_eq!(feed(&mut gate, [whole]), Ok(vec![(10, 1)]));
}

#[test]
fn a_whole_slot_waits_for_its_confirmation() {
    let mut gate = after(9);
    let mut updates = whole(10, 9);
    let confirmed = updates.pop().unwrap();
    assert_eq!(feed(&mut gate, updates), Ok(vec![]));
    assert_eq!(gate.waiting(), None, "nothing is overdue");
    assert_eq!(feed(&mut gate, [confirmed]), Ok(vec![(10, 1)]));
}

#[test]
fn any_order_and_any_repetition_give_the_same_slots() {
    let updates: Vec<Update> = whole(10, 9).into_iter().chain(whole(11, 10)).collect();
    let reversed = updates.iter().rev().cloned().chain(updates.clone()).chain(updates.clone());
    assert_eq!(feed(&mut after(9), reversed), Ok(vec![(10, 1), (11, 1)]));
    let doubled = updates.iter().flat_map(|update| [update.clone(), update.clone()]);
    assert_eq!(feed(&mut after(9), doubled), Ok(vec![(10, 1), (11, 1)]));
}

#[test]
fn what_went_through_is_not_let_through_again_by_a_replay() {
    let mut gate = after(10);
    let updates = whole(9, 8).into_iter().chain(whole(10, 9)).chain(whole(11, 10)).chain(whole(10, 9));
    assert_eq!(feed(&mut gate, updates), Ok(vec![(11, 1)]));
}

#[test]
fn a_confirmed_slot_confirms_its_ancestors() {
    let mut gate = after(9);
    let mut unconfirmed = whole(10, 9);
    unconfirmed.pop();
    let updates = unconfirmed.into_iter().chain(whole(11, 10));
    assert_eq!(feed(&mut gate, updates), Ok(vec![(10, 1), (11, 1)]));
}

#[test]
fn a_slot_behind_a_gap_waits_for_the_gap() {
    let mut gate = after(9);
    assert_eq!(feed(&mut gate, whole(12, 11)), Ok(vec![]));
    // Slot 11 is known as a parent, and that is not enough.
    assert_eq!(gate.waiting(), Some(Waiting::Gap { slot: 12 }));
    assert_eq!(feed(&mut gate, whole(11, 10)), Ok(vec![]), "a gap that is half filled is a gap");
    assert_eq!(gate.waiting(), Some(Waiting::Gap { slot: 11 }));
    assert_eq!(feed(&mut gate, whole(10, 9)), Ok(vec![(10, 1), (11, 1), (12, 1)]));
}

#[test]
fn a_fork_that_is_not_confirmed_is_dropped() {
    let mut gate = after(9);
    let mut lost = whole(10, 9);
    lost.pop();
    let updates = lost.into_iter().chain(whole(11, 9)).chain(whole(12, 11));
    assert_eq!(feed(&mut gate, updates), Ok(vec![(11, 1), (12, 1)]));
    assert!(gate.held.is_empty(), "nothing of slot 10 is kept");
}

#[test]
fn a_dead_slot_is_dropped() {
    let mut gate = after(9);
    let mut dead = whole(10, 9);
    dead.pop();
    let updates = dead.into_iter().chain([state(10, Dead)]).chain(whole(11, 9));
    assert_eq!(feed(&mut gate, updates), Ok(vec![(11, 1)]));
}

/// Nothing of the dead block is left to contradict it.
#[test]
fn another_block_can_take_the_place_of_a_dead_one() {
    let mut dead = whole(10, 9);
    dead.pop();
    let mut other = whole(10, 9);
    for update in &mut other {
        if let Update::BlockMeta(meta) = update {
            meta.blockhash = "other".to_owned();
        }
    }
    let updates = dead.into_iter().chain([state(10, Dead)]).chain(other);
    assert_eq!(feed(&mut after(9), updates), Ok(vec![(10, 1)]));
}

#[test]
fn bug_11_the_same_slot_with_another_block_is_a_conflict() {
    let mut gate = after(9);
    let updates = [Update::BlockMeta(block(10, 9, 2)), Update::BlockMeta(named(10, 9, 2, "other"))];
    assert_eq!(feed(&mut gate, updates), Err(Conflict::TwoBlocks(10)));

    // After a reconnect: the committed slot 9 is not the slot 9 that the chain goes on from.
    let mut gate = Gate::new(Root::After { slot: 9, blockhash: "other".to_owned() }, Limits::default());
    assert_eq!(feed(&mut gate, whole(10, 9)), Err(Conflict::Forked { slot: 10, committed: 9 }));
}

/// Only the signatures say that they are of two blocks.
#[test]
fn two_transactions_at_one_place_are_two_blocks() {
    let mut other = transaction(10, 5);
    if let Update::Transaction(transaction) = &mut other {
        transaction.signature = [99; 64];
    }
    let again = [transaction(10, 5), transaction(10, 5)];
    assert_eq!(feed(&mut after(9), again), Ok(vec![]), "the same twice is one");
    assert_eq!(feed(&mut after(9), [transaction(10, 5), other]), Err(Conflict::TwoBlocks(10)));
}

/// No header has come yet, and still one version's transactions must not complete the other.
#[test]
fn two_versions_of_a_slot_are_not_mixed() {
    let executed = |is_ours| Update::Executed { slot: 10, index: 5, is_ours };
    for versions in [[executed(true), executed(false)], [executed(false), executed(true)]] {
        assert_eq!(feed(&mut after(9), versions), Err(Conflict::TwoBlocks(10)));
    }
}

#[test]
fn a_confirmed_slot_that_goes_around_what_is_committed_is_a_fork() {
    let mut gate = after(9);
    assert_eq!(feed(&mut gate, whole(11, 8)), Err(Conflict::Forked { slot: 11, committed: 9 }));
}

#[test]
fn more_transactions_than_the_header_counts_are_a_conflict() {
    let mut gate = after(9);
    let updates = [foreign(10, 0), foreign(10, 1), Update::BlockMeta(block(10, 9, 1)), state(10, Confirmed)];
    assert_eq!(feed(&mut gate, updates), Err(Conflict::TooMany { slot: 10, executed: 1, seen: 2 }));
    assert!(matches!(feed(&mut after(9), [foreign(10, 1 << 40)]), Err(Conflict::Index { .. })));
}

#[test]
fn bug_05_no_checkpoint_is_not_slot_0() {
    let mut present = Gate::new(Root::Present, Limits::default());
    // The stream begins in the middle of slot 20: its first transaction was not seen.
    let partial: Vec<Update> = whole(20, 19).into_iter().skip(1).collect();
    assert_eq!(feed(&mut present, partial), Ok(vec![]));
    assert_eq!(feed(&mut present, whole(21, 20)), Ok(vec![(21, 1)]));

    let mut from = Gate::new(Root::From(20), Limits::default());
    assert_eq!(feed(&mut from, whole(23, 22)), Ok(vec![]), "there are blocks between 20 and 23");
    assert_eq!(feed(&mut from, whole(22, 18)), Ok(vec![(22, 1), (23, 1)]), "22 is the first at or after 20");
}

#[test]
fn bug_12_what_waits_is_bounded() {
    let limits = Limits { slots: 3, messages: 2 };
    let root = Root::After { slot: 9, blockhash: "hash-9".to_owned() };
    let mut gate = Gate::new(root.clone(), limits);
    let slots = (20..30).map(|slot| foreign(slot, 0));
    assert!(matches!(feed(&mut gate, slots), Err(Conflict::Overflow { slots: 3, .. })));
    let mut gate = Gate::new(root, limits);
    let transactions = (0..10).map(|index| transaction(10, index));
    assert!(matches!(feed(&mut gate, transactions), Err(Conflict::Overflow { messages: 3, .. })));
}

#[test]
fn finality_follows_the_slots_that_went_through() {
    let mut gate = after(9);
    feed(&mut gate, whole(10, 9).into_iter().chain(whole(12, 10))).unwrap();
    assert_eq!(gate.finalized(), None);
    feed(&mut gate, [state(10, Finalized)]).unwrap();
    assert_eq!(gate.finalized(), None, "it may be another block of that slot");
    feed(&mut gate, whole(13, 12)).unwrap();
    assert_eq!(gate.finalized(), Some(10), "what was confirmed since stands on it");
    feed(&mut gate, [state(15, Finalized)].into_iter().chain(whole(14, 13))).unwrap();
    assert_eq!(gate.finalized(), Some(10), "slot 15 has not gone through");
    feed(&mut gate, whole(15, 14)).unwrap();
    assert_eq!(gate.finalized(), Some(15));
    feed(&mut gate, [state(5, Finalized)].into_iter().chain(whole(16, 15))).unwrap();
    assert_eq!(gate.finalized(), Some(15), "it never goes back");
}

#[test]
fn while_finality_is_awaited_what_is_only_confirmed_stays() {
    let mut gate = after(9).await_finality();
    let updates = whole(10, 9).into_iter().chain(whole(11, 10)).chain([state(10, Finalized)]);
    assert_eq!(feed(&mut gate, updates), Ok(vec![(10, 1)]));
    gate.accept_confirmed().unwrap();
    assert_eq!(feed(&mut gate, [state(11, Seen)]), Ok(vec![(11, 1)]));
}

#[test]
fn a_final_slot_that_did_not_go_through_is_a_fork() {
    let mut gate = after(9);
    let updates = whole(10, 9).into_iter().chain(whole(12, 10)).chain([state(11, Finalized)]);
    let updates = updates.chain(whole(13, 12));
    assert_eq!(feed(&mut gate, updates), Err(Conflict::Forked { slot: 11, committed: 13 }));
}
