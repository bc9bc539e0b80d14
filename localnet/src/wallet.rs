//! What a wallet does with a payment link: fetches the transaction for its account, signs, sends.

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_message::compiled_instruction::CompiledInstruction;
use solana_message::{VersionedMessage, v0};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use solana_transaction::versioned::VersionedTransaction;

/// The Memo program, which fails unless all accounts that it is given sign.
const MEMO: Pubkey = Pubkey::from_str_const("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

/// A transaction as the API hands it out: without the wallet's signature.
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

    /// What some wallets do before they sign: instructions of their own, behind those that they were handed. Here a check
    /// of another program that the wallet signs, and a transfer to itself.
    pub fn with_additions(mut self, wallet: &Keypair) -> anyhow::Result<Self> {
        let VersionedMessage::V0(message) = &mut self.transaction.message else {
            bail!("the transaction is not of version 0");
        };
        let wallet = wallet.pubkey();
        let check = Instruction {
            program_id: MEMO,
            accounts: vec![AccountMeta::new_readonly(wallet, true)],
            data: b"checked by the wallet".to_vec(),
        };
        for instruction in [check, transfer(&wallet, &wallet, 1)] {
            append(message, &instruction)?;
        }
        Ok(self)
    }

    /// The transaction with the wallet's signature. Whoever else is to sign must have done so.
    pub fn sign(mut self, wallet: &Keypair) -> anyhow::Result<VersionedTransaction> {
        let bytes = self.transaction.message.serialize();
        let keys = self.transaction.message.static_account_keys();
        let mut is_ours = false;
        for (key, signature) in keys.iter().zip(&mut self.transaction.signatures) {
            if *key == wallet.pubkey() {
                *signature = wallet.sign_message(&bytes);
                is_ours = true;
            }
            ensure!(signature.verify(key.as_ref(), &bytes), "{key} has not signed this transaction");
        }
        ensure!(is_ours, "the transaction is not one that this wallet signs");
        Ok(self.transaction)
    }
}

/// Adds an instruction whose program may be new, and whose accounts are all there.
fn append(message: &mut v0::Message, instruction: &Instruction) -> anyhow::Result<()> {
    if !message.account_keys.contains(&instruction.program_id) {
        message.account_keys.push(instruction.program_id);
        message.header.num_readonly_unsigned_accounts += 1;
    }
    let place = |key: &Pubkey| {
        let place =
            message.account_keys.iter().position(|known| known == key).context("an unknown account")?;
        Ok(u8::try_from(place)?)
    };
    let accounts = instruction.accounts.iter().map(|account| place(&account.pubkey));
    let accounts = accounts.collect::<anyhow::Result<Vec<_>>>()?;
    let program_id_index = place(&instruction.program_id)?;
    let data = instruction.data.clone();
    message.instructions.push(CompiledInstruction { program_id_index, accounts, data });
    Ok(())
}
