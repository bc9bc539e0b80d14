//! Who offered a transaction, to be read from the chain: the specification's section "Action Identity".

use std::collections::HashSet;

use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD};
use solana_compute_budget_interface as compute_budget;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use spl_memo_interface::{instruction::build_memo, v3};

use crate::gateway::Gateway;
use crate::wallet::{self, Signable, TransactionForWallet};

const PROTOCOL: &str = "solana-action";
/// What a transaction may take, in bytes: a packet.
const MAX_TRANSACTION: usize = 1232;

/// The key by which transactions of our Blinks are known.
pub struct Identity(Keypair);

impl Identity {
    pub fn new(keypair: Keypair) -> Self {
        Self(keypair)
    }

    /// The instructions with an identifier: a memo that the key has signed a reference, used this once, and both on
    /// one of the others, where the chain's indexes find them.
    ///
    /// They cannot be on the memo, which would take them for signers.
    fn identify(&self, mut instructions: Vec<Instruction>, reference: Pubkey) -> Vec<Instruction> {
        let ours = instructions.iter().rposition(|instruction| instruction.program_id == till::ID);
        let Some(carrier) = ours.and_then(|index| instructions.get_mut(index)) else { return instructions };
        let identity = self.0.pubkey();
        // At the end, where the program looks for nothing.
        carrier.accounts.extend([identity, reference].map(|key| AccountMeta::new_readonly(key, false)));
        let signature = self.0.sign_message(reference.as_ref());
        let memo = format!("{PROTOCOL}:{identity}:{reference}:{signature}");
        instructions.push(build_memo(&v3::ID, memo.as_bytes(), &[]));
        instructions
    }

    /// The transaction with an identifier, if it can have one: if there is room, nobody has signed it yet, and it would
    /// succeed. Who pays is not kept from it by a mark of ours.
    pub async fn on(&self, gateway: &Gateway, handed_out: TransactionForWallet) -> TransactionForWallet {
        let Some((wallet, instructions)) = read(&handed_out.transaction) else { return handed_out };
        let reference = Pubkey::new_from_array(rand::random());
        let identified = self.identify(instructions, reference);
        let signable = Signable::new(wallet, identified, handed_out.message.clone());
        match signable.hand_out(gateway, wallet::refused).await {
            Ok(identified) if fits(&identified.transaction) => identified,
            Ok(_) => handed_out,
            Err(problem) => {
                tracing::warn!(
                    code = problem.code.as_str(),
                    "a transaction was handed out without identifier"
                );
                handed_out
            }
        }
    }
}

fn fits(transaction: &str) -> bool {
    STANDARD.decode(transaction).is_ok_and(|bytes| bytes.len() <= MAX_TRANSACTION)
}

/// Who pays for a transaction without signatures, and what it does beside limiting its units.
fn read(transaction: &str) -> Option<(Pubkey, Vec<Instruction>)> {
    let raw = STANDARD.decode(transaction).ok()?;
    let transaction: VersionedTransaction = bincode::deserialize(&raw).ok()?;
    let is_signed = transaction.signatures.iter().any(|signature| *signature != Signature::default());
    let message = transaction.message;
    if is_signed || message.address_table_lookups().is_some_and(|lookups| !lookups.is_empty()) {
        return None;
    }
    let wallet = *message.static_account_keys().first()?;
    let instructions = instructions(&message).ok()?;
    Some((wallet, instructions.into_iter().filter(|instruction| !limits_units(instruction)).collect()))
}

/// Whether it is the limit that [`Signable`] sets by itself.
fn limits_units(instruction: &Instruction) -> bool {
    /// The discriminator of `SetComputeUnitLimit`.
    const LIMIT: u8 = 2;
    instruction.program_id == compute_budget::ID && instruction.data.first() == Some(&LIMIT)
}

fn instructions(message: &VersionedMessage) -> Result<Vec<Instruction>> {
    let keys = message.static_account_keys();
    let key =
        |index: u8| keys.get(usize::from(index)).copied().ok_or(anyhow::anyhow!("an account is missing"));
    let account = |index: &u8| {
        let (signs, writes) = (
            message.is_signer(usize::from(*index)),
            message.is_maybe_writable_with_reserved_addresses(usize::from(*index), None::<&HashSet<Pubkey>>),
        );
        Ok(AccountMeta { pubkey: key(*index)?, is_signer: signs, is_writable: writes })
    };
    let read = |compiled: &solana_message::compiled_instruction::CompiledInstruction| {
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
    use solana_hash::Hash;

    use super::*;
    use crate::payments::signing;

    fn ours(wallet: Pubkey) -> Instruction {
        let accounts =
            vec![AccountMeta::new(wallet, true), AccountMeta::new_readonly(Pubkey::new_unique(), false)];
        Instruction { program_id: till::ID, accounts, data: vec![1, 2, 3] }
    }

    #[test]
    fn an_identifier_is_signed_and_can_be_found_by_its_keys() {
        let identity = Identity::new(Keypair::new());
        let (wallet, reference) = (Pubkey::new_unique(), Pubkey::new_unique());
        let identified = identity.identify(vec![ours(wallet)], reference);
        let [carrier, memo] = &identified[..] else { panic!("an instruction and its memo") };
        let keys: Vec<Pubkey> = carrier.accounts[2..].iter().map(|account| account.pubkey).collect();
        assert_eq!(keys, [identity.0.pubkey(), reference]);
        assert!(carrier.accounts[2..].iter().all(|account| !account.is_signer && !account.is_writable));

        assert_eq!((memo.program_id, memo.accounts.len()), (v3::ID, 0));
        let text = String::from_utf8(memo.data.clone()).unwrap();
        let [protocol, key, signed, signature] = text.split(':').collect::<Vec<_>>()[..] else {
            panic!("{text}")
        };
        assert_eq!((protocol, key), ("solana-action", identity.0.pubkey().to_string().as_str()));
        assert_eq!(signed, reference.to_string());
        let signature: Signature = signature.parse().unwrap();
        assert!(signature.verify(identity.0.pubkey().as_ref(), reference.as_ref()));
    }

    #[test]
    fn what_is_not_ours_is_not_marked() {
        let identity = Identity::new(Keypair::new());
        let foreign = Instruction { program_id: Pubkey::new_unique(), ..ours(Pubkey::new_unique()) };
        assert_eq!(identity.identify(vec![foreign.clone()], Pubkey::new_unique()), [foreign]);
    }

    #[test]
    fn a_transaction_is_read_as_it_was_written_and_a_signed_one_is_left_alone() {
        let wallet = Pubkey::new_unique();
        let message = signing::message(&wallet, &[ours(wallet)], 1_000, Hash::default()).unwrap();
        let mut transaction = signing::unsigned(message);
        let encode =
            |transaction: &VersionedTransaction| STANDARD.encode(bincode::serialize(transaction).unwrap());
        assert_eq!(read(&encode(&transaction)), Some((wallet, vec![ours(wallet)])));
        transaction.signatures[0] = Signature::from([1; 64]);
        assert_eq!(read(&encode(&transaction)), None);
        assert_eq!(read("no transaction"), None);
    }
}
