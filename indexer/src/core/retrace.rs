//! After a fork: which of the committed blocks the chain still has.
//!
//! The stream begins again behind a block that is final, so both chains have it. What goes through the
//! gate is compared with what is committed. A committed block is taken for undone only when a block
//! that stands in its place is **final**: that a stream says something else now, even with two thirds
//! of the votes, is what a block was committed on before, too.

use std::collections::VecDeque;

use till_store::chain::Block;

use super::CompleteSlot;

/// A block by its place and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockId {
    pub slot: u64,
    pub blockhash: String,
}

impl From<&Block> for BlockId {
    fn from(block: &Block) -> Self {
        Self { slot: block.slot.cast_unsigned(), blockhash: block.blockhash.clone() }
    }
}

/// See the module documentation.
#[derive(Debug)]
pub struct Retrace {
    /// The last committed block that the stream has told again.
    matched: BlockId,
    /// Committed blocks that it has not, in order.
    ahead: VecDeque<BlockId>,
    /// What went through behind `matched` in place of the first of `ahead`.
    instead: Vec<CompleteSlot>,
}

/// What a slot that went through says about the committed ones.
#[derive(Debug, PartialEq, Eq)]
pub enum Retraced {
    /// Not enough yet.
    Open,
    /// The chain has every committed block; these slots, at least one, come behind them.
    Intact(Vec<CompleteSlot>),
    /// The committed blocks behind `ancestor` are not on the final chain; these slots come instead.
    Undone { ancestor: BlockId, instead: Vec<CompleteSlot> },
}

impl Retrace {
    /// `base` is final; `committed` are the committed blocks behind it, in order.
    pub fn new(base: BlockId, committed: impl IntoIterator<Item = BlockId>) -> Self {
        Self { matched: base, ahead: committed.into_iter().collect(), instead: Vec::new() }
    }

    /// Slots in the order in which they went through the gate, and the last of them that is final.
    pub fn pass(&mut self, slots: Vec<CompleteSlot>, finalized: Option<u64>) -> Retraced {
        let mut slots = slots.into_iter();
        while self.instead.is_empty() {
            let Some(slot) = slots.next() else { return Retraced::Open };
            if self.ahead.is_empty() {
                return Retraced::Intact([slot].into_iter().chain(slots).collect());
            }
            let id = BlockId { slot: slot.meta.slot, blockhash: slot.meta.blockhash.clone() };
            if self.ahead.front() == Some(&id) {
                self.ahead.pop_front();
                self.matched = id;
            } else {
                self.instead.push(slot);
            }
        }
        self.instead.extend(slots);
        let is_final = finalized.is_some_and(|finalized| finalized >= self.instead[0].meta.slot);
        if !is_final {
            return Retraced::Open;
        }
        Retraced::Undone { ancestor: self.matched.clone(), instead: std::mem::take(&mut self.instead) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::BlockMeta;

    fn block(slot: u64, fork: &str) -> BlockId {
        BlockId { slot, blockhash: format!("{fork}{slot}") }
    }

    fn passed(slot: u64, fork: &str) -> CompleteSlot {
        let meta = BlockMeta {
            slot,
            blockhash: format!("{fork}{slot}"),
            parent_slot: slot - 1,
            parent_blockhash: String::new(),
            height: slot,
            time: 0,
            executed_transactions: 0,
        };
        CompleteSlot { meta, transactions: Vec::new(), accounts: Vec::new() }
    }

    fn retrace() -> Retrace {
        Retrace::new(block(10, "a"), [block(11, "a"), block(12, "a")])
    }

    #[test]
    fn a_chain_that_has_all_committed_blocks_goes_on_behind_them() {
        let mut retrace = retrace();
        assert_eq!(retrace.pass(vec![passed(11, "a")], None), Retraced::Open);
        let slots = vec![passed(12, "a"), passed(13, "a")];
        assert_eq!(retrace.pass(slots, None), Retraced::Intact(vec![passed(13, "a")]));
    }

    #[test]
    fn committed_blocks_are_undone_only_by_a_final_block() {
        let mut retrace = retrace();
        let other = vec![passed(11, "a"), passed(12, "b"), passed(13, "b")];
        assert_eq!(retrace.pass(other.clone(), Some(11)), Retraced::Open);
        assert_eq!(retrace.pass(vec![passed(14, "b")], Some(11)), Retraced::Open);
        let undone = Retraced::Undone {
            ancestor: block(11, "a"),
            instead: vec![passed(12, "b"), passed(13, "b"), passed(14, "b")],
        };
        assert_eq!(retrace.pass(Vec::new(), Some(12)), undone);
    }

    #[test]
    fn a_committed_block_that_the_chain_skipped_is_undone() {
        let mut retrace = retrace();
        let undone = Retraced::Undone { ancestor: block(10, "a"), instead: vec![passed(13, "b")] };
        assert_eq!(retrace.pass(vec![passed(13, "b")], Some(13)), undone);
    }
}
