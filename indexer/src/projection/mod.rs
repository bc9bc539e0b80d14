//! From events to rows. Pure: the same slots always give the same changes.

mod ledger;
mod payment;

use chrono::{DateTime, Utc};
use solana_pubkey::Pubkey;
use till::events;
use till_store::{
    Amount,
    chain::{Changes, Checkpoint, EventKey, EventRow, MerchantRow, VaultBalances, VaultRow},
};

use crate::{
    core::{BlockMeta, CompleteSlot},
    decode::{self, DecodeError, TillEvent},
};

/// A slot says something that has no place in the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    #[error("transaction {signature}: {error}")]
    Decode { signature: String, error: DecodeError },
    #[error("{what} {value} is out of range")]
    OutOfRange { what: &'static str, value: i128 },
}

/// Adds what a slot changes to `changes`, and returns where the database stands after it.
/// Everything up to `finalized_slot` is known to be final.
pub fn project(
    slot: &CompleteSlot,
    finalized_slot: i64,
    changes: &mut Changes,
) -> Result<Checkpoint, ProjectionError> {
    let at = Place::new(&slot.meta)?;
    for transaction in &slot.transactions {
        let signature = bs58::encode(transaction.signature).into_string();
        let emitted = decode::events(transaction)
            .map_err(|error| ProjectionError::Decode { signature: signature.clone(), error })?;
        let index = signed("transaction index", transaction.index)?;
        for emitted in emitted {
            let key = EventKey {
                signature: signature.clone(),
                instruction: emitted.instruction,
                inner_index: emitted.inner_index,
            };
            add(&emitted.event, key, index, &at, changes)?;
        }
    }
    Ok(Checkpoint {
        slot: at.slot,
        blockhash: slot.meta.blockhash.clone(),
        block_height: signed("block height", slot.meta.height)?,
        block_time: at.time,
        finalized_slot,
    })
}

/// Where an event happened.
pub(crate) struct Place {
    pub slot: i64,
    pub time: DateTime<Utc>,
}

impl Place {
    fn new(meta: &BlockMeta) -> Result<Self, ProjectionError> {
        Ok(Self { slot: signed("slot", meta.slot)?, time: time("block time", meta.time)? })
    }
}

fn signed(what: &'static str, value: u64) -> Result<i64, ProjectionError> {
    value.try_into().map_err(|_| ProjectionError::OutOfRange { what, value: value.into() })
}

/// `value` in unix seconds.
fn time(what: &'static str, value: i64) -> Result<DateTime<Utc>, ProjectionError> {
    DateTime::from_timestamp(value, 0).ok_or(ProjectionError::OutOfRange { what, value: value.into() })
}

fn add(
    event: &TillEvent,
    key: EventKey,
    transaction_index: i64,
    at: &Place,
    changes: &mut Changes,
) -> Result<(), ProjectionError> {
    let about = About::of(event);
    changes.ledger.extend(ledger::lines(event, &key));
    if let Some(step) = payment::step(event, &key, at)? {
        changes.steps.push(step);
    }
    if let Some((vault, Some(balances))) = &about.vault {
        changes.vault_balances.push(VaultBalances {
            address: vault.to_string(),
            escrowed: Amount(balances.escrowed),
            balance: Amount(balances.balance),
            fees: Amount(balances.fees),
            sequence: signed("vault sequence", balances.sequence)?,
            slot: at.slot,
        });
    }
    match event {
        TillEvent::MerchantRegistered(event) => changes.merchants.push(merchant(event, at)),
        TillEvent::VaultOpened(event) => changes.vaults.push(vault(event, at)),
        _ => {}
    }
    let vault_sequence = |balances: &events::VaultBalances| signed("vault sequence", balances.sequence);
    changes.events.push(EventRow {
        key,
        slot: at.slot,
        transaction_index,
        kind: event.name(),
        merchant: about.merchant.map(|merchant| merchant.to_string()),
        payment: about.payment.map(|(payment, sequence)| (payment.to_string(), sequence.into())),
        vault: match about.vault {
            Some((vault, balances)) => {
                Some((vault.to_string(), balances.as_ref().map(vault_sequence).transpose()?))
            }
            None => None,
        },
        data: event.to_json().to_string(),
        block_time: at.time,
    });
    Ok(())
}

/// Whom an event concerns.
#[derive(Default)]
struct About {
    merchant: Option<Pubkey>,
    payment: Option<(Pubkey, u32)>,
    vault: Option<(Pubkey, Option<events::VaultBalances>)>,
}

impl About {
    fn of(event: &TillEvent) -> Self {
        let of_payment = |about: &events::PaymentRef, payment: &events::PaymentBalances, vault| Self {
            merchant: Some(about.merchant),
            payment: Some((about.payment, payment.sequence)),
            vault: Some((about.vault, vault)),
        };
        match event {
            TillEvent::ProtocolInitialized(_) => Self::default(),
            TillEvent::MerchantRegistered(event) => {
                Self { merchant: Some(event.merchant), ..Self::default() }
            }
            TillEvent::VaultOpened(event) => {
                Self { merchant: Some(event.merchant), payment: None, vault: Some((event.vault, None)) }
            }
            TillEvent::PaidOut(event) => Self {
                merchant: Some(event.merchant),
                payment: None,
                vault: Some((event.vault_address, Some(event.vault))),
            },
            TillEvent::PaymentAuthorized(event) => {
                of_payment(&event.about, &event.payment, Some(event.vault))
            }
            TillEvent::PaymentCharged(event) => of_payment(&event.about, &event.payment, Some(event.vault)),
            TillEvent::PaymentCaptured(event) => of_payment(&event.about, &event.payment, Some(event.vault)),
            TillEvent::PaymentVoided(event) => of_payment(&event.about, &event.payment, Some(event.vault)),
            TillEvent::PaymentReclaimed(event) => of_payment(&event.about, &event.payment, Some(event.vault)),
            TillEvent::PaymentRefunded(event) => of_payment(&event.about, &event.payment, Some(event.vault)),
            TillEvent::PaymentClosed(event) => of_payment(&event.about, &event.payment, None),
        }
    }
}

fn merchant(event: &events::MerchantRegistered, at: &Place) -> MerchantRow {
    MerchantRow {
        address: event.merchant.to_string(),
        founder: event.founder.to_string(),
        index: event.index.into(),
        authority: event.authority.to_string(),
        operator: event.operator.to_string(),
        payout_wallet: event.payout_wallet.to_string(),
        slot: at.slot,
    }
}

fn vault(event: &events::VaultOpened, at: &Place) -> VaultRow {
    VaultRow {
        address: event.vault.to_string(),
        merchant: event.merchant.to_string(),
        mint: event.mint.to_string(),
        vault_token: event.vault_token.to_string(),
        token_program: event.token_program.to_string(),
        decimals: event.decimals.into(),
        shard: event.shard.into(),
        slot: at.slot,
    }
}

#[cfg(test)]
mod tests;
