//! Puts a journal's history back into a new chain, and into the stream's memory.

use anyhow::Context;
use surfpool_core::{
    surfnet::{BlockIdentifier, SLOTS_PER_EPOCH, svm::SurfnetSvm},
    types::SurfnetTransactionStatus,
};

use super::{
    journal::History,
    record::{SlotRecord, blockhash_at},
};
use crate::grpc::{self, ClosedSlot, Hub};

/// Slots of the past that subscribers can still ask for after a restart.
const REPLAYABLE: u64 = 10_000;

/// Slots between closing and being final; what the embedded chain does.
const FINALITY: u64 = 30;

/// Makes `svm`, new and not running yet, continue behind `history`. The last slot of before, if there was one.
///
/// Slots that were reserved but never written count as closed and empty, whether or not they were: whoever saw
/// one of them saw it empty, with the same blockhash.
pub fn restore(
    svm: &mut SurfnetSvm,
    history: &History,
    slot_ms: u64,
    now_ms: u64,
) -> anyhow::Result<Option<SlotRecord>> {
    let Some(known) = history.slots.last() else {
        return Ok(None);
    };
    let last = after(known, history.reserved.max(known.slot), slot_ms, now_ms);

    // A program is loaded from its data account, so that one has to be there first.
    let mut accounts: Vec<_> = history.accounts.values().collect();
    accounts.sort_by_key(|account| account.executable);
    for record in accounts {
        svm.set_account(&record.address()?, record.account()?)
            .with_context(|| format!("cannot restore the account {}", record.address))?;
    }
    let mut known: Option<&SlotRecord> = None;
    for record in &history.slots {
        for status in &record.transactions {
            if let SurfnetTransactionStatus::Processed(executed) = status {
                let signature = executed.0.transaction.signatures[0].to_string();
                svm.transactions.store(signature, status.clone())?;
            }
        }
        if !record.transactions.is_empty() {
            // Empty slots before it are not in the journal, and have heights all the same.
            let parent = known.map_or(record.slot.saturating_sub(1), |known| {
                known.slot + record.height.saturating_sub(known.height + 1)
            });
            svm.blocks.store(record.slot, record.header(parent))?;
        }
        known = Some(record);
    }

    let open = last.slot + 1;
    svm.chain_tip = BlockIdentifier { index: last.height, hash: blockhash_at(last.height) };
    let epoch = &mut svm.latest_epoch_info;
    epoch.absolute_slot = open;
    epoch.block_height = last.height;
    epoch.epoch = open / SLOTS_PER_EPOCH;
    epoch.slot_index = open % SLOTS_PER_EPOCH;
    epoch.slots_in_epoch = SLOTS_PER_EPOCH;
    // The chain derives the hash of a slot from its distance to the genesis, and the time too.
    svm.genesis_slot = (last.slot + 2).saturating_sub(last.height);
    svm.genesis_updated_at = last.time_ms.saturating_sub((open - svm.genesis_slot) * slot_ms);
    svm.updated_at = last.time_ms;
    svm.transactions_processed = svm.transactions.count()?;
    // Restoring is not writing: nothing of it belongs to the slot that is open now.
    svm.account_update_slots.clear();
    svm.reconstruct_sysvars();
    Ok(Some(last))
}

/// The empty slot `slot`, given the last one known before it.
fn after(known: &SlotRecord, slot: u64, slot_ms: u64, now_ms: u64) -> SlotRecord {
    let passed = slot - known.slot;
    let time = known.time_ms + passed * slot_ms;
    SlotRecord::empty(
        slot,
        known.height + passed,
        // Never in the future, never before the slot that it follows.
        time.min(now_ms.max(known.time_ms)),
    )
}

/// Fills the stream's memory with the slots up to `last`, as they would have been streamed.
pub fn replay(hub: &Hub, history: &History, last: &SlotRecord, slot_ms: u64) -> anyhow::Result<()> {
    let first = last.slot.saturating_sub(REPLAYABLE - 1);
    let mut known: Option<&SlotRecord> = None;
    for record in &history.slots {
        if let Some(known) = known {
            // Slots between two records were empty. A jump in slots that is none in heights is time travel: nothing
            // was between.
            let between = record.height.saturating_sub(known.height + 1);
            for passed in 1..=between {
                let slot = known.slot + passed;
                if slot >= first && slot < record.slot {
                    publish(hub, &after(known, slot, slot_ms, record.time_ms))?;
                }
            }
        }
        if record.slot >= first {
            publish(hub, record)?;
        }
        known = Some(record);
    }
    if let Some(known) = known {
        for slot in (known.slot + 1).max(first)..=last.slot {
            publish(hub, &after(known, slot, slot_ms, last.time_ms))?;
        }
    }
    Ok(())
}

fn publish(hub: &Hub, record: &SlotRecord) -> anyhow::Result<()> {
    let slot = record.slot;
    for account in &record.accounts {
        hub.account(slot, grpc::account(account.update(slot)?));
    }
    for status in &record.transactions {
        if let SurfnetTransactionStatus::Processed(executed) = status
            && grpc::landed(&executed.0)
        {
            hub.transaction(slot, grpc::transaction(&executed.0)?);
        }
    }
    hub.close(ClosedSlot {
        slot,
        blockhash: record.blockhash(),
        parent_blockhash: record.parent_blockhash(),
        block_time: record.block_time(),
        block_height: record.height,
    });
    hub.root(slot.saturating_sub(FINALITY));
    Ok(())
}
