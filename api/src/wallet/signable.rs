//! From instructions to the transaction that a wallet is handed.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::future::join;
use solana_hash::Hash;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;
use solana_transaction::versioned::VersionedTransaction;
use spl_memo_interface::{instruction::build_memo, v3::ID as MEMO};

use super::spending::require_sol;
use super::sponsor::{Order, Sponsor, Sponsored, not_sponsored};
use super::{TransactionForWallet, priority, refusal};
use crate::chain::{Blockhash, Refusal, Simulation};
use crate::gateway::Gateway;
use crate::payments::signing;
use crate::problem::{Code, Problem, Result};

/// What fits into one packet of the network, in bytes.
pub const MAX_TRANSACTION: usize = 1_232;
/// How many accounts a node takes when it is asked what priority cost.
const MOST_WRITTEN: usize = 64;

/// What a wallet is to sign, and to pay the network for.
#[derive(Clone, Debug)]
pub struct Signable {
    pub wallet: Pubkey,
    pub instructions: Vec<Instruction>,
    /// What it does, for who signs.
    pub message: String,
    /// The slot that what it is about was seen in: a node that has not come so far cannot judge it.
    pub seen_in: Option<u64>,
    /// What explorers show with the transaction. Left out where it would not fit any more.
    pub memos: Vec<String>,
    /// Addresses by which the transaction can be found again, beside those of its accounts.
    /// <https://docs.solanapay.com/spec#reference>
    pub references: Vec<Pubkey>,
    /// The price of a compute unit, in millionths of a lamport, where it has been asked for already.
    pub price: Option<u64>,
    /// What a sponsor pays, and the network beside it.
    pub sponsored: Option<Sponsored>,
}

impl Signable {
    pub fn new(wallet: Pubkey, instructions: Vec<Instruction>, message: String) -> Self {
        let (memos, references) = (Vec::new(), Vec::new());
        Self { wallet, instructions, message, seen_in: None, memos, references, price: None, sponsored: None }
    }

    /// The transaction, if it would succeed now; `refused` says in words why it would not. With `not_sponsored` when a
    /// sponsor cannot pay for it: without one it may succeed.
    pub async fn hand_out(
        self,
        gateway: &Gateway,
        refused: impl FnOnce(Refusal) -> Problem,
    ) -> Result<TransactionForWallet> {
        let sponsor = self.sponsor(gateway)?;
        let payer = sponsor.map_or(self.wallet, |(sponsor, _)| sponsor.address());
        let (price, blockhash) = join(self.price(gateway), gateway.chain.latest_blockhash()).await;
        let blockhash = blockhash?;
        let draft = self.fitting(payer, price, blockhash.hash)?;
        let trial = signing::unsigned(draft.message(signing::SIMULATED_UNITS)?);
        let units = match gateway.chain.simulate(&trial, self.seen_in).await? {
            Simulation::Succeeds { compute_units } => signing::limit_for(compute_units),
            Simulation::Fails(refusal) => {
                if refusal::is_about_sol(&refusal) {
                    if sponsor.is_some() {
                        tracing::error!(sponsor = %payer, "the sponsor has too little SOL");
                        return Err(not_sponsored());
                    }
                    require_sol(gateway, &self.wallet, &[], "the network fee").await?;
                }
                return Err(refused(refusal));
            }
        };
        let mut transaction = signing::unsigned(draft.message(units)?);
        if let Some((sponsor, sponsored)) = sponsor {
            let Blockhash { last_valid_block_height, .. } = blockhash;
            let priority = priority::lamports(price, units);
            let order = Order { sponsored, wallet: &self.wallet, last_valid_block_height, priority };
            transaction.signatures[0] = sponsor.sign(gateway, order, &transaction.message).await?;
        }
        Ok(TransactionForWallet { transaction: encode(&transaction)?, message: self.message })
    }

    fn sponsor<'a>(&'a self, gateway: &'a Gateway) -> Result<Option<(&'a Sponsor, &'a Sponsored)>> {
        let Some(sponsored) = &self.sponsored else { return Ok(None) };
        let sponsor = gateway.sponsor.as_ref().ok_or_else(not_sponsored)?;
        Ok(Some((sponsor, sponsored)))
    }

    async fn price(&self, gateway: &Gateway) -> u64 {
        match self.price {
            Some(price) => price,
            None => priority::price(gateway, &self.written()).await,
        }
    }

    /// The accounts that are written and not the wallet's own: others may want to write them too.
    fn written(&self) -> Vec<Pubkey> {
        let accounts = self.instructions.iter().flat_map(|instruction| &instruction.accounts);
        let written: BTreeSet<Pubkey> = accounts
            .filter(|account| account.is_writable && !account.is_signer)
            .map(|account| account.pubkey)
            .collect();
        written.into_iter().take(MOST_WRITTEN).collect()
    }

    /// Everything that is signed, with its memos unless they make it too large.
    fn fitting(&self, payer: Pubkey, price: u64, blockhash: Hash) -> Result<Draft> {
        let draft = |memos: &[String]| self.draft(payer, price, blockhash, memos);
        let whole = draft(&self.memos);
        if whole.size()? <= MAX_TRANSACTION {
            return Ok(whole);
        }
        let bare = draft(&[]);
        if bare.size()? <= MAX_TRANSACTION {
            return Ok(bare);
        }
        if self.sponsored.is_some() {
            return Err(not_sponsored());
        }
        let detail =
            "with all the accounts that it has to create, the transaction is larger than the network takes";
        Err(Problem::new(Code::SimulationFailed, detail))
    }

    fn draft(&self, payer: Pubkey, price: u64, blockhash: Hash, memos: &[String]) -> Draft {
        let mut instructions: Vec<Instruction> = priority::instruction(price).into_iter().collect();
        instructions.extend(self.instructions.iter().cloned());
        instructions.extend(memos.iter().map(|memo| build_memo(&MEMO, memo.as_bytes(), &[])));
        Draft { payer, instructions, references: self.references.clone(), blockhash }
    }
}

/// A transaction of which only the limit of compute units is open.
struct Draft {
    payer: Pubkey,
    instructions: Vec<Instruction>,
    references: Vec<Pubkey>,
    blockhash: Hash,
}

impl Draft {
    fn message(&self, units: u32) -> anyhow::Result<solana_message::VersionedMessage> {
        let mut all = signing::with_limit(&self.instructions, units);
        // The instruction that sets the limit reads no account, so none can disturb it.
        let references = self.references.iter().map(|reference| AccountMeta::new_readonly(*reference, false));
        all[0].accounts.extend(references);
        signing::compiled(&self.payer, &all, self.blockhash)
    }

    fn size(&self) -> anyhow::Result<usize> {
        let transaction = signing::unsigned(self.message(signing::SIMULATED_UNITS)?);
        Ok(bincode::serialized_size(&transaction)? as usize)
    }
}

fn encode(transaction: &VersionedTransaction) -> Result<String> {
    let raw = bincode::serialize(transaction).map_err(anyhow::Error::from)?;
    Ok(STANDARD.encode(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signable(accounts: usize) -> Signable {
        let accounts = (0..accounts).map(|_| AccountMeta::new(Pubkey::new_unique(), false)).collect();
        let instruction = Instruction { program_id: till::ID, accounts, data: vec![0; 100] };
        Signable {
            memos: vec!["pay_0123".to_owned()],
            references: vec![Pubkey::new_unique()],
            ..Signable::new(Pubkey::new_unique(), vec![instruction], String::new())
        }
    }

    fn fitting(accounts: usize) -> Result<Draft> {
        let signable = signable(accounts);
        signable.fitting(signable.wallet, 7, Hash::default())
    }

    fn programs(draft: &Draft) -> Vec<Pubkey> {
        draft.instructions.iter().map(|instruction| instruction.program_id).collect()
    }

    #[test]
    fn memos_and_references_are_in_the_transaction() {
        let signable = signable(5);
        let draft = signable.fitting(signable.wallet, 7, Hash::default()).unwrap();
        assert_eq!(programs(&draft)[1..], [till::ID, MEMO], "behind the price");
        let message = draft.message(1).unwrap();
        let read_only = usize::from(message.header().num_readonly_unsigned_accounts);
        let keys = message.static_account_keys();
        assert!(
            keys[keys.len() - read_only..].contains(&signable.references[0]),
            "neither signs nor is written"
        );
    }

    #[test]
    fn a_memo_that_does_not_fit_is_left_out_and_what_does_not_fit_without_it_is_refused() {
        let fits = (1..40).rev().find(|accounts| fitting(*accounts).is_ok());
        let draft = fitting(fits.unwrap()).unwrap();
        assert_eq!(programs(&draft)[1..], [till::ID], "without a memo");
        assert!(draft.size().unwrap() <= MAX_TRANSACTION);
        let refused = fitting(fits.unwrap() + 1).err().unwrap();
        assert_eq!(refused.code, Code::SimulationFailed);
    }

    #[test]
    fn priority_is_asked_for_what_others_write_too() {
        let signable = signable(3);
        assert_eq!(signable.written().len(), 3);
        assert!(!signable.written().contains(&signable.wallet));
    }
}
