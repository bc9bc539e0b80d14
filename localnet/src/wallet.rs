//! What a wallet does with a payment link: fetches the transaction for its account, signs, sends.

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

/// A transaction as the API hands it out: without signatures.
pub struct Unsigned {
    bytes: Vec<u8>,
    transaction: VersionedTransaction,
}

/// Asks a Solana Pay link for the transaction of this wallet.
pub async fn request(link: &str, wallet: &Keypair) -> anyhow::Result<Unsigned> {
    ask(link, json!({ "account": wallet.pubkey().to_string() })).await
}

/// Asks any route that hands out transactions for the one that `body` describes.
pub async fn ask(link: &str, body: Value) -> anyhow::Result<Unsigned> {
    let response = reqwest::Client::new().post(link).json(&body).send().await?;
    let status = response.status();
    let answer: Value = response.json().await.with_context(|| format!("{link} answered {status}"))?;
    if !status.is_success() {
        bail!("{link} answered {status}: {}", answer["detail"].as_str().unwrap_or("no reason given"));
    }
    let encoded = answer["transaction"].as_str().context("the answer has no transaction")?;
    let bytes = BASE64_STANDARD.decode(encoded)?;
    let transaction = bincode::deserialize(&bytes)?;
    Ok(Unsigned { bytes, transaction })
}

impl Unsigned {
    pub fn serialized_len(&self) -> usize {
        self.bytes.len()
    }

    pub fn sign(self, wallet: &Keypair) -> anyhow::Result<VersionedTransaction> {
        let message = &self.transaction.message;
        ensure!(
            message.static_account_keys().first() == Some(&wallet.pubkey()),
            "the transaction is not paid by this wallet"
        );
        Ok(VersionedTransaction::try_new(message.clone(), &[wallet])?)
    }
}
