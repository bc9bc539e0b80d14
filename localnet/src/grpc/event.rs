//! What travels from the chain to the subscribers, before any filter.

use std::{collections::HashSet, sync::Arc};

use yellowstone_grpc_proto::prelude::{
    SlotStatus, SubscribeUpdateAccountInfo, SubscribeUpdateBlockMeta, SubscribeUpdateTransactionInfo,
};

/// A raw account address.
pub type Key = [u8; 32];

/// An account as it was after one write.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountUpdate {
    pub info: SubscribeUpdateAccountInfo,
    /// Whether a token program owns the account and it holds an initialised token account; what the
    /// `token_account_state` filter asks.
    pub is_token_account: bool,
}

/// An executed transaction with what filters ask about it, worked out once instead of once a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionUpdate {
    pub info: SubscribeUpdateTransactionInfo,
    /// Static keys and those loaded from lookup tables.
    pub keys: HashSet<Key>,
    /// Owners of the token accounts with a balance before or after.
    pub token_owners: HashSet<Key>,
    /// Those of `token_owners` whose balance changed or whose account was closed.
    pub changed_token_owners: HashSet<Key>,
}

impl TransactionUpdate {
    pub fn failed(&self) -> bool {
        self.info.meta.as_ref().is_some_and(|meta| meta.err.is_some())
    }
}

/// What belongs to a slot and is held back until the slot reaches a subscriber's commitment.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    Account(Box<AccountUpdate>),
    Transaction(Box<TransactionUpdate>),
    BlockMeta(SubscribeUpdateBlockMeta),
}

impl Update {
    /// A fair guess of the memory held, in bytes: the ring is bounded by the sum of these.
    pub fn weight(&self) -> usize {
        const OVERHEAD: usize = 256;
        OVERHEAD
            + match self {
                Self::Account(update) => update.info.data.len(),
                Self::Transaction(update) => {
                    let meta = update.info.meta.as_ref();
                    let logs = meta.map_or(0, |meta| meta.log_messages.iter().map(String::len).sum());
                    let inner: usize = meta.map_or(0, |meta| {
                        meta.inner_instructions
                            .iter()
                            .flat_map(|inner| &inner.instructions)
                            .map(|instruction| instruction.data.len() + 64)
                            .sum()
                    });
                    // A transaction is at most one packet; its keys are held twice.
                    1_232 + logs + inner + update.keys.len() * 96
                }
                Self::BlockMeta(_) => 0,
            }
    }
}

/// One line of the ordered log that every subscriber reads from.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Update {
        slot: u64,
        update: Arc<Update>,
    },
    /// `slot` has reached `status`; only processed, confirmed and finalized occur, in that order.
    Status {
        slot: u64,
        parent: Option<u64>,
        status: SlotStatus,
    },
}

impl Event {
    pub fn slot(&self) -> u64 {
        match self {
            Self::Update { slot, .. } | Self::Status { slot, .. } => *slot,
        }
    }
}
