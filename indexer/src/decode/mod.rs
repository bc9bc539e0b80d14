//! From a transaction to the events of the program in it.
//!
//! The program emits an event by calling itself, with the event as instruction data (`till::events::emit`).
//! So events are inner instructions: never log text, which is truncated, and which anybody can print.

mod account;
mod event;
mod json;

pub use account::TillAccount;
pub use event::TillEvent;

use anchor_lang::event::EVENT_IX_TAG_LE;
use serde_json::Value;

use crate::core::{InnerInstruction, ProgramTransaction};

/// An event and the inner instruction that carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct Emitted {
    /// Which top-level instruction it happened under.
    pub instruction: i16,
    /// Its place among the inner instructions there.
    pub inner_index: i16,
    pub event: TillEvent,
    /// The same with all of its fields, as JSON.
    pub data: Value,
}

/// The program said something that this indexer does not understand. Nothing may be committed past
/// it: it may be money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("{0:02x?} is unknown: the program is newer than this indexer")]
    Unknown([u8; 8]),
    #[error("{name} does not decode: the program is of another version than this indexer")]
    Malformed { name: &'static str },
    #[error("what is kept of an event is no {0} of this version of the program")]
    Kept(String),
    #[error("data ends before its discriminator")]
    Short,
    #[error("a transaction points beyond its own accounts or instructions")]
    Inconsistent,
}

/// The events of a transaction that succeeded, in the order in which they were emitted.
pub fn events(transaction: &ProgramTransaction) -> Result<Vec<Emitted>, DecodeError> {
    let mut events = Vec::new();
    for inner in &transaction.inner {
        let Some(payload) = event_payload(transaction, inner)? else { continue };
        events.push(Emitted {
            instruction: inner.outer.try_into().map_err(|_| DecodeError::Inconsistent)?,
            inner_index: inner.position.try_into().map_err(|_| DecodeError::Inconsistent)?,
            event: TillEvent::decode(payload)?,
            data: json::of(payload)?,
        });
    }
    Ok(events)
}

/// The event called `name` that was kept as `data`; see [`Emitted`].
pub fn kept(name: &str, data: &str) -> Result<(TillEvent, Value), DecodeError> {
    let data: Value = serde_json::from_str(data).map_err(|_| DecodeError::Kept(name.to_owned()))?;
    let payload = json::payload(name, &data).ok_or_else(|| DecodeError::Kept(name.to_owned()))?;
    Ok((TillEvent::decode(&payload)?, data))
}

/// What follows the tag, if the instruction is an event of the program.
///
/// Nobody else can forge one. An instruction of our program that begins with the tag is accepted by
/// the program only with the signature of its event authority; that is an address derived from the
/// program, for which only the program can sign, and it does so nowhere but in `till::events::emit`.
/// With anything else the instruction fails, and so does the whole transaction.
fn event_payload<'a>(
    transaction: &ProgramTransaction,
    inner: &'a InnerInstruction,
) -> Result<Option<&'a [u8]>, DecodeError> {
    let key = |index: usize| transaction.keys.get(index).ok_or(DecodeError::Inconsistent);
    if *key(inner.program as usize)? != till::ID.to_bytes() {
        return Ok(None);
    }
    let Some(payload) = inner.data.strip_prefix(EVENT_IX_TAG_LE) else { return Ok(None) };
    let [account] = inner.accounts.as_slice() else { return Ok(None) };
    let is_authority = *key(*account as usize)? == till::pda::event_authority().to_bytes();
    Ok(is_authority.then_some(payload))
}

#[cfg(test)]
mod tests;
