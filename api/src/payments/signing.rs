//! From instructions to the bytes of a transaction.

use anyhow::Result;
use rand::Rng;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{VersionedMessage, v0};
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

/// What a simulation may use, in compute units: more than any of our transactions needs.
pub const SIMULATED_UNITS: u32 = 400_000;
/// Added to what a simulation used, in compute units: an account may be created in between, and a
/// wallet may add checks of its own.
const SPARE_UNITS: u64 = 30_000;

/// By how much limits differ at random, in compute units. Two equal operations in one block, say two
/// refunds of 5.00, must be two transactions: with the same bytes they would be one.
const DISTINCT_UNITS: u64 = 8_192;

/// The limit to ask for after a simulation that used `units`.
pub fn limit_for(units: u64) -> u32 {
    let distinct = rand::thread_rng().gen_range(0..DISTINCT_UNITS);
    u32::try_from(units + units / 10 + SPARE_UNITS + distinct).unwrap_or(u32::MAX)
}

/// A message that asks for `units` and pays with `payer`.
pub fn message(
    payer: &Pubkey,
    instructions: &[Instruction],
    units: u32,
    blockhash: Hash,
) -> Result<VersionedMessage> {
    compiled(payer, &with_limit(instructions, units), blockhash)
}

/// The instructions behind the one that asks for `units`.
pub fn with_limit(instructions: &[Instruction], units: u32) -> Vec<Instruction> {
    let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(units)];
    all.extend_from_slice(instructions);
    all
}

/// A message of exactly these instructions.
pub fn compiled(payer: &Pubkey, instructions: &[Instruction], blockhash: Hash) -> Result<VersionedMessage> {
    Ok(VersionedMessage::V0(v0::Message::try_compile(payer, instructions, &[], blockhash)?))
}

/// A transaction with room for its signatures and none in it.
pub fn unsigned(message: VersionedMessage) -> VersionedTransaction {
    let signatures = usize::from(message.header().num_required_signatures);
    VersionedTransaction { signatures: vec![Signature::default(); signatures], message }
}

/// A signed transaction, as it is stored and sent.
pub struct SignedBytes {
    pub signature: Signature,
    pub raw: Vec<u8>,
}

pub fn sign(message: VersionedMessage, operator: &Keypair) -> Result<SignedBytes> {
    let signature = operator.sign_message(&message.serialize());
    let transaction = VersionedTransaction { signatures: vec![signature], message };
    Ok(SignedBytes { signature, raw: bincode::serialize(&transaction)? })
}
