//! From a recorded operation to signed bytes.

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use anyhow::{Context, Result};
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
use till::client::{self, CaptureArgs, Receivers};
use till_store::domain::{ChainPayment, TransactionKind};
use till_store::gateway::operations::OpenOperation;
use till_store::gateway::payments::KnownPayment;

use super::terms::{OnChain, pubkey};

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

/// The instructions of an operation, signed and paid for by `operator`.
pub fn instructions(
    operation: &OpenOperation,
    known: &KnownPayment,
    operator: &Pubkey,
) -> Result<Vec<Instruction>> {
    let chain = known.chain.as_ref().context("the payment is not on the chain")?;
    let OnChain { address, vault, terms } = OnChain::of(known)?;
    let payer = pubkey(&chain.payer)?;
    let payer_token = vault.token.account_of(&payer);
    // A wallet can close its token account at any time, so it is created again when it is needed.
    let account_for = |wallet: &Pubkey| {
        create_associated_token_account_idempotent(operator, wallet, &vault.token.mint, &vault.token.program)
    };
    Ok(match operation.kind {
        TransactionKind::Capture => {
            let mut instructions = Vec::new();
            let returns = returns_a_rest(operation, chain);
            if returns {
                instructions.push(account_for(&payer));
            }
            let payout_wallet = payout_wallet(operation, known)?;
            if let Some(wallet) = &payout_wallet {
                instructions.push(account_for(wallet));
            }
            let payees: Vec<Pubkey> = terms.splits.iter().map(|split| split.wallet).collect();
            instructions.extend(payees.iter().map(account_for));
            let to = Receivers {
                payout_token: payout_wallet.map(|wallet| vault.token.account_of(&wallet)),
                payer_token: returns.then_some(payer_token),
                payees: payees.iter().map(|payee| vault.token.account_of(payee)).collect(),
            };
            let (amount, is_final) = (operation.amount.0, operation.is_final);
            // The payment's account has the terms' hash alone; who shares is proven by the terms.
            let terms = (!payees.is_empty()).then_some(terms);
            let args = CaptureArgs { amount, is_final, to, terms };
            instructions.push(client::capture(*operator, &vault, address, args));
            instructions
        }
        TransactionKind::Void => {
            vec![account_for(&payer), client::void(*operator, &vault, address, payer_token)]
        }
        TransactionKind::Refund => {
            let amount = operation.amount.0;
            let refund = client::refund(*operator, &vault, address, payer_token, None, amount);
            vec![account_for(&payer), refund]
        }
        other => anyhow::bail!("the operator does not sign a {}", other.as_str()),
    })
}

/// Whether the payer gets something back, which takes an account to receive it.
fn returns_a_rest(operation: &OpenOperation, chain: &ChainPayment) -> bool {
    operation.is_final && operation.amount != chain.capturable
}

fn payout_wallet(operation: &OpenOperation, known: &KnownPayment) -> Result<Option<Pubkey>> {
    if !operation.pay_out {
        return Ok(None);
    }
    let wallet = known.payout_wallet.as_ref().context("the merchant is not on the chain")?;
    pubkey(wallet).map(Some)
}

/// A message that asks for `units` and pays with `payer`.
pub fn message(
    payer: &Pubkey,
    instructions: &[Instruction],
    units: u32,
    blockhash: Hash,
) -> Result<VersionedMessage> {
    let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(units)];
    all.extend_from_slice(instructions);
    Ok(VersionedMessage::V0(v0::Message::try_compile(payer, &all, &[], blockhash)?))
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
