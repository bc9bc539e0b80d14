//! What answers are made of, beyond the objects that webhooks carry too.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use till_store::domain::{Payment, Progress, Transaction, TransactionRecord};
use utoipa::ToSchema;

/// A payment as JSON has two kilobytes or three; a buffer that grows to that is copied five times.
const ROOM: usize = 4096;

/// What `encodeURIComponent` escapes, which is how Solana Pay writes a link into a link.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A payment, and where a customer pays it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentAnswer {
    #[serde(flatten)]
    pub payment: Payment,
    /// A Solana Pay transaction request.
    pub pay_url: String,
    /// The same for a QR code or a wallet: `solana:` and the link.
    pub solana_pay_url: String,
    /// A Solana Pay transfer request, where plain transfers are looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_url: Option<String>,
    /// The page on which a customer pays it, in a browser.
    #[schema(example = "https://pay.example/checkout/pay_0123456789abcdef0123456789abcdef")]
    pub checkout_url: String,
}

impl PaymentAnswer {
    pub fn new(payment: Payment, public_url: &str) -> Self {
        let pay_url = format!("{public_url}/pay/{}", payment.id);
        let solana_pay_url = pay_link(public_url, &payment.id);
        let transfer_url = transfer_link(&payment, None);
        let checkout_url = format!("{public_url}/checkout/{}", payment.id);
        Self { payment, pay_url, solana_pay_url, transfer_url, checkout_url }
    }
}

impl IntoResponse for PaymentAnswer {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut json, &self).expect("strings and numbers serialise");
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response()
    }
}

/// <https://docs.solanapay.com/spec#specification-transaction-request>, of a payment.
pub fn pay_link(public_url: &str, payment_id: &str) -> String {
    let link = format!("{public_url}/pay/{payment_id}");
    format!("solana:{}", utf8_percent_encode(&link, COMPONENT))
}

/// <https://docs.solanapay.com/spec#specification-transfer-request>: the payment's address is the reference that makes
/// the transfer known, its id the memo that explorers show, and `label` says who is paid.
pub fn transfer_link(payment: &Payment, label: Option<&str>) -> Option<String> {
    let wallet = payment.transfer_wallet.as_ref()?;
    let Payment { id, amount, mint, address, .. } = payment;
    let mut link = format!("solana:{wallet}?amount={}&spl-token={mint}&reference={address}", amount.value);
    for (name, value) in [("label", label), ("message", payment.description.as_deref()), ("memo", Some(id))] {
        if let Some(value) = value {
            link += &format!("&{name}={}", utf8_percent_encode(value, COMPONENT));
        }
    }
    Some(link)
}

/// A page of payments, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentPage {
    pub data: Vec<PaymentAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    pub next_cursor: Option<String>,
}

/// An operation, the payment it belongs to, and how far the chain was known.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TransactionAnswer {
    #[serde(flatten)]
    pub transaction: Transaction,
    pub payment: String,
    pub indexed_through_slot: Option<i64>,
    pub finalized_slot: Option<i64>,
}

impl TransactionAnswer {
    pub fn new(record: &TransactionRecord, decimals: u8, progress: Option<Progress>) -> Self {
        let finalized_slot = progress.map(|progress| progress.finalized_slot);
        Self {
            transaction: Transaction::new(record, decimals, finalized_slot),
            payment: record.payment_id.clone(),
            indexed_through_slot: progress.map(|progress| progress.slot),
            finalized_slot,
        }
    }
}
