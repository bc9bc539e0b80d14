//! What a source tells, whatever it is made of.

/// One thing that a source has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// A transaction of the program, whole.
    Transaction(Box<ProgramTransaction>),
    /// That a transaction stands at `index` of its block, and whether it is one of the program's. Of
    /// those the whole transaction comes as well, before or after.
    Executed {
        slot: u64,
        index: u64,
        is_ours: bool,
    },
    /// An account of the program after a write.
    Account(Box<AccountWrite>),
    BlockMeta(BlockMeta),
    Slot {
        slot: u64,
        parent: Option<u64>,
        state: SlotState,
    },
}

/// How far a slot has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// Something happened to it that decides nothing; a sign that the stream lives.
    Seen,
    Confirmed,
    Finalized,
    Dead,
}

/// The header of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockMeta {
    pub slot: u64,
    pub blockhash: String,
    pub parent_slot: u64,
    pub parent_blockhash: String,
    pub height: u64,
    /// Unix seconds, by the chain's clock.
    pub time: i64,
    /// How many transactions the block executed, failed ones and votes included.
    pub executed_transactions: u64,
}

/// A transaction that succeeded and names the program among its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramTransaction {
    pub slot: u64,
    /// Place in its block.
    pub index: u64,
    pub signature: [u8; 64],
    /// Static keys, then those of lookup tables: writable, then read-only.
    pub keys: Vec<[u8; 32]>,
    pub inner: Vec<InnerInstruction>,
}

/// An instruction that another one called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InnerInstruction {
    /// Which top-level instruction it happened under, and its place there.
    pub outer: u32,
    pub position: u32,
    /// Indices into the transaction's keys.
    pub program: u32,
    pub accounts: Vec<u8>,
    pub data: Vec<u8>,
}

/// An account of the program as a write left it. Not proven complete as transactions are: it is what
/// rows are compared with, not what they are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountWrite {
    pub slot: u64,
    pub address: [u8; 32],
    /// Orders the writes of a slot. Each node counts for itself.
    pub write_version: u64,
    pub lamports: u64,
    pub data: Vec<u8>,
}

impl Update {
    pub fn slot(&self) -> u64 {
        match self {
            Self::Transaction(transaction) => transaction.slot,
            Self::Account(account) => account.slot,
            Self::BlockMeta(meta) => meta.slot,
            Self::Executed { slot, .. } | Self::Slot { slot, .. } => *slot,
        }
    }
}
