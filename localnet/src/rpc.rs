//! Sending transactions the way a script does: build, sign, send, wait until confirmed.

use std::time::Duration;

use anyhow::{Context, bail};
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_client::rpc_config::RpcTransactionConfig;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::Transaction;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_status::{UiTransactionEncoding, option_serializer::OptionSerializer};

/// How long a transaction may take to be confirmed before something must be wrong.
const CONFIRMATION: Duration = Duration::from_secs(60);

pub struct Rpc {
    pub client: RpcClient,
}

/// What a confirmed transaction cost, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Receipt {
    pub signature: Signature,
    pub slot: u64,
    pub compute_units: u64,
}

impl Rpc {
    pub fn new(url: String) -> Self {
        Self { client: RpcClient::new_with_commitment(url, CommitmentConfig::confirmed()) }
    }

    /// Signs and sends, `payer` paying the network's fee, and waits until it is confirmed.
    pub async fn send(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
        others: &[&Keypair],
    ) -> anyhow::Result<Receipt> {
        let blockhash = self.client.get_latest_blockhash().await.context("no blockhash")?;
        let message = Message::new(instructions, Some(&payer.pubkey()));
        let mut signers = vec![payer];
        signers.extend(others.iter().filter(|other| other.pubkey() != payer.pubkey()));
        let transaction = Transaction::new(&signers, message, blockhash);
        self.send_signed(&transaction.into()).await
    }

    pub async fn send_signed(&self, transaction: &VersionedTransaction) -> anyhow::Result<Receipt> {
        let signature = self.client.send_transaction(transaction).await?;
        self.receipt(&signature).await
    }

    /// Waits until a transaction is confirmed; an error when it failed.
    pub async fn receipt(&self, signature: &Signature) -> anyhow::Result<Receipt> {
        let confirmed = tokio::time::timeout(CONFIRMATION, self.confirmed(signature)).await;
        confirmed.with_context(|| format!("{signature} was not confirmed within {CONFIRMATION:?}"))??;
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(0),
        };
        let transaction = self.client.get_transaction_with_config(signature, config).await?;
        let meta = transaction.transaction.meta.context("the transaction has no metadata")?;
        let OptionSerializer::Some(compute_units) = meta.compute_units_consumed else {
            bail!("the compute units of {signature} are not known");
        };
        Ok(Receipt { signature: *signature, slot: transaction.slot, compute_units })
    }

    async fn confirmed(&self, signature: &Signature) -> anyhow::Result<()> {
        loop {
            let statuses = self.client.get_signature_statuses(&[*signature]).await?.value;
            if let Some(status) = statuses.into_iter().flatten().next() {
                if let Some(error) = status.err {
                    bail!("{signature} failed: {error}");
                }
                if status.satisfies_commitment(CommitmentConfig::confirmed()) {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn exists(&self, address: &Pubkey) -> anyhow::Result<bool> {
        let account =
            self.client.get_account_with_commitment(address, CommitmentConfig::confirmed()).await?.value;
        Ok(account.is_some())
    }

    /// Gives a wallet lamports when it has fewer than `at_least`.
    pub async fn ensure_lamports(&self, wallet: &Pubkey, at_least: u64) -> anyhow::Result<()> {
        if self.client.get_balance(wallet).await? >= at_least {
            return Ok(());
        }
        let signature = self.client.request_airdrop(wallet, 2 * at_least).await?;
        tokio::time::timeout(CONFIRMATION, self.confirmed(&signature))
            .await
            .with_context(|| format!("the airdrop to {wallet} was not confirmed"))?
    }
}
