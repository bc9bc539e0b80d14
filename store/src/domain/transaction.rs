//! One operation on a payment.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Finality, Money};
use crate::Amount;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TransactionKind {
    Authorize,
    /// Authorize and capture in one.
    Charge,
    Capture,
    /// The payer gives the merchant everything in escrow.
    Release,
    /// The payer stops captures until somebody decides.
    Dispute,
    /// The arbiter ends a dispute.
    Resolve,
    Void,
    Reclaim,
    Refund,
    Close,
}

impl TransactionKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Charge => "charge",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Dispute => "dispute",
            Self::Resolve => "resolve",
            Self::Void => "void",
            Self::Reclaim => "reclaim",
            Self::Refund => "refund",
            Self::Close => "close",
        }
    }

    /// The type of the event that tells the merchant.
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Authorize => "payment.authorized",
            Self::Charge => "payment.charged",
            Self::Capture => "payment.captured",
            Self::Release => "payment.released",
            Self::Dispute => "payment.disputed",
            Self::Resolve => "payment.resolved",
            Self::Void => "payment.voided",
            Self::Reclaim => "payment.reclaimed",
            Self::Refund => "payment.refunded",
            Self::Close => "payment.closed",
        }
    }

    /// Whether it makes escrowed money the merchant's.
    pub const fn captures(self) -> bool {
        matches!(self, Self::Charge | Self::Capture | Self::Release | Self::Resolve)
    }

    /// Whether it is the one that brings a payment onto the chain.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Authorize | Self::Charge)
    }
}

/// How far an operation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TransactionStatus {
    /// Written down; nothing is signed yet.
    Recorded,
    /// Signed, and the signature is written down; it may have left or not.
    Signed,
    /// Handed to the network.
    Sent,
    /// Seen on the chain.
    Confirmed,
    /// It did not happen, and it never will.
    Failed,
}

impl TransactionStatus {
    /// Whether it is neither known to have happened nor known to have failed.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Recorded | Self::Signed | Self::Sent)
    }
}

/// A row of `transactions`, as far as it is shown.
///
/// From JSON in the order of its fields too, as a payment is read with its transactions in one statement.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::FromRow)]
pub struct TransactionRecord {
    pub id: String,
    pub payment_id: String,
    pub parent_id: Option<String>,
    pub kind: TransactionKind,
    pub amount: Amount,
    pub is_final: bool,
    pub status: TransactionStatus,
    pub signature: Option<String>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub slot: Option<i64>,
    pub sequence: Option<i64>,
    pub created_at: DateTime<Utc>,
}

/// The error of an operation that was seen on the chain, and that a fork undid.
const REVERTED: &str = "reverted";

impl TransactionRecord {
    /// Whether it had brought the payment onto the chain, and a fork undid that.
    pub fn was_opening_reverted(&self) -> bool {
        self.kind.opens() && self.error_code.as_deref() == Some(REVERTED)
    }

    /// Whether nothing is left in escrow behind it.
    pub fn takes_the_rest(&self) -> bool {
        match self.kind {
            TransactionKind::Void => true,
            TransactionKind::Capture => self.is_final,
            _ => false,
        }
    }
}

/// One operation of a payment, whoever ordered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transaction {
    #[schema(example = "txn_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    pub id: String,
    /// The operation that this one builds on: of a capture the authorize, of a refund the capture.
    pub parent: Option<String>,
    pub kind: TransactionKind,
    /// What it moved; of a resolve what the merchant was given, of a dispute nothing.
    pub amount: Money,
    /// Of what captures: whether it leaves nothing in escrow, and gives the rest back to the payer.
    pub is_final: bool,
    pub status: TransactionStatus,
    pub finality: Finality,
    /// The signature of the Solana transaction, in base58.
    pub signature: Option<String>,
    /// The slot it is in.
    pub slot: Option<i64>,
    /// The payment's sequence after it.
    pub sequence: Option<i64>,
    /// Why it failed. While it is `sent`: why a node says that it has, which counts once no block can hold it any more.
    pub error: Option<TransactionError>,
    pub created_at: DateTime<Utc>,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionError {
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub detail: Option<String>,
}

impl Transaction {
    /// `decimals` are the token's; everything up to `finalized_slot` is final.
    pub fn new(record: &TransactionRecord, decimals: u8, finalized_slot: Option<i64>) -> Self {
        let record = record.clone();
        let TransactionRecord { error_code, error_detail, .. } = record;
        Self {
            id: record.id,
            parent: record.parent_id,
            kind: record.kind,
            amount: Money::new(record.amount, decimals),
            is_final: record.is_final,
            status: record.status,
            finality: Finality::of(record.slot, finalized_slot),
            signature: record.signature,
            slot: record.slot,
            sequence: record.sequence,
            error: error_code.map(|code| TransactionError { code, detail: error_detail }),
            created_at: record.created_at,
        }
    }
}
