//! An event with all of its fields, as JSON: for people who look, and for whoever rebuilds from it.
//!
//! The IDL says what the bytes are, so an event that is added to the program needs nothing here.

mod bytes;
mod encode;
mod schema;
mod value;

use std::sync::LazyLock;

use serde_json::Value;

use super::DecodeError;
use bytes::Bytes;
use schema::Schema;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::parse(till::client::IDL).expect("the IDL of this build can be read"));

/// Reads an event, to the last byte: its discriminator and the borsh encoding behind it.
pub fn of(payload: &[u8]) -> Result<Value, DecodeError> {
    let (discriminator, body) = payload.split_first_chunk::<8>().ok_or(DecodeError::Short)?;
    let event = SCHEMA.event(discriminator).ok_or(DecodeError::Unknown(*discriminator))?;
    let mut bytes = Bytes::new(body);
    let value = value::read_named(&SCHEMA, &event.name, &mut bytes).filter(|_| bytes.is_empty());
    value.ok_or_else(|| DecodeError::Malformed { name: &event.name })
}

/// The other way: the bytes of the event of this name that [`of`] made `data` of. Nothing when it is not of
/// that event.
pub fn payload(name: &str, data: &Value) -> Option<Vec<u8>> {
    let event = SCHEMA.events.iter().find(|event| event.name == name)?;
    let mut bytes = event.discriminator.to_vec();
    encode::write_named(&SCHEMA, name, data, &mut bytes)?;
    Some(bytes)
}

#[cfg(test)]
mod tests;
