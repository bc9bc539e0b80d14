//! From Yellowstone's messages to updates.

use yellowstone_grpc_proto::prelude::{
    SlotStatus, SubscribeUpdateAccount, SubscribeUpdateBlockMeta, SubscribeUpdateTransaction,
    subscribe_update::UpdateOneof,
};

use super::{OURS, SourceError};
use crate::core::{AccountWrite, BlockMeta, InnerInstruction, ProgramTransaction, SlotState, Update};

/// Nothing for messages that decide nothing. `filters` are the names of those that took the message.
pub fn update(message: UpdateOneof, filters: &[String]) -> Result<Option<Update>, SourceError> {
    Ok(Some(match message {
        UpdateOneof::Account(message) => Update::Account(Box::new(account(message)?)),
        UpdateOneof::Transaction(message) => Update::Transaction(Box::new(transaction(message)?)),
        UpdateOneof::TransactionStatus(message) => Update::Executed {
            slot: message.slot,
            index: message.index,
            is_ours: filters.iter().any(|filter| filter == OURS),
        },
        UpdateOneof::BlockMeta(message) => Update::BlockMeta(block_meta(message)?),
        UpdateOneof::Slot(message) => Update::Slot {
            slot: message.slot,
            parent: message.parent,
            state: match SlotStatus::try_from(message.status) {
                Ok(SlotStatus::SlotConfirmed) => SlotState::Confirmed,
                Ok(SlotStatus::SlotFinalized) => SlotState::Finalized,
                Ok(SlotStatus::SlotDead) => SlotState::Dead,
                _ => SlotState::Seen,
            },
        },
        _ => return Ok(None),
    }))
}

fn account(message: SubscribeUpdateAccount) -> Result<AccountWrite, SourceError> {
    let account = message.account.ok_or(SourceError::Malformed("an account update without its account"))?;
    Ok(AccountWrite {
        slot: message.slot,
        address: account
            .pubkey
            .try_into()
            .map_err(|_| SourceError::Malformed("a key that is not 32 bytes"))?,
        write_version: account.write_version,
        lamports: account.lamports,
        data: account.data,
    })
}

fn block_meta(message: SubscribeUpdateBlockMeta) -> Result<BlockMeta, SourceError> {
    Ok(BlockMeta {
        slot: message.slot,
        blockhash: message.blockhash,
        parent_slot: message.parent_slot,
        parent_blockhash: message.parent_blockhash,
        height: message.block_height.ok_or(SourceError::Malformed("a block without a height"))?.block_height,
        time: message.block_time.ok_or(SourceError::Malformed("a block without a time"))?.timestamp,
        executed_transactions: message.executed_transaction_count,
    })
}

fn transaction(message: SubscribeUpdateTransaction) -> Result<ProgramTransaction, SourceError> {
    const INCOMPLETE: SourceError =
        SourceError::Malformed("a transaction without its message or its outcome");
    let info = message.transaction.ok_or(INCOMPLETE)?;
    let meta = info.meta.ok_or(INCOMPLETE)?;
    let body = info.transaction.and_then(|transaction| transaction.message).ok_or(INCOMPLETE)?;
    if meta.err.is_some() {
        return Err(SourceError::Malformed("a failed transaction, where only others were asked for"));
    }
    if meta.inner_instructions_none {
        return Err(SourceError::Malformed("the endpoint does not record inner instructions"));
    }
    let keys = body
        .account_keys
        .into_iter()
        .chain(meta.loaded_writable_addresses)
        .chain(meta.loaded_readonly_addresses)
        .map(|key| key.try_into().map_err(|_| SourceError::Malformed("a key that is not 32 bytes")))
        .collect::<Result<_, _>>()?;
    let inner = meta
        .inner_instructions
        .into_iter()
        .flat_map(|under| {
            under.instructions.into_iter().zip(0..).map(move |(instruction, position)| InnerInstruction {
                outer: under.index,
                position,
                program: instruction.program_id_index,
                accounts: instruction.accounts,
                data: instruction.data,
            })
        })
        .collect();
    Ok(ProgramTransaction {
        slot: message.slot,
        index: info.index,
        signature: info
            .signature
            .try_into()
            .map_err(|_| SourceError::Malformed("a signature that is not 64 bytes"))?,
        keys,
        inner,
    })
}
