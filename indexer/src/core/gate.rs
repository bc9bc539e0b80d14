//! Holds what arrives of a slot until the slot is complete **and** confirmed, and lets slots through
//! along the confirmed chain, one after the other.
//!
//! **Complete** is proven by counting: the source announces every transaction of the chain by its
//! place in the block, and a slot is complete when as many places have been seen as the block's
//! header says, and every announced transaction of the program is here whole.
//!
//! **In order** is proven by parents: a slot goes through only if its parent is the one that went
//! through before it, by slot and by blockhash. A parent that is not there is a gap, and everything
//! behind a gap waits. Slots that are on no confirmed chain never go through.
//!
//! What cannot be explained is a [`Conflict`]: the gate is thrown away, and the source asked again
//! from behind the last slot that went through.

use std::collections::{BTreeMap, VecDeque};

use super::{
    held::{CompleteSlot, Held, Misfit},
    update::{BlockMeta, SlotState, Update},
};

/// Where the first slot to go through must stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// Right behind this block.
    After { slot: u64, blockhash: String },
    /// It is the first block at or after this slot.
    From(u64),
    /// Anywhere: the first that is seen whole. Only for an index that begins in the present.
    Present,
}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub slots: usize,
    /// Whole transactions and accounts of the program, over all slots.
    pub messages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { slots: 4_096, messages: 65_536 }
    }
}

/// What arrived contradicts itself, or what went through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("slot {0} came with two different blocks")]
    TwoBlocks(u64),
    #[error("slot {slot} counts {executed} transactions, and {seen} were seen")]
    TooMany { slot: u64, executed: u64, seen: u64 },
    #[error("transaction {index} of slot {slot} is beyond what a block can hold")]
    Index { slot: u64, index: u64 },
    #[error("more is waiting than is kept: {slots} slots, {messages} transactions and accounts")]
    Overflow { slots: usize, messages: usize },
    #[error(
        "the confirmed slot {slot} does not descend from slot {committed}, which is committed: the chain forked"
    )]
    Forked { slot: u64, committed: u64 },
}

/// What the next slot lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The chain between the last slot through and `slot` is not here, or not all of it.
    Gap { slot: u64 },
    /// Transactions of `slot`, or its header.
    Incomplete { slot: u64, seen: u64, executed: Option<u64> },
}

/// Slots that went through and are not final yet, as many as are remembered.
const UNFINALIZED: usize = 4_096;

/// See the module documentation.
#[derive(Debug)]
pub struct Gate {
    root: Root,
    limits: Limits,
    /// Only what is final goes through.
    awaits_finality: bool,
    held: BTreeMap<u64, Held>,
    /// The weight of all that is held.
    messages: usize,
    through: VecDeque<u64>,
    confirmed_seen: Option<u64>,
    /// The highest slot that the source called final.
    last_final: Option<u64>,
    /// One that is final on the chain that went through, until it is known what it makes final.
    finalized_seen: Option<u64>,
    finalized: Option<u64>,
}

fn conflict(misfit: Misfit, slot: u64, index: u64) -> Conflict {
    match misfit {
        Misfit::Index => Conflict::Index { slot, index },
        Misfit::OtherVersion => Conflict::TwoBlocks(slot),
    }
}

impl Gate {
    pub fn new(root: Root, limits: Limits) -> Self {
        Self {
            root,
            limits,
            awaits_finality: false,
            held: BTreeMap::new(),
            messages: 0,
            through: VecDeque::new(),
            confirmed_seen: None,
            last_final: None,
            finalized_seen: None,
            finalized: None,
        }
    }

    /// Lets through only what is final, until told otherwise. After a fork a source may still call blocks
    /// confirmed that were undone, but never final.
    pub fn await_finality(self) -> Self {
        Self { awaits_finality: true, ..self }
    }

    /// Lets through what is confirmed, final or not.
    pub fn accept_confirmed(&mut self) -> Result<(), Conflict> {
        self.awaits_finality = false;
        let voted = self.held.iter().filter(|(_, held)| held.was_voted);
        let voted: Vec<_> = voted.map(|(slot, held)| (*slot, held.behind_final)).collect();
        voted.into_iter().try_for_each(|(slot, behind_final)| self.confirm(slot, behind_final))
    }

    /// The slot behind the last that went through, or where it begins; nothing if it begins anywhere.
    pub fn first(&self) -> Option<u64> {
        match &self.root {
            Root::After { slot, .. } => Some(slot.saturating_add(1)),
            Root::From(slot) => Some(*slot),
            Root::Present => None,
        }
    }

    /// The highest slot that the source called confirmed.
    pub fn confirmed(&self) -> Option<u64> {
        self.confirmed_seen
    }

    /// How much waits: slots, and whole transactions and accounts.
    pub fn depth(&self) -> (usize, usize) {
        (self.held.len(), self.messages)
    }

    /// The last final slot among those that went through.
    pub fn finalized(&self) -> Option<u64> {
        self.finalized
    }

    pub fn apply(&mut self, update: Update) -> Result<(), Conflict> {
        match update {
            Update::Transaction(transaction) => {
                let (slot, index) = (transaction.slot, transaction.index);
                if let Some(held) = self.hold(slot)? {
                    let is_new =
                        held.transaction(*transaction).map_err(|misfit| conflict(misfit, slot, index))?;
                    self.messages += usize::from(is_new);
                }
            }
            Update::Account(write) => {
                if let Some(held) = self.hold(write.slot)? {
                    let is_new = held.account(*write);
                    self.messages += usize::from(is_new);
                }
            }
            Update::Executed { slot, index, is_ours } => {
                if let Some(held) = self.hold(slot)? {
                    held.executed(index, is_ours).map_err(|misfit| conflict(misfit, slot, index))?;
                }
            }
            Update::BlockMeta(meta) => self.meta(meta)?,
            Update::Slot { slot, parent, state } => self.slot(slot, parent, state)?,
        }
        Ok(())
    }

    fn meta(&mut self, meta: BlockMeta) -> Result<(), Conflict> {
        let slot = meta.slot;
        let Some(held) = self.hold(slot)? else { return Ok(()) };
        match &held.meta {
            Some(known) if known.blockhash != meta.blockhash => return Err(Conflict::TwoBlocks(slot)),
            Some(_) => return Ok(()),
            None => {}
        }
        held.parent = Some(meta.parent_slot);
        held.meta = Some(meta);
        if held.is_confirmed {
            let behind_final = held.behind_final;
            self.confirm(slot, behind_final)?;
        }
        Ok(())
    }

    fn slot(&mut self, slot: u64, parent: Option<u64>, state: SlotState) -> Result<(), Conflict> {
        match state {
            SlotState::Seen => return Ok(()),
            SlotState::Dead => {
                if let Some(dead) = self.held.remove(&slot) {
                    self.messages -= dead.weight();
                }
                return Ok(());
            }
            SlotState::Confirmed => {}
            SlotState::Finalized => {
                self.last_final = self.last_final.max(Some(slot));
            }
        }
        self.confirmed_seen = self.confirmed_seen.max(Some(slot));
        // What is called confirmed at or before a final slot is final too.
        let is_vote = self.awaits_finality && state == SlotState::Confirmed && Some(slot) > self.last_final;
        let last_final = self.last_final;
        if let Some(held) = self.hold(slot)? {
            held.parent = held.parent.or(parent);
            if is_vote {
                (held.was_voted, held.behind_final) = (true, last_final);
            } else {
                self.confirm(slot, last_final)?;
            }
        }
        Ok(())
    }

    /// A confirmed slot confirms its ancestors, up to one that did so itself.
    fn confirm(&mut self, confirmed: u64, behind_final: Option<u64>) -> Result<(), Conflict> {
        let mut next = Some(confirmed);
        while let Some(slot) = next {
            let Some(held) = self.hold(slot)? else { break };
            held.behind_final = held.behind_final.max(behind_final);
            if std::mem::replace(&mut held.is_confirmed, true) && slot != confirmed {
                break;
            }
            next = held.parent.filter(|parent| *parent < slot);
        }
        Ok(())
    }

    /// The place of a slot that has not gone through yet.
    fn hold(&mut self, slot: u64) -> Result<Option<&mut Held>, Conflict> {
        if self.first().is_some_and(|first| slot < first) {
            return Ok(None);
        }
        if self.held.len() >= self.limits.slots && !self.held.contains_key(&slot)
            || self.messages > self.limits.messages
        {
            return Err(Conflict::Overflow { slots: self.held.len(), messages: self.messages });
        }
        Ok(Some(self.held.entry(slot).or_default()))
    }

    /// Lets through whatever can go, in order.
    pub fn release(&mut self) -> Result<Vec<CompleteSlot>, Conflict> {
        let mut released = Vec::new();
        while let Some(slot) = self.next()? {
            let held = &self.held[&slot];
            if !held.is_complete() {
                break;
            }
            let rest = self.held.split_off(&(slot + 1));
            let mut passed = std::mem::replace(&mut self.held, rest);
            // What is there of the earlier slots is on no confirmed chain.
            self.messages -= passed.values().map(Held::weight).sum::<usize>();
            let Some(held) = passed.remove(&slot) else { break };
            self.finalized_seen = self.finalized_seen.max(held.behind_final);
            let Some(complete) = held.into_complete() else { break };
            self.root = Root::After { slot, blockhash: complete.meta.blockhash.clone() };
            self.through.push_back(slot);
            if self.through.len() > UNFINALIZED {
                self.through.pop_front();
            }
            released.push(complete);
        }
        self.advance_finalized()?;
        Ok(released)
    }

    /// The confirmed slot that stands right behind the last one through, as far as its header is here.
    fn next(&self) -> Result<Option<u64>, Conflict> {
        for (slot, held) in self.held.iter().filter(|(_, held)| held.is_confirmed) {
            let Some(meta) = &held.meta else { continue };
            if held.executed_count() > meta.executed_transactions {
                let (executed, seen) = (meta.executed_transactions, held.executed_count());
                return Err(Conflict::TooMany { slot: *slot, executed, seen });
            }
            match &self.root {
                Root::After { slot: committed, blockhash } => {
                    let is_child = meta.parent_slot == *committed;
                    if meta.parent_slot < *committed || is_child && meta.parent_blockhash != *blockhash {
                        return Err(Conflict::Forked { slot: *slot, committed: *committed });
                    }
                    if is_child {
                        return Ok(Some(*slot));
                    }
                }
                Root::From(first) if meta.parent_slot < *first || *slot == 0 => return Ok(Some(*slot)),
                Root::From(_) => {}
                // The slot in which the stream began was not seen whole, and never will be.
                Root::Present if held.is_complete() => return Ok(Some(*slot)),
                Root::Present => {}
            }
        }
        Ok(None)
    }

    /// What holds up the confirmed slots that are here; nothing when none are.
    pub fn waiting(&self) -> Option<Waiting> {
        let (lowest, _) = self.held.iter().find(|(_, held)| held.is_confirmed)?;
        let Ok(Some(slot)) = self.next() else {
            // Of a slot that is only known as the parent of another one, the block itself is missing.
            let block = self.held.iter().find(|(_, held)| held.is_confirmed && held.meta.is_some());
            return Some(Waiting::Gap { slot: block.map_or(lowest + 1, |(slot, _)| *slot) });
        };
        let held = &self.held[&slot];
        let executed = held.meta.as_ref().map(|meta| meta.executed_transactions);
        Some(Waiting::Incomplete { slot, seen: held.executed_count(), executed })
    }

    /// A source calls a slot final, and does not say which block of it. That it is the one that went through
    /// shows by what it calls confirmed from then on: that descends from it, and goes through only on it.
    ///
    /// A final slot makes those before it final. One that is final without having gone through, where
    /// its neighbours have, means that the chain that went through was undone.
    fn advance_finalized(&mut self) -> Result<(), Conflict> {
        let (Some(seen), Some(first), Some(last)) =
            (self.finalized_seen, self.through.front().copied(), self.through.back().copied())
        else {
            return Ok(());
        };
        if seen < first || seen > last {
            return Ok(());
        }
        if self.through.binary_search(&seen).is_err() {
            return Err(Conflict::Forked { slot: seen, committed: last });
        }
        while self.through.front().is_some_and(|slot| *slot <= seen) {
            self.finalized = self.through.pop_front();
        }
        self.finalized_seen = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
