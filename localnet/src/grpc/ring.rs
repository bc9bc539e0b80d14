//! The bounded memory of the stream: an ordered log of events that every subscriber reads by position.
//!
//! A subscriber is a cursor into this log. `from_slot` only sets the cursor further back, so replay and live are
//! the same reading and can neither overlap nor leave a gap. A cursor that falls off the old end has lagged.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::RangeInclusive,
    sync::Arc,
};

use yellowstone_grpc_proto::prelude::{CommitmentLevel, SlotStatus, SubscribeUpdateBlockMeta};

use super::event::{Event, Update};

/// How much is remembered. Whichever bound is reached first evicts the oldest slot.
#[derive(Debug, Clone, Copy)]
pub struct RingLimits {
    pub slots: usize,
    /// Approximate, see [`Update::weight`].
    pub bytes: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self { slots: 10_000, bytes: 256 * 1024 * 1024 }
    }
}

#[derive(Debug, Default)]
struct SlotEntry {
    first: u64,
    updates: Vec<Arc<Update>>,
    bytes: usize,
}

/// The log; see the module documentation.
#[derive(Debug)]
pub struct Ring {
    limits: RingLimits,
    log: VecDeque<Event>,
    /// Position of the front of `log`.
    base: u64,
    slots: BTreeMap<u64, SlotEntry>,
    bytes: usize,
    processed: Option<u64>,
    confirmed: Option<u64>,
    finalized: Option<u64>,
}

/// A cursor points before everything that is still remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lagged;

/// A slot asked for is older than everything that is still remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOld {
    pub first_available: u64,
}

impl Ring {
    pub fn new(limits: RingLimits) -> Self {
        Self {
            limits,
            log: VecDeque::new(),
            base: 0,
            slots: BTreeMap::new(),
            bytes: 0,
            processed: None,
            confirmed: None,
            finalized: None,
        }
    }

    pub fn push(&mut self, event: Event) {
        let position = self.end();
        match &event {
            Event::Update { slot, update } => {
                let entry = self
                    .slots
                    .entry(*slot)
                    .or_insert_with(|| SlotEntry { first: position, ..SlotEntry::default() });
                let weight = update.weight();
                entry.updates.push(update.clone());
                entry.bytes += weight;
                self.bytes += weight;
            }
            Event::Status { slot, status, .. } => {
                let tip = match status {
                    SlotStatus::SlotConfirmed => &mut self.confirmed,
                    SlotStatus::SlotFinalized => &mut self.finalized,
                    _ => &mut self.processed,
                };
                *tip = Some(*slot);
            }
        }
        self.log.push_back(event);
        self.evict();
    }

    /// Drops whole slots from the old end, never one that a finalized subscriber still has to get.
    fn evict(&mut self) {
        while self.slots.len() > self.limits.slots || self.bytes > self.limits.bytes {
            let Some((&oldest, _)) = self.slots.first_key_value() else {
                return;
            };
            if self.finalized.is_none_or(|finalized| oldest > finalized) {
                return;
            }
            if let Some(entry) = self.slots.remove(&oldest) {
                self.bytes -= entry.bytes;
            }
            let keep_from = self.slots.first_key_value().map_or_else(|| self.end(), |(_, entry)| entry.first);
            while self.base < keep_from {
                self.log.pop_front();
                self.base += 1;
            }
        }
    }

    /// The position after the newest event: where a subscriber without `from_slot` starts.
    pub fn end(&self) -> u64 {
        self.base + self.log.len() as u64
    }

    /// The position of the first event of `from_slot`; of the end when that slot has not begun yet.
    pub fn seek(&self, from_slot: u64) -> Result<u64, TooOld> {
        // Nothing before the first remembered slot can be told from a slot that was skipped, so only a slot that
        // is remembered, or a later one, is accepted.
        if let Some(first_available) = self.first_available()
            && from_slot < first_available
        {
            return Err(TooOld { first_available });
        }
        Ok(self.slots.range(from_slot..).next().map_or_else(|| self.end(), |(_, entry)| entry.first))
    }

    /// Up to `max` events from `position` on.
    pub fn read(&self, position: u64, max: usize) -> Result<Vec<Event>, Lagged> {
        let skip = position.checked_sub(self.base).ok_or(Lagged)?;
        Ok(self.log.iter().skip(skip as usize).take(max).cloned().collect())
    }

    /// Everything of `slot` in order; `None` when it is no longer remembered.
    pub fn slot_updates(&self, slot: u64) -> Option<Vec<Arc<Update>>> {
        self.slots.get(&slot).map(|entry| entry.updates.clone())
    }

    /// The slots of `range` that are remembered, in order.
    pub fn slots(&self, range: RangeInclusive<u64>) -> impl Iterator<Item = u64> {
        self.slots.range(range).map(|(slot, _)| *slot)
    }

    pub fn first_available(&self) -> Option<u64> {
        self.slots.first_key_value().map(|(slot, _)| *slot)
    }

    /// The newest slot that has reached `commitment`.
    pub fn tip(&self, commitment: CommitmentLevel) -> Option<u64> {
        match commitment {
            CommitmentLevel::Processed => self.processed,
            CommitmentLevel::Confirmed => self.confirmed,
            CommitmentLevel::Finalized => self.finalized,
        }
    }

    /// The block meta of the newest slot that has reached `commitment`.
    pub fn tip_meta(&self, commitment: CommitmentLevel) -> Option<SubscribeUpdateBlockMeta> {
        self.metas_from(self.tip(commitment)?).next().cloned()
    }

    /// Block metas from `slot` backwards.
    pub fn metas_from(&self, slot: u64) -> impl Iterator<Item = &SubscribeUpdateBlockMeta> {
        self.slots.range(..=slot).rev().filter_map(|(_, entry)| match entry.updates.last()?.as_ref() {
            Update::BlockMeta(meta) => Some(meta),
            _ => None,
        })
    }
}
