//! Values as Postgres writes them as JSON, with times in UTC.

use chrono::DateTime;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

pub fn address(key: Pubkey) -> Value {
    json!(key.to_string())
}

/// The zero address is nobody.
pub fn optional(key: Pubkey) -> Value {
    if key == Pubkey::default() { Value::Null } else { address(key) }
}

pub fn bytes(bytes: &[u8]) -> Value {
    json!(format!("\\x{}", hex::encode(bytes)))
}

/// What is no time at all is shown as it is, and equal to none.
pub fn time(seconds: i64) -> Value {
    DateTime::from_timestamp(seconds, 0).map_or(json!(seconds), |time| json!(time.to_rfc3339()))
}

/// Zero is never.
pub fn optional_time(seconds: i64) -> Value {
    if seconds == 0 { Value::Null } else { time(seconds) }
}
