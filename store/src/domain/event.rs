//! What a merchant is told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Payment, Transaction, Transfer};

/// The body of a webhook, and an entry of `GET /v1/events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event<D = EventData> {
    /// The same at every attempt to deliver it.
    #[schema(example = "evt_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    pub id: String,
    #[serde(rename = "type")]
    #[schema(example = "payment.captured")]
    pub kind: String,
    /// The chain's clock in the slot where it happened.
    pub timestamp: DateTime<Utc>,
    pub merchant: String,
    /// Numbers a merchant's events from 1 without a gap.
    pub sequence: i64,
    /// Whether it only says what such an event would: it did not happen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    pub data: D,
}

/// What is told of a change of a payment on the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventData {
    /// As it was after this event.
    pub payment: Payment,
    /// The operation that the event reports.
    pub transaction: Transaction,
    /// The payment's sequence after the event: orders the events of one payment.
    pub sequence: i64,
}

/// What is told when plain transfers change what a payment has received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransferData {
    /// As it was after this event.
    pub payment: Payment,
    /// What is new; nothing when a fork took a transfer back.
    pub transfers: Vec<Transfer>,
}
