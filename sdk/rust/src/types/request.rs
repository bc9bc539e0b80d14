use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CaptureMode;

/// What a merchant asks for. Whatever is not given is as the API has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentRequest {
    /// In units of the token, exactly what reaches the escrow; or, with `currency`, of that.
    pub amount: String,
    /// What it is paid in: a symbol or a mint's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Several of them, the preferred one first. They need a `currency`, unless there is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_tokens: Vec<String>,
    /// What the amount is in, when it is to be converted at the rate of the moment, such as `EUR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_mode: Option<CaptureMode>,
    /// Seconds until which it can be paid and captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_expires_in: Option<i64>,
    /// Seconds after the authorization's end in which it can be refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_window: Option<i64>,
    /// The highest protocol fee, in basis points, under which it may be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_fee_bps: Option<u16>,
    /// Whether a plain transfer pays it too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accept_transfer: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<Share>,
    /// The merchant's own name for the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Where the customer goes afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Whatever the merchant wants to find again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// A payee beside the merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The payee's wallet, base58.
    pub wallet: String,
    /// Of what the protocol's fee leaves, in basis points.
    pub bps: u16,
}

/// A line of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub name: String,
    /// A decimal number, for example of kilograms.
    pub quantity: String,
    /// Of one unit, in what the payment is asked in.
    pub unit_price: String,
    /// Of all.
    pub total: String,
}

/// Who buys, as far as the merchant says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// The merchant's own name for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// ISO 3166-1, two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
}

/// What a wallet asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletRequest {
    /// The wallet that is to pay, base58.
    pub account: String,
    /// A symbol or a mint's address, if the payment can be paid in several tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What the customer gives to the payment's campaign too, in units of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donation: Option<String>,
}
