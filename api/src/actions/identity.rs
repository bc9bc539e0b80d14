//! Who offered a transaction, to be read from the chain: the specification's section "Action Identity".

use std::collections::HashSet;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use solana_compute_budget_interface as compute_budget;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_message::VersionedMessage;
use solana_message::compiled_instruction::CompiledInstruction;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

use crate::gateway::Gateway;
use crate::wallet::{self, MAX_TRANSACTION, Signable, TransactionForWallet};

const PROTOCOL: &str = "solana-action";
/// What an identifier takes beside its text, in bytes: the memo program's address and the two keys, their indexes, and
/// the frame of an instruction.
const FRAME: usize = 3 * 32 + 8;

/// The key by which transactions of our Blinks are known.
pub struct Identity(Keypair);

impl Identity {
    pub fn new(keypair: Keypair) -> Self {
        Self(keypair)
    }

    /// Says in a memo that the key has signed `reference`, which is used this once.
    fn identifier(&self, reference: &Pubkey) -> String {
        let (identity, signature) = (self.0.pubkey(), self.0.sign_message(reference.as_ref()));
        format!("{PROTOCOL}:{identity}:{reference}:{signature}")
    }

    /// The transaction with an identifier, if it can have one: if there is room, nobody has signed it yet, and it would
    /// succeed. Nobody is kept from paying by a mark of ours.
    ///
    /// The identifier is a memo. Both keys are accounts of another instruction, where the chain's indexes find them,
    /// because a memo takes its accounts for signers.
    pub async fn on(&self, gateway: &Gateway, handed_out: TransactionForWallet) -> TransactionForWallet {
        let reference = Pubkey::new_from_array(rand::random());
        let identifier = self.identifier(&reference);
        let Some(found) = Found::read(&handed_out.transaction) else { return handed_out };
        if found.size + identifier.len() + FRAME > MAX_TRANSACTION {
            return handed_out;
        }
        let signable = Signable {
            memos: vec![identifier],
            references: [found.references, vec![self.0.pubkey(), reference]].concat(),
            price: Some(found.price),
            ..Signable::new(found.wallet, found.instructions, handed_out.message.clone())
        };
        signable.hand_out(gateway, wallet::refused).await.unwrap_or_else(|problem| {
            tracing::warn!(code = problem.code.as_str(), "a transaction was handed out without identifier");
            handed_out
        })
    }
}

/// A transaction without signatures, as [`Signable`] has made it.
#[derive(Debug, PartialEq)]
struct Found {
    wallet: Pubkey,
    /// All but those that set limit and price of compute units.
    instructions: Vec<Instruction>,
    references: Vec<Pubkey>,
    /// In millionths of a lamport per compute unit.
    price: u64,
    /// In bytes.
    size: usize,
}

impl Found {
    /// Nothing, if somebody has signed it: then it holds for exactly these bytes.
    fn read(transaction: &str) -> Option<Self> {
        let raw = STANDARD.decode(transaction).ok()?;
        let VersionedTransaction { signatures, message } = bincode::deserialize(&raw).ok()?;
        let is_signed = signatures.iter().any(|signature| *signature != Signature::default());
        let looks_up = message.address_table_lookups().is_some_and(|lookups| !lookups.is_empty());
        if is_signed || looks_up {
            return None;
        }
        let wallet = *message.static_account_keys().first()?;
        let mut found =
            Self { wallet, instructions: Vec::new(), references: Vec::new(), price: 0, size: raw.len() };
        for instruction in instructions(&message).ok()? {
            found.take(instruction);
        }
        Some(found)
    }

    fn take(&mut self, instruction: Instruction) {
        /// The discriminators of `SetComputeUnitLimit` and `SetComputeUnitPrice`.
        const LIMIT: u8 = 2;
        const PRICE: u8 = 3;
        let is_budget = instruction.program_id == compute_budget::ID;
        match instruction.data.split_first() {
            Some((&LIMIT, _)) if is_budget => {
                self.references.extend(instruction.accounts.iter().map(|account| account.pubkey));
            }
            Some((&PRICE, price)) if is_budget => {
                self.price = price.try_into().map_or(0, u64::from_le_bytes);
            }
            _ => self.instructions.push(instruction),
        }
    }
}

fn instructions(message: &VersionedMessage) -> Result<Vec<Instruction>> {
    let keys = message.static_account_keys();
    let key = |index: u8| keys.get(usize::from(index)).copied().context("an account is missing");
    let account = |index: &u8| {
        let (at, none) = (usize::from(*index), None::<&HashSet<Pubkey>>);
        let is_writable = message.is_maybe_writable_with_reserved_addresses(at, none);
        Ok(AccountMeta { pubkey: key(*index)?, is_signer: message.is_signer(at), is_writable })
    };
    let read = |compiled: &CompiledInstruction| {
        Ok(Instruction {
            program_id: key(compiled.program_id_index)?,
            accounts: compiled.accounts.iter().map(account).collect::<Result<_>>()?,
            data: compiled.data.clone(),
        })
    };
    message.instructions().iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use solana_compute_budget_interface::ComputeBudgetInstruction;
    use solana_hash::Hash;

    use super::*;
    use crate::payments::signing;

    #[test]
    fn an_identifier_is_signed_by_the_identity() {
        let identity = Identity::new(Keypair::new());
        let reference = Pubkey::new_unique();
        let text = identity.identifier(&reference);
        let [protocol, key, signed, signature] = text.split(':').collect::<Vec<_>>()[..] else {
            panic!("{text}")
        };
        assert_eq!((protocol, key), ("solana-action", identity.0.pubkey().to_string().as_str()));
        assert_eq!(signed, reference.to_string());
        let signature: Signature = signature.parse().unwrap();
        assert!(signature.verify(identity.0.pubkey().as_ref(), reference.as_ref()));
    }

    #[test]
    fn a_transaction_is_read_as_it_was_written_and_a_signed_one_is_left_alone() {
        let (wallet, reference) = (Pubkey::new_unique(), Pubkey::new_unique());
        let accounts =
            vec![AccountMeta::new(wallet, true), AccountMeta::new_readonly(Pubkey::new_unique(), false)];
        let ours = Instruction { program_id: till::ID, accounts, data: vec![1, 2, 3] };
        let price = ComputeBudgetInstruction::set_compute_unit_price(700);
        let mut all = signing::with_limit(&[price, ours.clone()], 1_000);
        all[0].accounts.push(AccountMeta::new_readonly(reference, false));
        let mut transaction = signing::unsigned(signing::compiled(&wallet, &all, Hash::default()).unwrap());
        let raw = bincode::serialize(&transaction).unwrap();
        let expected = Found {
            wallet,
            instructions: vec![ours],
            references: vec![reference],
            price: 700,
            size: raw.len(),
        };
        assert_eq!(Found::read(&STANDARD.encode(raw)), Some(expected));

        transaction.signatures[0] = Signature::from([1; 64]);
        assert_eq!(Found::read(&STANDARD.encode(bincode::serialize(&transaction).unwrap())), None);
        assert_eq!(Found::read("no transaction"), None);
    }
}
