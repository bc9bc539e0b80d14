//! From events to rows. Pure: the same slots always give the same changes.

mod effect;
mod ledger;
mod merchant;
mod payment;
mod vault;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use till::events;
use till_store::{
    Amount,
    chain::{
        AccountRow, Changes, Checkpoint, EventKey, EventRow, MerchantChange, StoredEvent, VaultBalances,
        VaultChange, VaultState,
    },
};

use crate::{
    core::{BlockMeta, CompleteSlot},
    decode::{self, DecodeError, Emitted},
};
use effect::Effect;

/// A slot says something that has no place in the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    #[error("transaction {signature}: {error}")]
    Decode { signature: String, error: DecodeError },
    #[error("{what} {value} is out of range")]
    OutOfRange { what: &'static str, value: i128 },
    #[error("the terms of a payment are longer than any that the program accepts")]
    TermsTooLong,
}

/// Adds what a slot changes to `changes`, and returns where the database stands after it.
/// Everything up to `finalized_slot` is known to be final.
pub fn project(
    slot: &CompleteSlot,
    finalized_slot: i64,
    changes: &mut Changes,
) -> Result<Checkpoint, ProjectionError> {
    let (at_slot, at_time) = when(&slot.meta)?;
    for transaction in &slot.transactions {
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
    Ok(Checkpoint {
        slot: at_slot,
        blockhash: slot.meta.blockhash.clone(),
        block_height: signed("block height", slot.meta.height)?,
        block_time: at_time,
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

fn when(meta: &BlockMeta) -> Result<(i64, DateTime<Utc>), ProjectionError> {
    Ok((signed("slot", meta.slot)?, time("block time", meta.time)?))
}

fn signed(what: &'static str, value: u64) -> Result<i64, ProjectionError> {
    value.try_into().map_err(|_| ProjectionError::OutOfRange { what, value: value.into() })
}

/// `value` in unix seconds.
fn time(what: &'static str, value: i64) -> Result<DateTime<Utc>, ProjectionError> {
    DateTime::from_timestamp(value, 0).ok_or(ProjectionError::OutOfRange { what, value: value.into() })
}

fn add(emitted: &Emitted, at: Place, changes: &mut Changes) -> Result<(), ProjectionError> {
    let effect = Effect::of(&emitted.event, &at)?;
    let merchant = effect.merchant.map(|merchant| merchant.to_string());
    if let (Some(address), Some(state)) = (&merchant, effect.merchant_state) {
        let (key, address) = (at.key.clone(), address.clone());
        changes.merchants.push(MerchantChange { key, address, state, slot: at.slot });
    }
    let mut vault = None;
    if let Some((address, balances)) = effect.vault {
        let address = address.to_string();
        let balances = balances.map(vault_balances).transpose()?;
        for state in balances.map(VaultState::Balances).into_iter().chain(effect.vault_state) {
            let (key, address) = (at.key.clone(), address.clone());
            changes.vaults.push(VaultChange { key, address, state, slot: at.slot });
        }
        vault = Some((address, balances.map(|balances| balances.sequence)));
    }
    changes.events.push(EventRow {
        key: at.key,
        slot: at.slot,
        transaction_index: at.transaction_index,
        kind: emitted.event.name(),
        merchant,
        payment: effect.step.as_ref().map(|step| (step.address.clone(), step.after.sequence)),
        vault,
        data: emitted.data.to_string(),
        block_time: at.time,
    });
    changes.ledger.extend(effect.ledger);
    changes.steps.extend(effect.step);
    Ok(())
}

fn vault_balances(balances: events::VaultBalances) -> Result<VaultBalances, ProjectionError> {
    Ok(VaultBalances {
        escrowed: Amount(balances.escrowed),
        balance: Amount(balances.balance),
        fees: Amount(balances.fees),
        sequence: signed("vault sequence", balances.sequence)?,
    })
}

#[cfg(test)]
mod tests;
