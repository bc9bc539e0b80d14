//! From the embedded chain's types to those of Yellowstone's protocol.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use solana_message::{VersionedMessage, compiled_instruction::CompiledInstruction};
use solana_transaction_status::{TransactionStatusMeta, TransactionTokenBalance};
use surfpool_core::types::{GeyserAccountUpdate, TransactionWithStatusMeta};
use yellowstone_grpc_proto::prelude as proto;

use super::event::{AccountUpdate, Key, TransactionUpdate};

const TOKEN_PROGRAM: Key = anchor_spl::token::ID.to_bytes();
const TOKEN_2022_PROGRAM: Key = anchor_spl::token_2022::ID.to_bytes();

/// Length of the part of a token account that both token programs share.
const TOKEN_ACCOUNT_LEN: usize = 165;
/// Where that part says whether the account is initialised.
const TOKEN_ACCOUNT_STATE: usize = 108;
/// Account type of a Token-2022 account with extensions, in the byte after the shared part.
const TOKEN_2022_ACCOUNT_TYPE: u8 = 2;

pub fn account(update: GeyserAccountUpdate) -> AccountUpdate {
    let account = update.account;
    let owner = account.owner.to_bytes();
    AccountUpdate {
        is_token_account: is_token_account(&owner, &account.data),
        info: proto::SubscribeUpdateAccountInfo {
            pubkey: update.pubkey.to_bytes().to_vec(),
            lamports: account.lamports,
            owner: owner.to_vec(),
            executable: account.executable,
            rent_epoch: account.rent_epoch,
            data: account.data,
            write_version: update.write_version,
            txn_signature: update
                .sanitized_transaction
                .map(|transaction| transaction.signature().as_ref().to_vec()),
        },
    }
}

fn is_token_account(owner: &Key, data: &[u8]) -> bool {
    let kind = match *owner {
        TOKEN_PROGRAM => data.len() == TOKEN_ACCOUNT_LEN,
        TOKEN_2022_PROGRAM => {
            data.len() == TOKEN_ACCOUNT_LEN || data.get(TOKEN_ACCOUNT_LEN) == Some(&TOKEN_2022_ACCOUNT_TYPE)
        }
        _ => false,
    };
    kind && data[TOKEN_ACCOUNT_STATE] != 0
}

/// Converts an executed transaction. Its `index` is left at zero: the sequencer counts.
pub fn transaction(executed: &TransactionWithStatusMeta) -> anyhow::Result<TransactionUpdate> {
    let transaction = &executed.transaction;
    let meta = &executed.meta;
    let message = &transaction.message;
    let signature = transaction.signatures.first().context("a transaction without a signature")?;

    let loaded = &meta.loaded_addresses;
    let keys = message
        .static_account_keys()
        .iter()
        .chain(&loaded.writable)
        .chain(&loaded.readonly)
        .map(|key| key.to_bytes())
        .collect();
    let (token_owners, changed_token_owners) = token_owners(meta);

    Ok(TransactionUpdate {
        keys,
        token_owners,
        changed_token_owners,
        info: proto::SubscribeUpdateTransactionInfo {
            signature: signature.as_ref().to_vec(),
            is_vote: false,
            transaction: Some(proto::Transaction {
                signatures: transaction
                    .signatures
                    .iter()
                    .map(|signature| signature.as_ref().to_vec())
                    .collect(),
                message: Some(self::message(message)),
            }),
            meta: Some(status_meta(meta)?),
            index: 0,
        },
    })
}

/// Who owns token accounts that the transaction touched, and who of them ended with another balance.
fn token_owners(meta: &TransactionStatusMeta) -> (HashSet<Key>, HashSet<Key>) {
    type Side = HashMap<u8, (Option<Key>, String)>;
    fn side(balances: &Option<Vec<TransactionTokenBalance>>) -> Side {
        balances
            .iter()
            .flatten()
            .map(|balance| {
                let owner =
                    bs58::decode(&balance.owner).into_vec().ok().and_then(|bytes| bytes.try_into().ok());
                (balance.account_index, (owner, balance.ui_token_amount.amount.clone()))
            })
            .collect()
    }
    let before = side(&meta.pre_token_balances);
    let after = side(&meta.post_token_balances);

    let mut owners = HashSet::new();
    let mut changed = HashSet::new();
    for (index, (owner, amount)) in before.iter().chain(&after) {
        let Some(owner) = owner else { continue };
        owners.insert(*owner);
        let amount_in = |side: &Side| side.get(index).map(|(_, amount)| amount.clone());
        let opened_empty = amount_in(&before).is_none() && amount == "0";
        if amount_in(&before) != amount_in(&after) && !opened_empty {
            changed.insert(*owner);
        }
    }
    (owners, changed)
}

fn message(message: &VersionedMessage) -> proto::Message {
    let header = message.header();
    proto::Message {
        header: Some(proto::MessageHeader {
            num_required_signatures: header.num_required_signatures.into(),
            num_readonly_signed_accounts: header.num_readonly_signed_accounts.into(),
            num_readonly_unsigned_accounts: header.num_readonly_unsigned_accounts.into(),
        }),
        account_keys: message.static_account_keys().iter().map(|key| key.to_bytes().to_vec()).collect(),
        recent_blockhash: message.recent_blockhash().to_bytes().to_vec(),
        instructions: message.instructions().iter().map(instruction).collect(),
        versioned: !matches!(message, VersionedMessage::Legacy(_)),
        address_table_lookups: message
            .address_table_lookups()
            .unwrap_or_default()
            .iter()
            .map(|lookup| proto::MessageAddressTableLookup {
                account_key: lookup.account_key.to_bytes().to_vec(),
                writable_indexes: lookup.writable_indexes.clone(),
                readonly_indexes: lookup.readonly_indexes.clone(),
            })
            .collect(),
        config: match message {
            VersionedMessage::V1(message) => Some(proto::TransactionConfig {
                priority_fee: message.config.priority_fee,
                compute_unit_limit: message.config.compute_unit_limit,
                loaded_accounts_data_size_limit: message.config.loaded_accounts_data_size_limit,
                heap_size: message.config.heap_size,
            }),
            _ => None,
        },
    }
}

fn instruction(instruction: &CompiledInstruction) -> proto::CompiledInstruction {
    proto::CompiledInstruction {
        program_id_index: instruction.program_id_index.into(),
        accounts: instruction.accounts.clone(),
        data: instruction.data.clone(),
    }
}

fn status_meta(meta: &TransactionStatusMeta) -> anyhow::Result<proto::TransactionStatusMeta> {
    let bytes = |keys: &[solana_pubkey::Pubkey]| keys.iter().map(|key| key.to_bytes().to_vec()).collect();
    let err = match &meta.status {
        Ok(()) => None,
        Err(error) => Some(proto::TransactionError {
            err: bincode::serialize(error).context("a transaction error that does not serialize")?,
        }),
    };
    Ok(proto::TransactionStatusMeta {
        err,
        fee: meta.fee,
        pre_balances: meta.pre_balances.clone(),
        post_balances: meta.post_balances.clone(),
        inner_instructions: meta
            .inner_instructions
            .iter()
            .flatten()
            // The chain lists every top-level instruction; a real endpoint only those that called another.
            .filter(|inner| !inner.instructions.is_empty())
            .map(|inner| proto::InnerInstructions {
                index: inner.index.into(),
                instructions: inner
                    .instructions
                    .iter()
                    .map(|inner| proto::InnerInstruction {
                        program_id_index: inner.instruction.program_id_index.into(),
                        accounts: inner.instruction.accounts.clone(),
                        data: inner.instruction.data.clone(),
                        stack_height: inner.stack_height,
                    })
                    .collect(),
            })
            .collect(),
        inner_instructions_none: meta.inner_instructions.is_none(),
        log_messages: meta.log_messages.clone().unwrap_or_default(),
        log_messages_none: meta.log_messages.is_none(),
        pre_token_balances: token_balances(&meta.pre_token_balances),
        post_token_balances: token_balances(&meta.post_token_balances),
        rewards: Vec::new(),
        loaded_writable_addresses: bytes(&meta.loaded_addresses.writable),
        loaded_readonly_addresses: bytes(&meta.loaded_addresses.readonly),
        return_data: meta.return_data.as_ref().map(|data| proto::ReturnData {
            program_id: data.program_id.to_bytes().to_vec(),
            data: data.data.clone(),
        }),
        return_data_none: meta.return_data.is_none(),
        compute_units_consumed: meta.compute_units_consumed,
        cost_units: meta.cost_units,
    })
}

fn token_balances(balances: &Option<Vec<TransactionTokenBalance>>) -> Vec<proto::TokenBalance> {
    balances
        .iter()
        .flatten()
        .map(|balance| proto::TokenBalance {
            account_index: balance.account_index.into(),
            mint: balance.mint.clone(),
            ui_token_amount: Some(proto::UiTokenAmount {
                ui_amount: balance.ui_token_amount.ui_amount.unwrap_or_default(),
                decimals: balance.ui_token_amount.decimals.into(),
                amount: balance.ui_token_amount.amount.clone(),
                ui_amount_string: balance.ui_token_amount.ui_amount_string.clone(),
            }),
            owner: balance.owner.clone(),
            program_id: balance.program_id.clone(),
        })
        .collect()
}

/// Whether a validator would have put the transaction into a block: anything that ran, and what failed while
/// loading but still paid its fee. The embedded chain records the others as failed, a real chain nowhere.
pub fn landed(executed: &TransactionWithStatusMeta) -> bool {
    use solana_transaction::TransactionError as E;
    match &executed.meta.status {
        Ok(()) => true,
        Err(error) => matches!(
            error,
            E::InstructionError(..)
                | E::InsufficientFundsForRent { .. }
                | E::UnbalancedTransaction
                | E::ProgramAccountNotFound
                | E::InvalidProgramForExecution
                | E::MaxLoadedAccountsDataSizeExceeded
                | E::InvalidWritableAccount
                | E::InvalidRentPayingAccount
        ),
    }
}
