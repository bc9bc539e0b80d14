//! What a node answers, as far as it is read, and what that means.
//!
//! Not the client library's types: they read everything, and fail on an error of somebody else's
//! transaction that is newer than they are.

use serde::Deserialize;
use serde_json::Value;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_transaction::versioned::{TransactionVersion, VersionedTransaction};
use solana_transaction_status::{EncodedTransaction, UiCompiledInstruction, UiLoadedAddresses};

use super::{client, error::RpcError};
use crate::core::{BlockMeta, CompleteSlot, InnerInstruction, ProgramTransaction};

/// The highest version of transactions that [`EncodedTransaction::decode`] reads. A node refuses the whole block
/// when it holds a higher one.
pub const HIGHEST_VERSION: u8 = 1;

const VOTE_PROGRAM: Pubkey = Pubkey::from_str_const("Vote111111111111111111111111111111111111111");

/// A node says so when it does not have the parent any more.
const NO_BLOCKHASH: &str = "11111111111111111111111111111111";

/// Answer to `getBlock`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    blockhash: String,
    previous_blockhash: String,
    parent_slot: u64,
    block_time: Option<i64>,
    block_height: Option<u64>,
    transactions: Option<Vec<Executed>>,
    signatures: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Executed {
    transaction: EncodedTransaction,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    err: Option<Value>,
    inner_instructions: Option<Vec<Inner>>,
    loaded_addresses: Option<UiLoadedAddresses>,
}

#[derive(Deserialize)]
struct Inner {
    index: u32,
    instructions: Vec<UiCompiledInstruction>,
}

/// Answer to `getTransaction`.
#[derive(Deserialize)]
pub struct Transaction {
    slot: u64,
    #[serde(flatten)]
    executed: Executed,
}

/// One of the answers to `getSignaturesForAddress`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    signature: String,
    slot: u64,
    err: Option<Value>,
    transaction_index: Option<u64>,
    block_time: Option<i64>,
}

fn malformed(slot: u64, what: &str) -> RpcError {
    RpcError::Malformed(format!("{what}, in slot {slot}"))
}

impl Block {
    /// From a block of which only the signatures were asked for.
    pub fn header(self, slot: u64) -> Result<BlockMeta, RpcError> {
        let signatures =
            self.signatures.as_ref().ok_or_else(|| malformed(slot, "a block without signatures"))?;
        let executed = signatures.len();
        self.meta(slot, executed)
    }

    /// The same, and the signatures themselves.
    pub fn signatures(self, slot: u64) -> Result<(BlockMeta, Vec<[u8; 64]>), RpcError> {
        let told = self.signatures.iter().flatten().map(|signature| signature.parse());
        let signatures: Vec<[u8; 64]> = told
            .map(|signature: Result<Signature, _>| signature.map(Into::into))
            .collect::<Result<_, _>>()
            .map_err(|_| malformed(slot, "a signature that is none"))?;
        Ok((self.header(slot)?, signatures))
    }

    /// From a whole block.
    pub fn complete(mut self, slot: u64) -> Result<CompleteSlot, RpcError> {
        let whole =
            self.transactions.take().ok_or_else(|| malformed(slot, "a block without transactions"))?;
        let meta = self.meta(slot, whole.len())?;
        let mut transactions = Vec::new();
        for (executed, index) in whole.into_iter().zip(0..) {
            transactions.extend(executed.of_program(slot, index)?);
        }
        // What accounts were written is not in a block.
        Ok(CompleteSlot { meta, transactions, accounts: Vec::new() })
    }

    fn meta(self, slot: u64, executed: usize) -> Result<BlockMeta, RpcError> {
        if slot > 0 && self.parent_slot >= slot {
            return Err(malformed(slot, "a block that is not behind its parent"));
        }
        if slot > 0 && self.previous_blockhash == NO_BLOCKHASH {
            return Err(RpcError::Pruned(format!("the parent of slot {slot}")));
        }
        // A block that has just been confirmed may not have them yet.
        let (Some(time), Some(height)) = (self.block_time, self.block_height) else {
            return Err(RpcError::NotYet(format!("time and height of slot {slot}")));
        };
        Ok(BlockMeta {
            slot,
            blockhash: self.blockhash,
            parent_slot: self.parent_slot,
            parent_blockhash: self.previous_blockhash,
            height,
            time,
            executed_transactions: executed as u64,
        })
    }
}

impl Executed {
    /// The transaction, if it is one of the program's: by the rule of the streams' filter, so that all sources
    /// agree. It succeeded, names the program among its keys, and is no vote.
    fn of_program(self, slot: u64, index: u64) -> Result<Option<ProgramTransaction>, RpcError> {
        let meta = self.meta.ok_or_else(|| malformed(slot, "a transaction without its outcome"))?;
        if meta.err.is_some() {
            return Ok(None);
        }
        let transaction =
            self.transaction.decode().ok_or_else(|| malformed(slot, "a transaction that cannot be read"))?;
        let keys = keys(&transaction, meta.loaded_addresses.unwrap_or_default())
            .ok_or_else(|| malformed(slot, "a transaction without the keys of its lookup tables"))?;
        if !keys.contains(&till::ID.to_bytes()) || is_vote(&transaction) {
            return Ok(None);
        }
        let signature = transaction.signatures.first().ok_or_else(|| malformed(slot, "no signature"))?;
        let recorded = meta
            .inner_instructions
            .ok_or_else(|| malformed(slot, "the node does not record inner instructions"))?;
        let mut inner = Vec::new();
        for under in recorded {
            for (instruction, position) in under.instructions.into_iter().zip(0..) {
                let data = bs58::decode(&instruction.data)
                    .into_vec()
                    .map_err(|_| malformed(slot, "an instruction's data that is not base58"))?;
                inner.push(InnerInstruction {
                    outer: under.index,
                    position,
                    program: instruction.program_id_index.into(),
                    accounts: instruction.accounts,
                    data,
                });
            }
        }
        Ok(Some(ProgramTransaction { slot, index, signature: (*signature).into(), keys, inner }))
    }
}

/// Static keys, then those of lookup tables; nothing when the node left some of these out.
fn keys(transaction: &VersionedTransaction, loaded: UiLoadedAddresses) -> Option<Vec<[u8; 32]>> {
    let message = &transaction.message;
    let lookups = message.address_table_lookups().unwrap_or_default();
    let writable: usize = lookups.iter().map(|lookup| lookup.writable_indexes.len()).sum();
    let readonly: usize = lookups.iter().map(|lookup| lookup.readonly_indexes.len()).sum();
    if (loaded.writable.len(), loaded.readonly.len()) != (writable, readonly) {
        return None;
    }
    let loaded = loaded.writable.iter().chain(&loaded.readonly);
    let statics = message.static_account_keys().iter().map(|key| Some(key.to_bytes()));
    statics.chain(loaded.map(|key| key.parse().ok().map(|key: Pubkey| key.to_bytes()))).collect()
}

/// What validators take for a vote, and streams announce as one.
fn is_vote(transaction: &VersionedTransaction) -> bool {
    let message = &transaction.message;
    let [instruction] = message.instructions() else { return false };
    let program = message.static_account_keys().get(usize::from(instruction.program_id_index));
    program == Some(&VOTE_PROGRAM)
        && transaction.signatures.len() < 3
        && transaction.version() == TransactionVersion::LEGACY
}

impl Transaction {
    pub fn of_program(self, signature: &Signature, index: u64) -> Result<ProgramTransaction, RpcError> {
        self.executed
            .of_program(self.slot, index)?
            .filter(|transaction| transaction.signature == *signature.as_array())
            .ok_or_else(|| RpcError::Malformed(format!("{signature} is no transaction of the program")))
    }
}

impl Listed {
    pub fn understood(self) -> Result<client::Listed, RpcError> {
        let signature: Signature =
            self.signature.parse().map_err(|_| malformed(self.slot, "a signature that is none"))?;
        Ok(client::Listed {
            signature: signature.into(),
            slot: self.slot,
            has_failed: self.err.is_some(),
            index: self.transaction_index,
            block_time: self.block_time,
        })
    }
}
