use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Payment, Transaction, Transfer};

/// The body of a webhook, and an entry of `GET /v1/events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same at every attempt to deliver it.
    pub id: String,
    /// Such as `payment.captured`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The chain's clock in the slot where it happened.
    pub timestamp: DateTime<Utc>,
    pub merchant: String,
    /// Numbers a merchant's events from 1 without a gap.
    pub sequence: i64,
    /// Whether it only says what such an event would: it did not happen.
    #[serde(default)]
    pub test: bool,
    pub data: EventData,
}

impl Event {
    /// The payment it is about, as it was after it.
    pub fn payment(&self) -> Option<&Payment> {
        match &self.data {
            EventData::Payment { payment, .. } => Some(payment),
            _ => None,
        }
    }
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EventData {
    /// Of all types `payment.*`.
    Payment {
        /// As it was after the event.
        payment: Box<Payment>,
        /// The payment's sequence after the event: orders the events of one payment.
        sequence: Option<i64>,
        /// Of what an operation did: that operation.
        transaction: Option<Box<Transaction>>,
        /// Of what plain transfers did: the new ones.
        transfers: Option<Vec<Transfer>>,
    },
    EndpointPaused(EndpointPaused),
    /// Of a type that this version does not know.
    Other(serde_json::Value),
}

/// What is told when a webhook endpoint gets nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointPaused {
    pub endpoint: String,
    pub url: String,
    /// `failing`, `gone` or `requested`.
    pub reason: String,
    pub paused_at: Option<DateTime<Utc>>,
    pub failing_since: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// Events of a merchant, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventPage {
    pub data: Vec<Event>,
    /// Everything up to it has been looked at, also what a filter left out.
    pub last_sequence: i64,
}
