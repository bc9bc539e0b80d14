//! From events to rows. Pure: the same slots always give the same changes.

mod burn;
mod donation;
mod effect;
mod events;
mod fees;
mod ledger;
mod merchant;
mod mint_policy;
mod payment;
mod protocol;
mod staking;
mod totals;
mod vault;
mod vesting;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use solana_pubkey::Pubkey;
use till::events::VaultBalances;
use till_store::{
    Amount,
    chain::{
        self, AccountRow, Change, Changes, Checkpoint, EventKey, EventRow, State, StoredEvent, VaultState,
    },
};

use crate::{
    core::{BlockMeta, CompleteSlot, ProgramTransaction},
    decode::{self, DecodeError, Emitted},
};

/// A slot says something that has no place in the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    #[error("transaction {signature}: {error}")]
    Decode { signature: String, error: DecodeError },
    #[error("{what} {value} is out of range")]
    OutOfRange { what: &'static str, value: i128 },
    #[error("the terms of {of} are longer than any that the program accepts")]
    TermsTooLong { of: &'static str },
}

/// Adds what a slot changes to `changes`, and returns where the database stands after it.
/// Everything up to `finalized_slot` is known to be final.
pub fn project(
    slot: &CompleteSlot,
    finalized_slot: i64,
    changes: &mut Changes,
) -> Result<Checkpoint, ProjectionError> {
    transactions(slot.meta.slot, slot.meta.time, &slot.transactions, changes)?;
    checkpoint(&slot.meta, finalized_slot)
}

/// Adds what transactions of a slot change, whose clock says `time`, in unix seconds.
pub fn transactions(
    slot: u64,
    time: i64,
    transactions: &[ProgramTransaction],
    changes: &mut Changes,
) -> Result<(), ProjectionError> {
    let (at_slot, at_time) = (signed("slot", slot)?, self::time("block time", time)?);
    for transaction in transactions {
        let signature = bs58::encode(transaction.signature).into_string();
        let emitted = decode::events(transaction)
            .map_err(|error| ProjectionError::Decode { signature: signature.clone(), error })?;
        let transaction_index = signed("transaction index", transaction.index)?;
        for emitted in emitted {
            let key = EventKey {
                signature: signature.clone(),
                instruction: emitted.instruction,
                inner_index: emitted.inner_index,
            };
            let at = Place { key, transaction_index, slot: at_slot, time: at_time };
            add(&emitted, at, changes)?;
        }
    }
    Ok(())
}

/// Where the database stands after this block.
pub fn checkpoint(meta: &BlockMeta, finalized_slot: i64) -> Result<Checkpoint, ProjectionError> {
    Ok(Checkpoint {
        slot: signed("slot", meta.slot)?,
        blockhash: meta.blockhash.clone(),
        block_height: signed("block height", meta.height)?,
        block_time: time("block time", meta.time)?,
        finalized_slot,
    })
}

/// What events that were kept change, as when they were first seen.
pub fn again(events: &[StoredEvent]) -> Result<Changes, ProjectionError> {
    let mut changes = Changes::default();
    for stored in events {
        let signature = stored.key.signature.clone();
        let (event, data) = decode::kept(&stored.kind, &stored.data)
            .map_err(|error| ProjectionError::Decode { signature, error })?;
        let (instruction, inner_index) = (stored.key.instruction, stored.key.inner_index);
        let at = Place {
            key: stored.key.clone(),
            transaction_index: stored.transaction_index,
            slot: stored.slot,
            time: stored.block_time,
        };
        add(&Emitted { instruction, inner_index, event, data }, at, &mut changes)?;
    }
    Ok(changes)
}

/// Adds the accounts that a slot wrote to those that earlier slots of the same batch did: of each address
/// the last write is left.
pub fn accounts(slot: &CompleteSlot, rows: &mut Vec<AccountRow>) -> Result<(), ProjectionError> {
    let written = slot.accounts.iter().map(|write| {
        Ok(AccountRow {
            address: bs58::encode(write.address).into_string(),
            lamports: Amount(write.lamports),
            data: write.data.clone(),
            slot: signed("slot", write.slot)?,
            write_version: signed("write version", write.write_version)?,
        })
    });
    let written = written.collect::<Result<Vec<_>, ProjectionError>>()?;
    let addresses: HashSet<&str> = written.iter().map(|row| row.address.as_str()).collect();
    rows.retain(|row| !addresses.contains(row.address.as_str()));
    rows.extend(written);
    Ok(())
}

/// Where an event stands, and when it happened.
struct Place {
    key: EventKey,
    /// Of the transaction in its block.
    transaction_index: i64,
    slot: i64,
    time: DateTime<Utc>,
}

fn signed(what: &'static str, value: u64) -> Result<i64, ProjectionError> {
    value.try_into().map_err(|_| ProjectionError::OutOfRange { what, value: value.into() })
}

/// `value` in unix seconds.
fn time(what: &'static str, value: i64) -> Result<DateTime<Utc>, ProjectionError> {
    DateTime::from_timestamp(value, 0).ok_or(ProjectionError::OutOfRange { what, value: value.into() })
}

/// Whom something is offered to, or what is chosen: the zero address is nobody and nothing.
fn offered(address: Pubkey) -> Option<String> {
    (address != Pubkey::default()).then(|| address.to_string())
}

fn add(emitted: &Emitted, at: Place, changes: &mut Changes) -> Result<(), ProjectionError> {
    let effect = events::effect(&emitted.event, &at)?;
    let mut vault = None;
    let mut states = Vec::with_capacity(effect.states.len() + 1);
    if let Some((address, balances)) = effect.vault {
        let address = address.to_string();
        let balances = balances.map(vault_balances).transpose()?;
        let change = |balances| (address.clone(), State::Vault(VaultState::Balances(balances)));
        states.extend(balances.map(change));
        vault = Some((address, balances.map(|balances| balances.sequence)));
    }
    states.extend(effect.states);
    let change = |(address, state)| Change { key: at.key.clone(), address, state, slot: at.slot };
    changes.states.extend(states.into_iter().map(change));
    changes.ledger.extend(effect.ledger);
    changes.totals.extend(effect.total);
    changes.fees.extend(effect.fees);
    changes.events.push(EventRow {
        key: at.key,
        slot: at.slot,
        transaction_index: at.transaction_index,
        kind: emitted.event.name(),
        merchant: effect.merchant.map(|merchant| merchant.to_string()),
        payment: effect.step.as_ref().map(|step| (step.address.clone(), step.after.sequence)),
        vault,
        subject: effect.subject,
        data: emitted.data.to_string(),
        block_time: at.time,
    });
    changes.steps.extend(effect.step);
    Ok(())
}

fn vault_balances(balances: VaultBalances) -> Result<chain::VaultBalances, ProjectionError> {
    Ok(chain::VaultBalances {
        escrowed: Amount(balances.escrowed),
        balance: Amount(balances.balance),
        fees: Amount(balances.fees),
        sequence: signed("vault sequence", balances.sequence)?,
    })
}

#[cfg(test)]
mod tests;
