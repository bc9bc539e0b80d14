use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Money, Transaction};

/// Where a payment stands. `Other` is a status that this version does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Created,
    Expired,
    Cancelled,
    Reverted,
    Authorized,
    Late,
    Disputed,
    PartiallyCaptured,
    Captured,
    Voided,
    Reclaimed,
    PartiallyRefunded,
    Refunded,
    Transferred,
    Underpaid,
    Overpaid,
    Mismatched,
    #[serde(other)]
    Other,
}

/// How sure it is that the chain keeps the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    Unseen,
    /// On the chain, and a fork could undo it.
    Confirmed,
    /// It stays.
    Finalized,
}

/// When captured money becomes the merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// Authorize, then capture.
    Manual,
    /// Both in one.
    Immediate,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    pub id: String,
    /// Where it is, or will be, on the chain. Nobody can pay this address under other terms.
    pub address: String,
    pub merchant: String,
    pub store: Option<String>,
    pub status: PaymentStatus,
    pub finality: Finality,
    pub mint: String,
    pub symbol: Option<String>,
    pub decimals: u8,
    pub amount: Money,
    /// What is in escrow.
    pub capturable: Money,
    /// What has been captured, fees included.
    pub captured: Money,
    pub refunded: Money,
    pub refundable: Money,
    /// What of the captured money is the protocol's.
    pub fees: Money,
    /// What can be ordered now; an event does not tell it.
    pub available: Option<Available>,
    pub capture_mode: CaptureMode,
    /// Before it the merchant may capture; from it on the payer may take back what is in escrow.
    pub authorization_expires_at: DateTime<Utc>,
    pub refund_expires_at: DateTime<Utc>,
    pub order_reference: Option<String>,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// The wallet that has paid.
    pub payer: Option<String>,
    pub redirect_url: Option<String>,
    /// Raised by one with each change on the chain.
    pub sequence: i64,
    /// Whether its account on the chain is gone.
    pub closed: bool,
    pub created_at: DateTime<Utc>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub transactions: Vec<Transaction>,
    /// Plain transfers that named it.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    pub indexed_through_slot: Option<i64>,
    pub finalized_slot: Option<i64>,
    /// The page where it is paid; not in an event.
    pub checkout_url: Option<String>,
    /// A Solana Pay transaction request; not in an event.
    pub pay_url: Option<String>,
    /// The same for a QR code or a wallet: `solana:` and the link; not in an event.
    pub solana_pay_url: Option<String>,
    /// A Solana Pay transfer request, where plain transfers are looked for.
    pub transfer_url: Option<String>,
}

/// The most that could be ordered of each operation when this was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Available {
    pub capture: Money,
    pub void: Money,
    pub refund: Money,
}

/// A plain transfer that named the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub signature: String,
    pub mint: String,
    /// What arrived at the merchant's wallet.
    pub amount: Money,
    pub slot: i64,
    /// The chain's clock in that slot.
    pub block_time: DateTime<Utc>,
    pub finality: Finality,
}

/// A page of payments, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentPage {
    pub data: Vec<Payment>,
    /// For the next page; nothing on the last one.
    pub next_cursor: Option<String>,
}
