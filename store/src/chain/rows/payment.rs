//! Payments.

use chrono::{DateTime, Utc};

use super::EventKey;
use crate::{
    Amount,
    domain::{Outcome, TransactionKind},
};

/// What of a payment never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOpening {
    pub merchant: String,
    pub vault: String,
    pub mint: String,
    pub payer: String,
    pub rent_payer: String,
    pub terms_hash: Vec<u8>,
    pub merchant_payment_id: Vec<u8>,
    pub amount: Amount,
    pub fee_bps: i32,
    pub authorization_expiry: DateTime<Utc>,
    pub refund_expiry: DateTime<Utc>,
    /// `manual` or `immediate`.
    pub capture_mode: &'static str,
    /// Before it the merchant cannot capture by itself.
    pub capture_from: Option<DateTime<Utc>>,
    /// Of a protected payment: who decides a dispute.
    pub arbiter: Option<String>,
    /// How long it has for that.
    pub dispute_seconds: Option<i64>,
    /// In the order of the terms.
    pub splits: Vec<PaymentSplit>,
}

/// A payee beside the merchant, and its part in basis points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSplit {
    pub wallet: String,
    pub bps: i32,
}

/// What of a payment changes, after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentState {
    pub capturable: Amount,
    pub captured: Amount,
    pub refunded: Amount,
    pub fees: Amount,
    pub sequence: i64,
    /// Set by the event that opens a dispute; it stays until nothing is in escrow.
    pub dispute_expiry: Option<DateTime<Utc>>,
    /// Set by the event that empties the escrow in the payer's favour; it stays.
    pub outcome: Option<Outcome>,
    pub closed: bool,
}

/// One transition of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentStep {
    pub key: EventKey,
    pub address: String,
    pub kind: TransactionKind,
    /// What the transition moved.
    pub amount: Amount,
    pub is_final: bool,
    /// What each payee was paid, in the order of the splits; empty when nobody was.
    pub shares: Vec<Amount>,
    /// With the first transition.
    pub opening: Option<PaymentOpening>,
    pub after: PaymentState,
    pub slot: i64,
    pub block_time: DateTime<Utc>,
}
