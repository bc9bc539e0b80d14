//! What wallets are handed: transactions to sign, none of which would fail now.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_transaction::versioned::VersionedTransaction;
use utoipa::ToSchema;

use crate::chain::{Refusal, Simulation};
use crate::gateway::Gateway;
use crate::payments::signing;
use crate::problem::{Code, Problem, Result};

/// A transaction for a wallet to sign, after the Solana Pay specification.
/// <https://docs.solanapay.com/spec#specification-transaction-request>
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TransactionForWallet {
    /// A transaction without signatures, base64.
    pub transaction: String,
    /// What it does, for the customer.
    pub message: String,
}

/// What a wallet is to sign, and to pay the network for.
#[derive(Clone, Debug)]
pub struct Signable {
    pub wallet: Pubkey,
    pub instructions: Vec<Instruction>,
    /// What it does, for who signs.
    pub message: String,
    /// The slot that what it is about was seen in: a node that has not come so far cannot judge it.
    pub seen_in: Option<u64>,
}

impl Signable {
    pub fn new(wallet: Pubkey, instructions: Vec<Instruction>, message: String) -> Self {
        Self { wallet, instructions, message, seen_in: None }
    }

    /// The transaction, if it would succeed now; `refused` says in words why it would not.
    pub async fn hand_out(
        self,
        gateway: &Gateway,
        refused: impl FnOnce(Refusal) -> Problem,
    ) -> Result<TransactionForWallet> {
        // Asked for last: a wallet has as long as the blockhash lives.
        let blockhash = gateway.chain.latest_blockhash().await?.hash;
        let message = |units| signing::message(&self.wallet, &self.instructions, units, blockhash);
        let trial = signing::unsigned(message(signing::SIMULATED_UNITS)?);
        let units = match gateway.chain.simulate(&trial, self.seen_in).await? {
            Simulation::Succeeds { compute_units } => signing::limit_for(compute_units),
            Simulation::Fails(refusal) => return Err(refused(refusal)),
        };
        let transaction = encode(&signing::unsigned(message(units)?))?;
        Ok(TransactionForWallet { transaction, message: self.message })
    }
}

fn encode(transaction: &VersionedTransaction) -> Result<String> {
    let raw = bincode::serialize(transaction).map_err(anyhow::Error::from)?;
    Ok(STANDARD.encode(raw))
}

/// What the node says against a transaction for which there are no better words.
pub fn refused(refusal: Refusal) -> Problem {
    match refusal.code.as_str() {
        "InsufficientFundsForFee" | "InsufficientFundsForRent" => {
            Problem::new(Code::InsufficientSol, "you need more SOL for the network fee and the rent")
        }
        code => Problem::new(Code::SimulationFailed, format!("{} ({code})", refusal.detail)),
    }
}

/// The wallet at a base58 address.
pub fn parse(address: &str) -> Result<Pubkey> {
    let invalid =
        || Problem::new(Code::AccountInvalid, format!("{address} is not the base58 address of a wallet"));
    address.parse().map_err(|_| invalid())
}
