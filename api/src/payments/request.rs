//! The request for a payment, and what of it can be judged without looking anything up.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use till::{CaptureMode, MAX_AUTHORIZATION_SECONDS, MAX_FEE_BPS, MAX_REFUND_SECONDS};
use till_store::domain::{Customer, Donation, Item, Share};
use utoipa::ToSchema;

use crate::problem::{Code, FieldErrors};

const MAX_ORDER_REFERENCE: usize = 128;
const MAX_DESCRIPTION: usize = 500;
const MAX_URL: usize = 2048;
const MAX_METADATA_KEYS: usize = 50;
const MAX_METADATA_KEY: usize = 40;
const MAX_METADATA_VALUE: usize = 500;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptureModeName {
    /// Authorize, then capture.
    #[default]
    Manual,
    /// Both in one.
    Immediate,
}

impl CaptureModeName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Immediate => "immediate",
        }
    }
}

impl From<CaptureModeName> for CaptureMode {
    fn from(name: CaptureModeName) -> Self {
        match name {
            CaptureModeName::Manual => Self::Manual,
            CaptureModeName::Immediate => Self::Immediate,
        }
    }
}

/// A protected payment's terms.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtectionRequest {
    /// Seconds until the merchant may capture without the payer's release; less than `authorization_expires_in`.
    #[schema(example = 604_800)]
    pub capture_after: i64,
    /// The wallet that decides a dispute, base58.
    pub arbiter: String,
    /// How long the arbiter has, in seconds: an hour to 30 days. After it the money is the payer's.
    #[schema(example = 1_209_600)]
    pub dispute_seconds: u32,
}

/// What a merchant asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// In units of the token, exactly what reaches the escrow; or, with `currency`, of that.
    #[schema(example = "25.00")]
    pub amount: String,
    /// What the amount is in, when it is to be converted at the rate of the moment: a currency's ISO 4217 code, or
    /// the symbol of a token that is not accepted itself.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// The mint's address, or the symbol of a token that has one here. Either this or `accepted_tokens`.
    #[schema(example = "USDC")]
    pub token: Option<String>,
    /// Several of them, the preferred one first; the customer pays in one. They need a `currency`, unless there is
    /// only one.
    #[serde(default)]
    pub accepted_tokens: Vec<String>,
    /// The shop that it belongs to; the key's, or the merchant's first, unless given.
    pub store: Option<String>,
    #[serde(default)]
    pub capture_mode: CaptureModeName,
    /// Seconds until which it can be paid and captured; 1 to 90 days.
    #[serde(default = "default_authorization")]
    #[schema(default = 3600)]
    pub authorization_expires_in: i64,
    /// Seconds after that in which it can be refunded; 0 to two years.
    #[serde(default = "default_refund_window")]
    #[schema(default = 2_592_000)]
    pub refund_window: i64,
    /// The highest protocol fee, in basis points, under which it may be paid.
    #[serde(default = "default_fee")]
    #[schema(default = 500)]
    pub max_fee_bps: u16,
    /// Who shares in what the merchant earns: at most four payees, paid in the moment of the capture.
    #[serde(default)]
    pub splits: Vec<Share>,
    /// Lets the payer dispute: the merchant cannot capture at once, and an arbiter decides.
    pub protection: Option<ProtectionRequest>,
    #[serde(default)]
    pub items: Vec<Item>,
    pub customer: Option<Customer>,
    /// A campaign that the customer may give to in the same transaction.
    pub donation: Option<Donation>,
    /// Whether a plain transfer to the payout wallet, with the payment's address as Solana Pay `reference`, pays it
    /// too. Such money is the merchant's at once: there is nothing to capture, void or refund by this API.
    #[serde(default)]
    pub accept_transfer: bool,
    /// The merchant's own name for the order; payments can be listed by it.
    pub order_reference: Option<String>,
    pub description: Option<String>,
    /// Where the customer goes afterwards.
    pub redirect_url: Option<String>,
    /// Whatever the merchant wants to find again; at most 50 strings.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

fn default_authorization() -> i64 {
    3_600
}

fn default_refund_window() -> i64 {
    30 * 86_400
}

fn default_fee() -> u16 {
    MAX_FEE_BPS
}

/// When a payment's rights end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiries {
    /// When it was asked for.
    pub now: DateTime<Utc>,
    pub authorization: DateTime<Utc>,
    pub refund: DateTime<Utc>,
}

impl PaymentRequest {
    /// Notes everything that no look-up could make right.
    pub fn check(&self, errors: &mut FieldErrors) {
        let mut limit = |field: &str, ok: bool, detail: String| {
            if !ok {
                errors.add(Code::ValidationFailed, field, detail);
            }
        };
        limit(
            "authorization_expires_in",
            (1..=MAX_AUTHORIZATION_SECONDS).contains(&self.authorization_expires_in),
            format!("1 to {MAX_AUTHORIZATION_SECONDS} seconds"),
        );
        limit(
            "refund_window",
            (0..=MAX_REFUND_SECONDS).contains(&self.refund_window),
            format!("0 to {MAX_REFUND_SECONDS} seconds"),
        );
        limit("max_fee_bps", self.max_fee_bps <= MAX_FEE_BPS, format!("at most {MAX_FEE_BPS} basis points"));
        let texts = [
            ("order_reference", &self.order_reference, MAX_ORDER_REFERENCE),
            ("description", &self.description, MAX_DESCRIPTION),
        ];
        for (field, text, most) in texts {
            let fits = text.as_ref().is_none_or(|text| is_text(text, 1..=most));
            limit(field, fits, format!("1 to {most} characters, without control characters"));
        }
        let keys = self.metadata.len() <= MAX_METADATA_KEYS
            && self.metadata.keys().all(|key| is_text(key, 1..=MAX_METADATA_KEY))
            && self.metadata.values().all(|value| is_text(value, 0..=MAX_METADATA_VALUE));
        let detail = format!(
            "at most {MAX_METADATA_KEYS} keys of 1 to {MAX_METADATA_KEY} characters, with values of at most \
             {MAX_METADATA_VALUE}"
        );
        limit("metadata", keys, detail);
        if !self.redirect_url.as_deref().is_none_or(is_web_url) {
            errors.add(Code::UrlNotAllowed, "redirect_url", "an http or https URL");
        }
    }

    /// The expiries of a payment that is asked for at `now`, in whole seconds as on the chain.
    pub fn expiries(&self, now: DateTime<Utc>) -> Expiries {
        let seconds = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
        let authorization = seconds + TimeDelta::seconds(self.authorization_expires_in);
        Expiries {
            now: seconds,
            authorization,
            refund: authorization + TimeDelta::seconds(self.refund_window),
        }
    }
}

/// Postgres keeps no zero byte, and nobody wants the others.
fn is_text(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() && c != '\n')
}

fn is_web_url(url: &str) -> bool {
    let web = |url: Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    url.len() <= MAX_URL && Url::parse(url).is_ok_and(web)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(json: serde_json::Value) -> Option<Code> {
        let mut body = serde_json::json!({"amount": "1", "token": "USDC"});
        body.as_object_mut().unwrap().extend(json.as_object().unwrap().clone());
        let mut errors = FieldErrors::default();
        serde_json::from_value::<PaymentRequest>(body).unwrap().check(&mut errors);
        errors.into_problem().map(|problem| problem.code)
    }

    #[test]
    fn defaults_are_acceptable() {
        assert_eq!(codes(serde_json::json!({})), None);
    }

    #[test]
    fn bounds_are_the_programs() {
        for (field, value) in [
            ("authorization_expires_in", 0),
            ("authorization_expires_in", MAX_AUTHORIZATION_SECONDS + 1),
            ("refund_window", -1),
            ("refund_window", MAX_REFUND_SECONDS + 1),
            ("max_fee_bps", 501),
        ] {
            assert_eq!(codes(serde_json::json!({ field: value })), Some(Code::ValidationFailed), "{field}");
        }
    }

    #[test]
    fn a_redirect_goes_to_the_web() {
        for url in ["javascript:alert(1)", "data:text/html,x", "/relative", "https://"] {
            let json = serde_json::json!({ "redirect_url": url });
            assert_eq!(codes(json), Some(Code::UrlNotAllowed), "{url}");
        }
        assert_eq!(codes(serde_json::json!({"redirect_url": "https://shop.example/thanks?o=1"})), None);
    }
}
