//! What one closed slot changed: taken from the running chain before the slot closes, written to the journal, and
//! put back into a new chain at the next start.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use surfpool_core::{
    solana_account::Account,
    surfnet::{BlockHeader, GeyserEvent, svm::SurfnetSvm},
    types::{GeyserAccountUpdate, SurfnetTransactionStatus, SyntheticBlockhash},
};

/// One slot with everything needed to be there again after a restart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SlotRecord {
    pub slot: u64,
    /// The chain's number of blocks; rises by one a slot.
    pub height: u64,
    /// Unix milliseconds.
    pub time_ms: u64,
    /// Executed in this slot, in order, with their outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<SurfnetTransactionStatus>,
    /// Accounts written in this slot, as they were at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountRecord>,
}

/// An account; a closed one has no lamports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountRecord {
    pub address: String,
    pub lamports: u64,
    pub owner: String,
    pub executable: bool,
    pub rent_epoch: u64,
    #[serde(with = "base64_bytes")]
    pub data: Vec<u8>,
    /// Of the last write in its slot.
    pub write_version: u64,
}

impl AccountRecord {
    pub fn new(address: &Pubkey, account: &Account, write_version: u64) -> Self {
        Self {
            address: address.to_string(),
            lamports: account.lamports,
            owner: account.owner.to_string(),
            executable: account.executable,
            rent_epoch: account.rent_epoch,
            data: account.data.clone(),
            write_version,
        }
    }

    pub fn address(&self) -> anyhow::Result<Pubkey> {
        self.address.parse().with_context(|| format!("{:?} is not an address", self.address))
    }

    /// The write as it is streamed.
    pub fn update(&self, slot: u64) -> anyhow::Result<GeyserAccountUpdate> {
        Ok(GeyserAccountUpdate::block_update(self.address()?, self.account()?, slot, self.write_version))
    }

    pub fn account(&self) -> anyhow::Result<Account> {
        Ok(Account {
            lamports: self.lamports,
            data: self.data.clone(),
            owner: self.owner.parse().with_context(|| format!("{:?} is not an address", self.owner))?,
            executable: self.executable,
            rent_epoch: self.rent_epoch,
        })
    }
}

impl SlotRecord {
    /// The record of the slot that is open now and will close at `time_ms`.
    ///
    /// Writes that the chain would not report are reported first, as account updates: those of airdrops,
    /// cheatcodes and deploys, and of transactions that failed (their payer has paid the fee). Real validators
    /// report all of them.
    pub fn of_open_slot(svm: &mut SurfnetSvm, time_ms: u64) -> anyhow::Result<Self> {
        let slot = svm.latest_epoch_info.absolute_slot;
        let height = svm.chain_tip.index + 1;

        let mut written: BTreeMap<Pubkey, bool> = svm
            .account_update_slots
            .iter()
            .filter(|(_, updated)| **updated == slot)
            .map(|(address, _)| (*address, true))
            .collect();
        let queued: Vec<Signature> = svm
            .transactions_queued_for_confirmation
            .iter()
            .map(|(transaction, _, _)| transaction.signatures[0])
            .collect();
        let transactions = transactions(svm, &queued)?;
        writes(&transactions, &mut written);

        let mut accounts = Vec::with_capacity(written.len());
        for (address, unreported) in written {
            let account = svm.get_account(&address)?.unwrap_or_default();
            let write_version = if unreported { svm.increment_write_version() } else { svm.write_version };
            if unreported {
                let update = GeyserAccountUpdate::block_update(address, account.clone(), slot, write_version);
                svm.geyser_events_tx
                    .send(GeyserEvent::UpdateAccount(update))
                    .context("nobody listens to the chain's events")?;
            }
            accounts.push(AccountRecord::new(&address, &account, write_version));
        }

        Ok(Self { slot, height, time_ms, transactions, accounts })
    }

    /// The record of a block that the chain has closed by itself, which time travel does.
    pub fn of_closed_block(svm: &SurfnetSvm, slot: u64) -> anyhow::Result<Option<Self>> {
        let Some(header) = svm.blocks.get(&slot)? else {
            return Ok(None);
        };
        let transactions = transactions(svm, &header.signatures)?;
        let mut written = BTreeMap::new();
        writes(&transactions, &mut written);
        let accounts = written
            .into_keys()
            .map(|address| {
                let account = svm.get_account(&address)?.unwrap_or_default();
                Ok(AccountRecord::new(&address, &account, svm.write_version))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Some(Self {
            slot,
            height: header.block_height,
            time_ms: header.block_time.unsigned_abs() * 1_000,
            transactions,
            accounts,
        }))
    }

    /// A slot in which nothing happened.
    pub fn empty(slot: u64, height: u64, time_ms: u64) -> Self {
        Self { slot, height, time_ms, transactions: Vec::new(), accounts: Vec::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.transactions.is_empty() && self.accounts.is_empty()
    }

    /// Unix seconds.
    pub fn block_time(&self) -> i64 {
        (self.time_ms / 1_000) as i64
    }

    pub fn blockhash(&self) -> String {
        blockhash_at(self.height)
    }

    pub fn parent_blockhash(&self) -> String {
        blockhash_at(self.height.saturating_sub(1))
    }

    /// The header under which the chain keeps a block that has transactions.
    pub fn header(&self, parent_slot: u64) -> BlockHeader {
        BlockHeader {
            hash: self.blockhash(),
            previous_blockhash: self.parent_blockhash(),
            parent_slot,
            block_time: self.block_time(),
            block_height: self.height,
            signatures: self
                .transactions
                .iter()
                .filter_map(|status| match status {
                    SurfnetTransactionStatus::Processed(executed) => {
                        executed.0.transaction.signatures.first().copied()
                    }
                    SurfnetTransactionStatus::Received => None,
                })
                .collect(),
        }
    }
}

fn transactions(svm: &SurfnetSvm, signatures: &[Signature]) -> anyhow::Result<Vec<SurfnetTransactionStatus>> {
    let mut found = Vec::with_capacity(signatures.len());
    for signature in signatures {
        found.extend(svm.transactions.get(&signature.to_string())?);
    }
    Ok(found)
}

/// Adds the accounts that `transactions` wrote, and whether the chain left the write unreported.
fn writes(transactions: &[SurfnetTransactionStatus], written: &mut BTreeMap<Pubkey, bool>) {
    for status in transactions {
        let SurfnetTransactionStatus::Processed(executed) = status else {
            continue;
        };
        let (transaction, mutated) = executed.as_ref();
        for address in mutated {
            written.entry(*address).or_insert(false);
        }
        if transaction.meta.status.is_err() {
            for address in static_writable_keys(&transaction.transaction.message) {
                written.insert(address, true);
            }
        }
    }
}

/// The chain's blockhashes are a function of the height, which is what makes it possible to continue it: after a
/// restart the hashes of before are the same and still accepted.
pub fn blockhash_at(height: u64) -> String {
    SyntheticBlockhash::new(height.saturating_sub(1)).to_string()
}

/// Those static keys that the message asks to write to.
fn static_writable_keys(message: &VersionedMessage) -> impl Iterator<Item = Pubkey> + '_ {
    let header = *message.header();
    let keys = message.static_account_keys();
    let signers = usize::from(header.num_required_signatures);
    let writable_signers = signers.saturating_sub(header.num_readonly_signed_accounts.into());
    let writable_end = keys.len().saturating_sub(header.num_readonly_unsigned_accounts.into());
    keys.iter()
        .enumerate()
        .filter(move |(index, _)| *index < writable_signers || (*index >= signers && *index < writable_end))
        .map(|(_, key)| *key)
}

mod base64_bytes {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}
