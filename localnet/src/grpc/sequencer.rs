//! Puts what the embedded chain emits into the order, and under the numbers, of a real endpoint.
//!
//! The chain's own events need four corrections:
//! - it never says `processed`, and says `confirmed` *before* the block meta of the slot: here a slot is its
//!   transactions and accounts, then its block meta, then processed, then confirmed;
//! - it records transactions that no validator would have put into a block (expired blockhash, already
//!   processed, ...) as failed ones: those are left out, so `index` and `executed_transaction_count` are
//!   counted here and agree with what was sent;
//! - its parent is always `slot - 1`, also after the slot jumped (a restart, time travel): here the parent is
//!   the slot closed before;
//! - it finalizes one slot at a time and skips those before a jump: here every open slot up to the root is
//!   finalized, in order.

use std::{collections::VecDeque, sync::Arc};

use yellowstone_grpc_proto::prelude::{
    BlockHeight, Rewards, SlotStatus, SubscribeUpdateBlockMeta, UnixTimestamp,
};

use super::event::{AccountUpdate, Event, TransactionUpdate, Update};

/// What is known about a slot when it closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSlot {
    pub slot: u64,
    pub blockhash: String,
    pub parent_blockhash: String,
    /// Unix seconds.
    pub block_time: i64,
    pub block_height: u64,
}

/// The state between two slots; see the module documentation.
#[derive(Debug, Default)]
pub struct Sequencer {
    /// Transactions of the open slot so far; the next one's index.
    executed: u64,
    last_closed: Option<u64>,
    unfinalized: VecDeque<(u64, Option<u64>)>,
}

impl Sequencer {
    pub fn account(&mut self, slot: u64, update: AccountUpdate) -> Event {
        Event::Update { slot, update: Arc::new(Update::Account(Box::new(update))) }
    }

    pub fn transaction(&mut self, slot: u64, mut update: TransactionUpdate) -> Event {
        update.info.index = self.executed;
        self.executed += 1;
        Event::Update { slot, update: Arc::new(Update::Transaction(Box::new(update))) }
    }

    pub fn close(&mut self, closed: ClosedSlot) -> [Event; 3] {
        let slot = closed.slot;
        // The very first slot has no parent that anybody saw.
        let parent = self.last_closed.or(slot.checked_sub(1));
        let meta = SubscribeUpdateBlockMeta {
            slot,
            blockhash: closed.blockhash,
            rewards: Some(Rewards::default()),
            block_time: Some(UnixTimestamp { timestamp: closed.block_time }),
            block_height: Some(BlockHeight { block_height: closed.block_height }),
            parent_slot: parent.unwrap_or_default(),
            parent_blockhash: closed.parent_blockhash,
            executed_transaction_count: self.executed,
            entries_count: 1,
            // One bank a slot: there are no forks.
            bank_id: slot,
        };
        self.executed = 0;
        self.last_closed = Some(slot);
        self.unfinalized.push_back((slot, parent));
        let status = |status| Event::Status { slot, parent, status };
        [
            Event::Update { slot, update: Arc::new(Update::BlockMeta(meta)) },
            status(SlotStatus::SlotProcessed),
            status(SlotStatus::SlotConfirmed),
        ]
    }

    /// Everything closed up to and including `root` is final.
    pub fn root(&mut self, root: u64) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some((slot, parent)) = self.unfinalized.pop_front_if(|(slot, _)| *slot <= root) {
            events.push(Event::Status { slot, parent, status: SlotStatus::SlotFinalized });
        }
        events
    }
}
