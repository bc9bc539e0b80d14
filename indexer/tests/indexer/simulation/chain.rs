//! A chain that makes a block a slot, forks, and tells what happens. It is also what is right: the
//! database is compared with it.

use std::collections::BTreeMap;

use rand::{Rng, rngs::SmallRng};
use till_indexer::{
    core::{AccountWrite, BlockMeta, CompleteSlot, SlotState, Update},
    projection,
};
use till_store::chain::{Changes, EventRow};

use super::{plan::ChainFaults, shop::Shop};
use crate::world::GENESIS;

/// Index of a block among all that were ever made.
pub type BlockIndex = usize;

pub struct Chain {
    random: SmallRng,
    blocks: Vec<Block>,
    by_hash: BTreeMap<String, BlockIndex>,
    /// The chain of which `confirmed` blocks are confirmed and `finalized` blocks are final.
    main: Vec<BlockIndex>,
    confirmed: usize,
    finalized: usize,
    /// The main chain before it forked last, as far as it was confirmed, and how much of it was kept.
    undone: Vec<BlockIndex>,
    kept: usize,
    /// The block that nodes have for a slot.
    at_slot: BTreeMap<u64, BlockIndex>,
    slot: u64,
    forks: u64,
    unfinal: u64,
    write_version: u64,
    /// Everything that was told, in order.
    pub told: Vec<Update>,
}

pub struct Block {
    pub meta: BlockMeta,
    /// All of it, without its status.
    pub updates: Vec<Update>,
    pub accounts: Vec<AccountWrite>,
    /// As it goes through the gate, but for accounts, which are not proven complete.
    pub whole: CompleteSlot,
    pub events: Vec<EventRow>,
    pub was_confirmed: bool,
    pub is_final: bool,
    after: Shop,
}

impl Chain {
    pub fn new(random: SmallRng) -> Self {
        let mut shop = Shop::new();
        let opening = shop.world.opening();
        let mut chain = Self {
            random,
            blocks: Vec::new(),
            by_hash: BTreeMap::new(),
            main: Vec::new(),
            confirmed: 0,
            finalized: 0,
            undone: Vec::new(),
            kept: 0,
            at_slot: BTreeMap::new(),
            slot: GENESIS + 1,
            forks: 0,
            unfinal: 0,
            write_version: 0,
            told: Vec::new(),
        };
        let index = chain.add(shop, opening, &ChainFaults::default());
        chain.main.push(index);
        chain
    }

    /// The next slot.
    pub fn step(&mut self, faults: &ChainFaults, busy: usize) {
        if self.happens(faults.leap) {
            self.slot += self.random.gen_range(300..700);
        }
        if self.happens(faults.fork) {
            self.fork(faults.early_fork);
        }
        if self.happens(faults.skip) {
            self.skip();
        } else if self.happens(faults.minority) {
            let back = self.random.gen_range(1..=2).min(self.main.len());
            let parent = self.main[self.main.len() - back];
            self.make(parent, busy, faults);
            self.slot += 1;
        } else {
            let parent = self.main[self.main.len() - 1];
            if self.happens(faults.twins) {
                self.make(parent, busy, faults);
            }
            let block = self.make(parent, busy, faults);
            self.main.push(block);
            self.slot += 1;
        }
        self.confirm(faults);
        self.finalize(faults);
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.random.gen_bool(chance)
    }

    fn say(&mut self, slot: u64, parent: Option<u64>, state: SlotState) {
        self.told.push(Update::Slot { slot, parent, state });
    }

    fn skip(&mut self) {
        if self.happens(0.5) {
            self.say(self.slot, None, SlotState::Dead);
        }
        self.at_slot.remove(&self.slot);
        self.slot += 1;
    }

    /// Confirmed blocks are undone. The chain goes on in the slots that they had, or in later ones.
    fn fork(&mut self, early: bool) {
        let from = self.finalized.max(self.confirmed.saturating_sub(5)).max(1);
        if self.confirmed <= from || self.finalized == 0 && !early {
            return;
        }
        let kept = self.random.gen_range(from..self.confirmed);
        self.undone = self.main[..self.confirmed].to_vec();
        self.main.truncate(kept);
        (self.confirmed, self.kept) = (kept, kept);
        let first = self.blocks[self.main[kept - 1]].meta.slot + 1;
        if self.slot < first + 20 && self.happens(0.5) {
            self.slot = first;
        }
    }

    fn make(&mut self, parent: BlockIndex, busy: usize, faults: &ChainFaults) -> BlockIndex {
        let mut shop = self.blocks[parent].after.clone();
        if self.at_slot.contains_key(&self.slot) && !self.happens(faults.silent_dead) {
            self.say(self.slot, None, SlotState::Dead);
        }
        self.forks += 1;
        shop.world.name(format!("{}-", self.forks));
        shop.world.skip_to(self.slot);
        let updates = shop.block(busy, &mut self.random);
        self.add(shop, updates, faults)
    }

    /// With foreign transactions behind it, and accounts. Told at once, without its status.
    fn add(&mut self, after: Shop, mut updates: Vec<Update>, faults: &ChainFaults) -> BlockIndex {
        let Some(Update::Slot { slot, .. }) = updates.pop() else { panic!("a block ends with its status") };
        let Some(Update::BlockMeta(mut meta)) = updates.pop() else { panic!("and its header") };
        for _ in 0..self.random.gen_range(0..3) {
            updates.push(Update::Executed { slot, index: meta.executed_transactions, is_ours: false });
            meta.executed_transactions += 1;
        }
        let accounts: Vec<AccountWrite> =
            (0..self.random.gen_range(0..3)).map(|_| self.account(slot)).collect();
        updates.extend(accounts.iter().cloned().map(Box::new).map(Update::Account));
        let whole = whole(&meta, &updates);
        let events = events(&whole);
        let early = self.happens(faults.early_meta);
        updates.insert(if early { 0 } else { updates.len() }, Update::BlockMeta(meta.clone()));
        self.say(slot, None, SlotState::Seen);
        self.told.extend(updates.iter().cloned());
        let index = self.blocks.len();
        self.by_hash.insert(meta.blockhash.clone(), index);
        self.at_slot.insert(slot, index);
        self.blocks.push(Block {
            meta,
            updates,
            accounts,
            whole,
            events,
            was_confirmed: false,
            is_final: false,
            after,
        });
        index
    }

    fn account(&mut self, slot: u64) -> AccountWrite {
        self.write_version += 1;
        AccountWrite {
            slot,
            address: [self.random.gen_range(1..6); 32],
            write_version: self.write_version,
            lamports: self.random.gen_range(0..1_000),
            data: vec![self.random.r#gen()],
        }
    }

    fn confirm(&mut self, faults: &ChainFaults) {
        let lag = self.random.gen_range(0..3);
        let last = self.main.len().saturating_sub(lag);
        while self.confirmed < last {
            let block = &mut self.blocks[self.main[self.confirmed]];
            block.was_confirmed = true;
            let (slot, parent) = (block.meta.slot, block.meta.parent_slot);
            self.confirmed += 1;
            if self.confirmed == last || !self.happens(faults.implied) {
                let parent = self.happens(0.5).then_some(parent);
                self.say(slot, parent, SlotState::Confirmed);
            }
        }
    }

    fn finalize(&mut self, faults: &ChainFaults) {
        if self.happens(faults.unfinal) {
            self.unfinal = 30;
        }
        self.unfinal = self.unfinal.saturating_sub(1);
        let lag = self.random.gen_range(4..8);
        let last = self.confirmed.saturating_sub(lag);
        while self.unfinal == 0 && self.finalized < last {
            let block = &mut self.blocks[self.main[self.finalized]];
            block.is_final = true;
            let slot = block.meta.slot;
            self.finalized += 1;
            if self.finalized == last || !self.happens(faults.implied) {
                self.say(slot, None, SlotState::Finalized);
            }
        }
    }

    /// What a node tells again of the slots from `first` on.
    pub fn replay(&self, first: u64, stale: bool) -> Vec<Update> {
        let mut told = Vec::new();
        for (slot, index) in self.at_slot.range(first..) {
            told.push(Update::Slot { slot: *slot, parent: None, state: SlotState::Seen });
            told.extend(self.blocks[*index].updates.iter().cloned());
            let is_confirmed = self.main[..self.confirmed].contains(index);
            if is_confirmed || stale && self.blocks[*index].was_confirmed {
                told.push(Update::Slot { slot: *slot, parent: None, state: SlotState::Confirmed });
            }
            if self.blocks[*index].is_final {
                told.push(Update::Slot { slot: *slot, parent: None, state: SlotState::Finalized });
            }
        }
        told
    }

    /// The confirmed blocks of a node that follows the main chain, or still the one before it, until what is
    /// final tells every node.
    pub fn confirmed_blocks(&self, behind: bool) -> impl Iterator<Item = &Block> {
        let chain = if behind && self.finalized <= self.kept {
            &self.undone[..]
        } else {
            &self.main[..self.confirmed]
        };
        chain.iter().map(|index| &self.blocks[*index])
    }

    pub fn block(&self, blockhash: &str) -> Option<&Block> {
        Some(&self.blocks[*self.by_hash.get(blockhash)?])
    }

    /// Whether some block of `slot` was confirmed. A source does not say which.
    pub fn was_confirmed(&self, slot: u64) -> bool {
        self.blocks.iter().any(|block| block.meta.slot == slot && block.was_confirmed)
    }

    /// All that any block of `slot` wrote.
    pub fn writes(&self, slot: u64) -> impl Iterator<Item = &AccountWrite> {
        self.blocks.iter().filter(move |block| block.meta.slot == slot).flat_map(|block| &block.accounts)
    }

    pub fn confirmed_slot(&self) -> u64 {
        self.confirmed_blocks(false).last().map_or(0, |block| block.meta.slot)
    }
}

fn whole(meta: &BlockMeta, updates: &[Update]) -> CompleteSlot {
    let transactions = updates.iter().filter_map(|update| match update {
        Update::Transaction(transaction) => Some((**transaction).clone()),
        _ => None,
    });
    CompleteSlot { meta: meta.clone(), transactions: transactions.collect(), accounts: Vec::new() }
}

fn events(slot: &CompleteSlot) -> Vec<EventRow> {
    let emitted: usize = slot.transactions.iter().map(|transaction| transaction.inner.len()).sum();
    let mut changes = Changes::default();
    projection::project(slot, 0, &mut changes).expect("the world makes events of the program");
    assert_eq!(changes.events.len(), emitted, "each event is one");
    changes.events
}
