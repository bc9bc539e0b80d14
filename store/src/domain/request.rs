//! What a merchant says of a payment beside its amount. Kept and shown as it was given.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A line of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    #[schema(example = "Coffee, 250 g")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A decimal number, for example of kilograms.
    #[schema(example = "2")]
    pub quantity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "piece")]
    pub unit: Option<String>,
    /// Of one unit, in what the payment is asked in.
    #[schema(example = "12.50")]
    pub unit_price: String,
    /// Of all, in what the payment is asked in.
    #[schema(example = "25.00")]
    pub total: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// Who buys, as far as the merchant says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The merchant's own name for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// ISO 3166-1, two letters. Rules can look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "HU")]
    pub country: Option<String>,
    /// Rules can look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
}

/// A payee beside the merchant, as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The payee's wallet, base58.
    pub wallet: String,
    /// Of what the protocol's fee leaves, in basis points.
    #[schema(example = 250)]
    pub bps: u16,
}

/// A campaign that the customer may give to while paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaymentDonation)]
pub struct Donation {
    /// The campaign's account on the chain. It must take the token that is paid in.
    pub campaign: String,
    /// What the checkout offers, in units of the token.
    #[serde(default)]
    pub suggested: Vec<String>,
}

/// What rules make of a payment, the worse the greater.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, sqlx::Type,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    Allow,
    /// It may be paid, and a person should look before the money is captured.
    Review,
    /// It may not be paid.
    Block,
}

/// A decision of the rules, with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    pub outcome: Outcome,
    /// 0 (no risk) to 100, if anything gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Every rule that did not simply allow, in the order of the rules.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// Why a rule decided as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The rule's id, or the kind of a rule that is always there.
    pub rule: String,
    pub outcome: Outcome,
    /// For people.
    pub detail: String,
    /// What was looked at, for programs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}
