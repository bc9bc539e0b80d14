//! The request for a payment, and what of it can be judged without looking anything up.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use till::{CaptureMode, MAX_AUTHORIZATION_SECONDS, MAX_FEE_BPS, MAX_REFUND_SECONDS};
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

/// What a merchant asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// In units of the token; exactly this reaches the escrow.
    #[schema(example = "25.00")]
    pub amount: String,
    /// The mint's address, or the symbol of a token that has one here.
    #[schema(example = "USDC")]
    pub token: String,
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
        Expiries { authorization, refund: authorization + TimeDelta::seconds(self.refund_window) }
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
