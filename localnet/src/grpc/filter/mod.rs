//! A subscription's filters, checked and compiled once, then matched against events without any I/O.

mod account;
mod transaction;

use std::{
    collections::{HashMap, HashSet},
    time::SystemTime,
};

use yellowstone_grpc_proto::prelude::{
    CommitmentLevel, SlotStatus, SubscribeRequest, SubscribeRequestAccountsDataSlice, SubscribeUpdate,
    SubscribeUpdateAccount, SubscribeUpdateSlot, SubscribeUpdateTransaction,
    SubscribeUpdateTransactionStatus, subscribe_update::UpdateOneof,
};

use self::{account::AccountFilter, transaction::TransactionFilter};
use super::event::{Key, Update};

/// A request that cannot be served, in words for whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to create filter: {0}")]
pub struct InvalidFilter(pub String);

/// What one subscriber wants; see [`Filter::compile`].
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub commitment: CommitmentLevel,
    accounts: Vec<(String, AccountFilter)>,
    slots: Vec<(String, bool)>,
    transactions: Vec<(String, TransactionFilter)>,
    transactions_status: Vec<(String, TransactionFilter)>,
    blocks_meta: Vec<String>,
    data_slices: Vec<(usize, usize)>,
}

impl Filter {
    /// Checks a request. What this server does not carry (whole blocks, entries, cuckoo filters) is refused
    /// rather than silently never sent.
    pub fn compile(request: &SubscribeRequest) -> Result<Self, InvalidFilter> {
        for (unsupported, what) in [
            (!request.blocks.is_empty(), "blocks (subscribe to transactions, accounts and blocks_meta)"),
            (!request.entry.is_empty(), "entry"),
            (!request.block_footer.is_empty(), "block_footer"),
        ] {
            if unsupported {
                return Err(InvalidFilter(format!("this server does not stream {what}")));
            }
        }
        let commitment = request.commitment.unwrap_or_default();
        Ok(Self {
            commitment: CommitmentLevel::try_from(commitment)
                .map_err(|_| InvalidFilter(format!("commitment {commitment} is none of 0, 1 and 2")))?,
            accounts: compile_all(&request.accounts, AccountFilter::compile)?,
            slots: compile_all(&request.slots, |filter| Ok(filter.filter_by_commitment.unwrap_or_default()))?,
            transactions: compile_all(&request.transactions, TransactionFilter::compile)?,
            transactions_status: compile_all(&request.transactions_status, TransactionFilter::compile)?,
            blocks_meta: request.blocks_meta.keys().cloned().collect(),
            data_slices: compile_slices(&request.accounts_data_slice)?,
        })
    }

    /// What of `update` this subscriber gets; a transaction can be wanted whole and as a status.
    pub fn updates(&self, slot: u64, update: &Update) -> Vec<SubscribeUpdate> {
        match update {
            Update::Account(account) => message(names(&self.accounts, |f| f.matches(account)), || {
                let mut info = account.info.clone();
                info.data = self.slice(info.data);
                UpdateOneof::Account(SubscribeUpdateAccount {
                    account: Some(info),
                    slot,
                    is_startup: false,
                    bank_id: Some(slot),
                })
            })
            .into_iter()
            .collect(),
            Update::Transaction(transaction) => {
                let whole = message(names(&self.transactions, |f| f.matches(transaction)), || {
                    UpdateOneof::Transaction(SubscribeUpdateTransaction {
                        transaction: Some(transaction.info.clone()),
                        slot,
                        bank_id: slot,
                    })
                });
                let status = message(names(&self.transactions_status, |f| f.matches(transaction)), || {
                    let info = &transaction.info;
                    UpdateOneof::TransactionStatus(SubscribeUpdateTransactionStatus {
                        slot,
                        signature: info.signature.clone(),
                        is_vote: info.is_vote,
                        index: info.index,
                        err: info.meta.as_ref().and_then(|meta| meta.err.clone()),
                        bank_id: slot,
                    })
                });
                whole.into_iter().chain(status).collect()
            }
            Update::BlockMeta(meta) => {
                message(self.blocks_meta.clone(), || UpdateOneof::BlockMeta(meta.clone()))
                    .into_iter()
                    .collect()
            }
        }
    }

    /// Slot statuses are told as they happen; `filter_by_commitment` keeps only the subscriber's own level.
    pub fn slot_status(&self, slot: u64, parent: Option<u64>, status: SlotStatus) -> Option<SubscribeUpdate> {
        let own_level = status == status_of(self.commitment);
        message(names(&self.slots, |by_commitment| own_level || !by_commitment), || {
            UpdateOneof::Slot(SubscribeUpdateSlot {
                slot,
                parent,
                status: status as i32,
                dead_error: None,
                bank_id: Some(slot),
            })
        })
    }

    fn slice(&self, data: Vec<u8>) -> Vec<u8> {
        if self.data_slices.is_empty() {
            return data;
        }
        self.data_slices.iter().filter_map(|(start, end)| data.get(*start..*end)).flatten().copied().collect()
    }
}

/// The slot status at which data of `commitment` is released.
pub fn status_of(commitment: CommitmentLevel) -> SlotStatus {
    match commitment {
        CommitmentLevel::Processed => SlotStatus::SlotProcessed,
        CommitmentLevel::Confirmed => SlotStatus::SlotConfirmed,
        CommitmentLevel::Finalized => SlotStatus::SlotFinalized,
    }
}

/// Wraps an update for the wire, stamped with the time of sending.
pub fn envelope(filters: Vec<String>, update: UpdateOneof) -> SubscribeUpdate {
    SubscribeUpdate { filters, update_oneof: Some(update), created_at: Some(SystemTime::now().into()) }
}

fn message(filters: Vec<String>, update: impl FnOnce() -> UpdateOneof) -> Option<SubscribeUpdate> {
    (!filters.is_empty()).then(|| envelope(filters, update()))
}

fn names<F>(filters: &[(String, F)], matches: impl Fn(&F) -> bool) -> Vec<String> {
    filters.iter().filter(|(_, filter)| matches(filter)).map(|(name, _)| name.clone()).collect()
}

fn compile_all<R, F>(
    requests: &HashMap<String, R>,
    compile: impl Fn(&R) -> Result<F, InvalidFilter>,
) -> Result<Vec<(String, F)>, InvalidFilter> {
    let mut filters = requests
        .iter()
        .map(|(name, request)| Ok((name.clone(), compile(request)?)))
        .collect::<Result<Vec<_>, _>>()?;
    // A map has no order; a stable one makes the `filters` of an update the same every time.
    filters.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(filters)
}

fn compile_slices(
    slices: &[SubscribeRequestAccountsDataSlice],
) -> Result<Vec<(usize, usize)>, InvalidFilter> {
    slices
        .iter()
        .map(|slice| {
            let end = slice.offset.checked_add(slice.length).and_then(|end| usize::try_from(end).ok());
            end.map(|end| (slice.offset as usize, end))
                .ok_or_else(|| InvalidFilter("an accounts_data_slice ends beyond 2^64".into()))
        })
        .collect()
}

fn keys(addresses: &[String]) -> Result<HashSet<Key>, InvalidFilter> {
    addresses.iter().map(|address| key(address)).collect()
}

fn key(address: &str) -> Result<Key, InvalidFilter> {
    bs58::decode(address)
        .into_vec()
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| InvalidFilter(format!("invalid pubkey: {address:?}")))
}
