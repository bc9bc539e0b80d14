//! The same chain without a stream: batches as they come out of the projection.

use std::collections::BTreeMap;

use anchor_lang::event::EVENT_IX_TAG_LE;
use anyhow::Context;
use till_indexer::{
    core::{AccountWrite, BlockMeta, CompleteSlot, InnerInstruction, ProgramTransaction},
    projection,
};
use till_store::chain::{Batch, Block, Changes, Checkpoint};

use super::chain::{Load, Slot, Transaction};

/// The chain of `load`, as it comes out of the gate.
pub fn slots(load: Load) -> Vec<CompleteSlot> {
    load.chain().map(complete).collect()
}

/// The chain of `load`, so many slots a batch.
pub fn batches(load: Load, slots_a_batch: usize) -> anyhow::Result<Vec<Batch>> {
    let mut after = None;
    slots(load).chunks(slots_a_batch).map(|slots| batch(slots, &mut after)).collect()
}

fn batch(slots: &[CompleteSlot], after: &mut Option<Checkpoint>) -> anyhow::Result<Batch> {
    let (mut changes, mut accounts, mut blocks) = (Changes::default(), Vec::new(), Vec::new());
    let mut last = None;
    for slot in slots {
        let checkpoint = projection::project(slot, 0, &mut changes)?;
        projection::accounts(slot, &mut accounts)?;
        blocks.push(Block::from(&checkpoint));
        last = Some(checkpoint);
    }
    let checkpoint = last.context("a batch without a slot")?;
    let after = after.replace(checkpoint.clone());
    Ok(Batch { after, reversal: None, changes, blocks, accounts, checkpoint })
}

fn complete(slot: Slot) -> CompleteSlot {
    let number = slot.number;
    let accounts: BTreeMap<_, _> = slot
        .transactions
        .iter()
        .flat_map(|transaction| &transaction.writes)
        .map(|write| (write.address, account(number, write.version, write.address.to_bytes(), write.size)))
        .collect();
    CompleteSlot {
        meta: BlockMeta {
            slot: number,
            blockhash: Slot::blockhash(number),
            parent_slot: number - 1,
            parent_blockhash: Slot::blockhash(number - 1),
            height: number,
            time: slot.time,
            executed_transactions: slot.transactions.len() as u64,
        },
        transactions: slot
            .transactions
            .into_iter()
            .zip(0..)
            .map(|(it, index)| whole(number, index, it))
            .collect(),
        accounts: accounts.into_values().collect(),
    }
}

fn account(slot: u64, write_version: u64, address: [u8; 32], size: usize) -> AccountWrite {
    AccountWrite { slot, address, write_version, lamports: 2_000_000, data: vec![0; size] }
}

fn whole(slot: u64, index: u64, transaction: Transaction) -> ProgramTransaction {
    let inner = transaction.events.iter().zip(0..).map(|(event, position)| InnerInstruction {
        outer: 0,
        position,
        program: 0,
        accounts: vec![1],
        data: [EVENT_IX_TAG_LE, event].concat(),
    });
    ProgramTransaction {
        slot,
        index,
        signature: transaction.signature,
        keys: vec![till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
        inner: inner.collect(),
    }
}
