//! Events, as they were.

use chrono::{DateTime, Utc};

/// Where an event stands: the inner instruction that carries it. The same message seen twice has the
/// same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    pub signature: String,
    pub instruction: i16,
    pub inner_index: i16,
}

/// An event of the program, as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    pub key: EventKey,
    pub slot: i64,
    /// Place of the transaction in its block.
    pub transaction_index: i64,
    pub kind: &'static str,
    pub merchant: Option<String>,
    /// The payment and its sequence after the event.
    pub payment: Option<(String, i64)>,
    /// The vault, and its sequence after the event where the event tells.
    pub vault: Option<(String, Option<i64>)>,
    /// Whose event it is, where it is no merchant's: the rows of a subject follow from its events.
    pub subject: Option<String>,
    /// All fields, as JSON.
    pub data: String,
    pub block_time: DateTime<Utc>,
}
