//! Filters of accounts: by address, by owner, by what they hold.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use yellowstone_grpc_proto::prelude::{
    SubscribeRequestFilterAccounts, subscribe_request_filter_accounts_filter::Filter as DataFilterRequest,
    subscribe_request_filter_accounts_filter_lamports::Cmp,
    subscribe_request_filter_accounts_filter_memcmp::Data,
};

use super::{InvalidFilter, keys};
use crate::grpc::event::{AccountUpdate, Key};

#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    accounts: HashSet<Key>,
    owners: HashSet<Key>,
    data: Vec<DataFilter>,
    nonempty_txn_signature: Option<bool>,
}

#[derive(Debug, Clone)]
enum DataFilter {
    Memcmp { offset: usize, bytes: Vec<u8> },
    Size(u64),
    TokenAccountState(bool),
    Lamports(Cmp),
}

impl AccountFilter {
    pub fn compile(request: &SubscribeRequestFilterAccounts) -> Result<Self, InvalidFilter> {
        if request.cuckoo_accounts_filter.is_some() {
            return Err(InvalidFilter("cuckoo filters are not supported, list the accounts".into()));
        }
        Ok(Self {
            accounts: keys(&request.account)?,
            owners: keys(&request.owner)?,
            data: request
                .filters
                .iter()
                .map(|filter| DataFilter::compile(filter.filter.as_ref()))
                .collect::<Result<_, _>>()?,
            nonempty_txn_signature: request.nonempty_txn_signature,
        })
    }

    pub fn matches(&self, update: &AccountUpdate) -> bool {
        let info = &update.info;
        let one_of = |set: &HashSet<Key>, bytes: &[u8]| set.is_empty() || set.contains(bytes);
        one_of(&self.accounts, &info.pubkey)
            && one_of(&self.owners, &info.owner)
            && self.nonempty_txn_signature.is_none_or(|wanted| wanted == info.txn_signature.is_some())
            && self.data.iter().all(|filter| filter.matches(update))
    }
}

impl DataFilter {
    fn compile(request: Option<&DataFilterRequest>) -> Result<Self, InvalidFilter> {
        let missing = |what: &str| InvalidFilter(format!("{what} should be defined"));
        Ok(match request.ok_or_else(|| missing("filter"))? {
            DataFilterRequest::Memcmp(memcmp) => Self::Memcmp {
                offset: usize::try_from(memcmp.offset)
                    .map_err(|_| InvalidFilter("memcmp offset is too large".into()))?,
                bytes: match memcmp.data.as_ref().ok_or_else(|| missing("memcmp data"))? {
                    Data::Bytes(bytes) => bytes.clone(),
                    Data::Base58(text) => bs58::decode(text)
                        .into_vec()
                        .map_err(|_| InvalidFilter("invalid base58 in memcmp".into()))?,
                    Data::Base64(text) => {
                        STANDARD.decode(text).map_err(|_| InvalidFilter("invalid base64 in memcmp".into()))?
                    }
                },
            },
            DataFilterRequest::Datasize(size) => Self::Size(*size),
            DataFilterRequest::TokenAccountState(state) => Self::TokenAccountState(*state),
            DataFilterRequest::Lamports(lamports) => {
                Self::Lamports(lamports.cmp.ok_or_else(|| missing("lamports cmp"))?)
            }
        })
    }

    fn matches(&self, update: &AccountUpdate) -> bool {
        let info = &update.info;
        match self {
            Self::Memcmp { offset, bytes } => {
                info.data.get(*offset..).is_some_and(|data| data.starts_with(bytes))
            }
            Self::Size(size) => info.data.len() as u64 == *size,
            Self::TokenAccountState(wanted) => update.is_token_account == *wanted,
            Self::Lamports(Cmp::Eq(lamports)) => info.lamports == *lamports,
            Self::Lamports(Cmp::Ne(lamports)) => info.lamports != *lamports,
            Self::Lamports(Cmp::Lt(lamports)) => info.lamports < *lamports,
            Self::Lamports(Cmp::Gt(lamports)) => info.lamports > *lamports,
        }
    }
}
