//! What shops send. Everything may be missing here; [`start`](super::start) and the others say what must not be.
//! Properties that stand nowhere here are kept with the payment.

use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use super::json::decimal;

/// <https://docs.barion.com/Payment-Start-v2>. `FundingSources`, `GuestCheckOut` and `Locale` are kept and shown again;
/// 3-D Secure's properties and all others are kept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StartRequest {
    /// `Immediate`, `Reservation` or `DelayedCapture`.
    #[schema(example = "Immediate")]
    pub payment_type: Option<String>,
    /// `d.hh:mm:ss`, a minute to 83 days. Of a reservation: how long it can be finished once it is paid.
    #[schema(example = "7.00:00:00")]
    pub reservation_period: Option<String>,
    /// The same of a delayed capture.
    pub delayed_capture_period: Option<String>,
    /// `d.hh:mm:ss`, a minute to a week; 30 minutes unless given. How long it can be paid.
    #[schema(example = "0.00:30:00")]
    pub payment_window: Option<String>,
    /// The shop's own name for the payment, at most 100 characters. The same request again begins nothing new as
    /// long as the payment can be paid and has not been.
    pub payment_request_id: Option<String>,
    /// The shop's number of the order, at most 100 characters.
    pub order_number: Option<String>,
    /// The customer's e-mail address.
    pub payer_hint: Option<String>,
    pub card_holder_name_hint: Option<String>,
    /// There are no token payments here: `true` is refused.
    pub initiate_recurrence: Option<bool>,
    /// Refused, for the same reason.
    pub recurrence_id: Option<String>,
    /// Where the customer goes afterwards; `paymentId` is added to its query.
    pub redirect_url: Option<String>,
    /// Where changes are told; `paymentId` is added to its query.
    pub callback_url: Option<String>,
    pub transactions: Option<Vec<PaymentTransaction>>,
    /// A currency's ISO 4217 code, or the symbol of a token.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    pub shipping_address: Option<ShippingAddress>,
}

/// <https://docs.barion.com/ShippingAddress>, as far as it is looked at.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ShippingAddress {
    /// ISO 3166-1, two letters.
    pub country: Option<String>,
}

/// <https://docs.barion.com/PaymentTransaction>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentTransaction {
    #[serde(rename = "POSTransactionId")]
    pub pos_transaction_id: Option<String>,
    /// An e-mail address: the shop's own, or of a payee that the shop has named.
    pub payee: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>, example = 25.0)]
    pub total: Option<Decimal>,
    pub comment: Option<String>,
    #[serde(default)]
    pub payee_transactions: Vec<PayeeTransaction>,
    #[serde(default)]
    pub items: Vec<Item>,
}

/// <https://docs.barion.com/PayeeTransaction>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PayeeTransaction {
    #[serde(rename = "POSTransactionId")]
    pub pos_transaction_id: Option<String>,
    /// When a reservation is finished: which of the payee transactions it is.
    pub transaction_id: Option<String>,
    pub payee: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub total: Option<Decimal>,
    pub comment: Option<String>,
}

/// <https://docs.barion.com/Item>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(as = BarionItem)]
pub struct Item {
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub quantity: Option<Decimal>,
    pub unit: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub unit_price: Option<Decimal>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub item_total: Option<Decimal>,
    #[serde(rename = "SKU")]
    pub sku: Option<String>,
    pub image_url: Option<String>,
}

/// <https://docs.barion.com/Payment-FinishReservation-v2> and <https://docs.barion.com/Payment-Capture-v2>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FinishRequest {
    pub payment_id: Option<String>,
    pub transactions: Option<Vec<TransactionToFinish>>,
}

/// <https://docs.barion.com/TransactionToFinish>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionToFinish {
    pub transaction_id: Option<String>,
    /// What is taken of it; the rest goes back.
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub total: Option<Decimal>,
    /// Payees get the same part of this as they were to get of the whole; other sums are refused.
    #[serde(default)]
    pub payee_transactions: Vec<PayeeTransaction>,
}

/// <https://docs.barion.com/Payment-CancelAuthorization-v2>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CancelRequest {
    pub payment_id: Option<String>,
}

/// <https://docs.barion.com/Payment-Refund-v2>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
#[schema(as = BarionRefundRequest)]
pub struct RefundRequest {
    pub payment_id: Option<String>,
    pub transactions_to_refund: Option<Vec<TransactionToRefund>>,
}

/// <https://docs.barion.com/TransactionToRefund>
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TransactionToRefund {
    pub transaction_id: Option<String>,
    #[serde(default, deserialize_with = "decimal")]
    #[schema(value_type = Option<f64>)]
    pub amount_to_refund: Option<Decimal>,
    pub comment: Option<String>,
}
