use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Finality, Money};

/// What an operation does. `Other` is one that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    Authorize,
    Charge,
    Capture,
    Release,
    Dispute,
    Resolve,
    Void,
    Reclaim,
    Refund,
    Close,
    #[serde(other)]
    Other,
}

/// How far an operation has come. `Other` is a status that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    Recorded,
    Signed,
    Sent,
    Confirmed,
    Failed,
    #[serde(other)]
    Other,
}

/// One operation of a payment, whoever ordered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub id: String,
    /// The payment it belongs to; not where it stands in one.
    pub payment: Option<String>,
    pub kind: TransactionKind,
    pub status: TransactionStatus,
    pub finality: Finality,
    pub amount: Money,
    /// Of what captures: whether it leaves nothing in escrow.
    pub is_final: bool,
    /// Of a capture the authorize, of a refund the capture.
    pub parent: Option<String>,
    /// The payment's sequence after it.
    pub sequence: Option<i64>,
    /// The signature of the Solana transaction, in base58.
    pub signature: Option<String>,
    pub slot: Option<i64>,
    /// Why it failed.
    pub error: Option<TransactionError>,
    pub created_at: DateTime<Utc>,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionError {
    pub code: String,
    pub detail: Option<String>,
}

/// A transaction for a wallet to sign, after the Solana Pay specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionForWallet {
    /// Without signatures, base64.
    pub transaction: String,
    /// What it does, for the customer.
    pub message: String,
}
