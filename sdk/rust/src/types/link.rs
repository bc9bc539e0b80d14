use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::CaptureMode;

/// A payment link that a merchant wants. With `amount` every payment is of that; without it the customer chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkRequest {
    /// Customers see it.
    pub title: String,
    /// Customers see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A symbol or a mint's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Several of them, the preferred one first. They need a `currency`, unless there is only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_tokens: Vec<String>,
    /// What amounts are in, when they are converted at the rate of the moment of payment, such as `EUR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// In units of the token or currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The least that a customer may choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_amount: Option<String>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<String>,
    /// Amounts to choose from; any other within the bounds is fine too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggested_amounts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_mode: Option<CaptureMode>,
    /// Where the customer goes afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The shop that its payments belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
}

/// What is to be changed of a payment link. What is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Whether it makes payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// A payment link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLink {
    pub id: String,
    pub merchant_name: String,
    pub store: String,
    pub title: String,
    pub description: Option<String>,
    /// Symbols or mints, the preferred one first.
    pub tokens: Vec<String>,
    pub currency: Option<String>,
    /// What every payment is of; nothing where the customer chooses.
    pub amount: Option<String>,
    pub min_amount: Option<String>,
    pub max_amount: Option<String>,
    pub suggested_amounts: Vec<String>,
    pub capture_mode: CaptureMode,
    pub redirect_url: Option<String>,
    /// Whether it makes payments.
    pub active: bool,
    /// Where a customer pays.
    pub page_url: String,
    /// The same as a Blink.
    pub action_url: String,
    pub created_at: DateTime<Utc>,
}

/// A page of payment links, latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPage {
    pub data: Vec<PaymentLink>,
    /// For the next page; nothing on the last one.
    pub next_cursor: Option<String>,
}
