//! Filters of transactions: by the accounts they touch, by outcome, by signature.

use std::collections::HashSet;

use yellowstone_grpc_proto::prelude::{SubscribeRequestFilterTransactions, TokenAccountExpansionControlFlag};

use super::{InvalidFilter, keys};
use crate::grpc::event::{Key, TransactionUpdate};

#[derive(Debug, Clone, Default)]
pub struct TransactionFilter {
    vote: Option<bool>,
    failed: Option<bool>,
    signature: Option<Vec<u8>>,
    include: HashSet<Key>,
    exclude: HashSet<Key>,
    required: HashSet<Key>,
    token_accounts: Option<TokenAccountExpansionControlFlag>,
}

impl TransactionFilter {
    pub fn compile(request: &SubscribeRequestFilterTransactions) -> Result<Self, InvalidFilter> {
        if request.cuckoo_account_include.is_some() {
            return Err(InvalidFilter("cuckoo filters are not supported, list the accounts".into()));
        }
        Ok(Self {
            vote: request.vote,
            failed: request.failed,
            signature: request
                .signature
                .as_ref()
                .map(|text| {
                    bs58::decode(text)
                        .into_vec()
                        .ok()
                        .filter(|bytes| bytes.len() == 64)
                        .ok_or_else(|| InvalidFilter(format!("invalid signature: {text:?}")))
                })
                .transpose()?,
            include: keys(&request.account_include)?,
            exclude: keys(&request.account_exclude)?,
            required: keys(&request.account_required)?,
            token_accounts: request
                .token_accounts
                .map(|flag| {
                    TokenAccountExpansionControlFlag::try_from(flag)
                        .map_err(|_| InvalidFilter(format!("token_accounts {flag} is unknown")))
                })
                .transpose()?,
        })
    }

    pub fn matches(&self, update: &TransactionUpdate) -> bool {
        let owners = match self.token_accounts {
            None => None,
            Some(TokenAccountExpansionControlFlag::All) => Some(&update.token_owners),
            Some(TokenAccountExpansionControlFlag::BalanceChanged) => Some(&update.changed_token_owners),
        };
        let touches =
            |key: &Key| update.keys.contains(key) || owners.is_some_and(|owners| owners.contains(key));
        let info = &update.info;
        self.vote.is_none_or(|vote| vote == info.is_vote)
            && self.failed.is_none_or(|failed| failed == update.failed())
            && self.signature.as_ref().is_none_or(|signature| *signature == info.signature)
            && (self.include.is_empty() || self.include.iter().any(touches))
            && !self.exclude.iter().any(touches)
            && self.required.iter().all(touches)
    }
}
