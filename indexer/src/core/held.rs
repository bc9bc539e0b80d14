//! A slot that waits in the gate.

use std::collections::{BTreeMap, BTreeSet};

use super::update::{AccountWrite, BlockMeta, ProgramTransaction};

/// A confirmed slot with all of the program's transactions, in the order of the block, and the accounts
/// of the program that it wrote, as far as the source tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteSlot {
    pub meta: BlockMeta,
    pub transactions: Vec<ProgramTransaction>,
    pub accounts: Vec<AccountWrite>,
}

/// What has arrived of a slot.
#[derive(Debug, Default)]
pub struct Held {
    pub meta: Option<BlockMeta>,
    /// From the block's header, or earlier from a slot update.
    pub parent: Option<u64>,
    /// Confirmed itself, or an ancestor of a slot that is.
    pub is_confirmed: bool,
    /// The last slot that was final when this one was confirmed.
    pub behind_final: Option<u64>,
    /// Said to be confirmed, while only finality counted.
    pub was_voted: bool,
    executed: Indices,
    /// Places of the program's transactions, as announced.
    announced: BTreeSet<u64>,
    transactions: BTreeMap<u64, ProgramTransaction>,
    /// By address, the last write of each.
    accounts: BTreeMap<[u8; 32], AccountWrite>,
}

/// What arrives does not fit what has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// No block has so many transactions.
    Index,
    /// Another transaction stands at this place: two versions of the slot are on their way, as when a
    /// leader made two blocks and the node replaced the one by the other.
    OtherVersion,
}

impl Held {
    pub fn executed(&mut self, index: u64, is_ours: bool) -> Result<(), Misfit> {
        if self.executed.contains(index) && self.announced.contains(&index) != is_ours {
            return Err(Misfit::OtherVersion);
        }
        if is_ours {
            self.announced.insert(index);
        }
        if self.executed.insert(index) { Ok(()) } else { Err(Misfit::Index) }
    }

    /// Returns whether it is new.
    pub fn transaction(&mut self, transaction: ProgramTransaction) -> Result<bool, Misfit> {
        match self.transactions.get(&transaction.index) {
            Some(known) if known.signature != transaction.signature => Err(Misfit::OtherVersion),
            Some(_) => Ok(false),
            None => {
                self.transactions.insert(transaction.index, transaction);
                Ok(true)
            }
        }
    }

    /// Returns whether it is new.
    pub fn account(&mut self, write: AccountWrite) -> bool {
        match self.accounts.get_mut(&write.address) {
            Some(known) if known.write_version >= write.write_version => false,
            Some(known) => {
                *known = write;
                false
            }
            None => self.accounts.insert(write.address, write).is_none(),
        }
    }

    /// Nothing is missing: as many transactions as the header counts have been seen, and those of the
    /// program are here whole. The header alone proves neither.
    pub fn is_complete(&self) -> bool {
        self.meta.as_ref().is_some_and(|meta| self.executed.len == meta.executed_transactions)
            && self.announced.iter().eq(self.transactions.keys())
    }

    pub fn executed_count(&self) -> u64 {
        self.executed.len
    }

    /// How many messages are kept.
    pub fn weight(&self) -> usize {
        self.transactions.len() + self.accounts.len()
    }

    /// Nothing before the header is here.
    pub fn into_complete(self) -> Option<CompleteSlot> {
        Some(CompleteSlot {
            meta: self.meta?,
            transactions: self.transactions.into_values().collect(),
            accounts: self.accounts.into_values().collect(),
        })
    }
}

/// A set of places in a block: a few hundred bytes for thousands of them.
#[derive(Debug, Default)]
struct Indices {
    words: Vec<u64>,
    len: u64,
}

/// Far more transactions than the compute limit of a block leaves room for.
const MAX_INDEX: u64 = 1 << 20;

impl Indices {
    fn contains(&self, index: u64) -> bool {
        let word = self.words.get((index / 64) as usize);
        word.is_some_and(|word| word & (1 << (index % 64)) != 0)
    }

    fn insert(&mut self, index: u64) -> bool {
        if index >= MAX_INDEX {
            return false;
        }
        let (word, bit) = ((index / 64) as usize, 1 << (index % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.len += u64::from(self.words[word] & bit == 0);
        self.words[word] |= bit;
        true
    }
}
