//! Blocks and transactions as a node tells them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A block with a hash of its own.
#[derive(Clone, Debug)]
pub struct Block {
    pub slot: u64,
    pub parent: u64,
    pub transactions: Vec<Transaction>,
}

/// A transaction that calls one program.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// Each byte of its signature.
    pub mark: u8,
    pub names_program: bool,
    /// The program is named by a lookup table, instead of by the message itself.
    pub by_lookup: bool,
    pub is_vote: bool,
    pub error: Value,
    /// Keys of the message beside the payer and the program that is called.
    pub keys: Vec<[u8; 32]>,
    /// What the node recorded of instructions that programs called.
    pub inner: Value,
}

impl Block {
    pub fn new(slot: u64, parent: u64, transactions: impl IntoIterator<Item = Transaction>) -> Self {
        Self { slot, parent, transactions: transactions.into_iter().collect() }
    }

    pub fn hash(slot: u64) -> String {
        let mut hash = [7; 32];
        hash[..8].copy_from_slice(&slot.to_le_bytes());
        bs58::encode(hash).into_string()
    }

    pub fn answer(&self, details: &str) -> Value {
        let mut answer = json!({
            "blockhash": Self::hash(self.slot),
            "previousBlockhash": Self::hash(self.parent),
            "parentSlot": self.parent,
            "blockTime": 1_000 + self.slot,
            "blockHeight": self.slot / 2,
        });
        match details {
            "full" => answer["transactions"] = self.transactions.iter().map(Transaction::answer).collect(),
            "signatures" => {
                answer["signatures"] = self.transactions.iter().map(Transaction::signature).collect();
            }
            _ => {}
        }
        answer
    }
}

impl Transaction {
    /// Of the program, with one inner instruction.
    pub fn ours(mark: u8) -> Self {
        let instruction = json!({ "programIdIndex": 1, "accounts": [0], "data": bs58::encode([1, 2, 3, 4]).into_string(), "stackHeight": 2 });
        Self {
            mark,
            names_program: true,
            by_lookup: false,
            is_vote: false,
            error: Value::Null,
            keys: Vec::new(),
            inner: json!([{ "index": 0, "instructions": [instruction] }]),
        }
    }

    pub fn foreign(mark: u8) -> Self {
        Self { names_program: false, ..Self::ours(mark) }
    }

    pub fn signature(&self) -> String {
        bs58::encode([self.mark; 64]).into_string()
    }

    pub fn answer(&self) -> Value {
        let program = till::ID.to_string();
        let loaded = if self.by_lookup { vec![program] } else { Vec::new() };
        json!({
            "transaction": [STANDARD.encode(self.wire()), "base64"],
            "meta": {
                "err": self.error,
                "innerInstructions": self.inner,
                "loadedAddresses": { "writable": [], "readonly": loaded },
            },
            "version": if self.by_lookup { json!(0) } else { json!("legacy") },
        })
    }

    /// One signature; a payer, the program that is called, and ours if it is another one.
    fn wire(&self) -> Vec<u8> {
        let vote: [u8; 32] = bs58::decode("Vote111111111111111111111111111111111111111")
            .into_vec()
            .unwrap()
            .try_into()
            .unwrap();
        let is_called = self.names_program && !self.by_lookup && !self.is_vote;
        let called = match () {
            () if self.is_vote => vote,
            () if is_called => till::ID.to_bytes(),
            () => [9; 32],
        };
        let mut keys = vec![[self.mark; 32], called];
        if self.names_program && self.is_vote {
            keys.push(till::ID.to_bytes());
        }
        keys.extend(&self.keys);
        let mut wire = vec![1];
        wire.extend([self.mark; 64]);
        if self.by_lookup {
            wire.push(0x80);
        }
        wire.extend([1, 0, 1, keys.len() as u8]);
        wire.extend(keys.concat());
        wire.extend([5; 32]);
        wire.extend([1, 1, 1, 0, 1, 0xff]);
        if self.by_lookup {
            wire.push(1);
            wire.extend([6; 32]);
            wire.extend([0, 1, 0]);
        }
        wire
    }
}
