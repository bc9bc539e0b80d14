//! Updates made up for tests.

use yellowstone_grpc_proto::prelude::{SubscribeUpdateAccountInfo, SubscribeUpdateTransactionInfo};

use super::event::{AccountUpdate, TransactionUpdate};

/// A transaction whose signature and keys are one byte repeated.
pub fn transaction_update(signature: u8, keys: &[u8]) -> TransactionUpdate {
    TransactionUpdate {
        info: SubscribeUpdateTransactionInfo { signature: vec![signature; 64], ..Default::default() },
        keys: keys.iter().map(|byte| [*byte; 32]).collect(),
        token_owners: Default::default(),
        changed_token_owners: Default::default(),
    }
}

/// An account whose address and owner are one byte repeated.
pub fn account_update(address: u8, owner: u8, lamports: u64, data: &[u8]) -> AccountUpdate {
    AccountUpdate {
        info: SubscribeUpdateAccountInfo {
            pubkey: vec![address; 32],
            owner: vec![owner; 32],
            lamports,
            data: data.to_vec(),
            ..Default::default()
        },
        is_token_account: false,
    }
}
