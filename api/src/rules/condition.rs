//! What a rule looks at, and whether that makes sense.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use till_store::domain::RuleOutcome;
use utoipa::ToSchema;

use super::facts::{Moment, Subject};
use crate::problem::{Code, FieldErrors};
use crate::webhooks::Guard;

/// The longest window, in seconds: a year.
pub const MAX_WINDOW: u32 = 366 * 86_400;
const MAX_NAME: usize = 64;
const MAX_URL: usize = 2048;

/// What a rule looks at. It fires when that is so, and says nothing otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The same customer pays too often, or too much: this payment would be beyond `max_count` or `max_sum` within the
    /// window. Either of the two. Says nothing where the subject is not known.
    Velocity {
        by: Subject,
        /// In seconds, up to a year.
        #[schema(example = 3_600)]
        window_seconds: u32,
        /// How many payments there may be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(example = 3)]
        max_count: Option<u32>,
        /// What they may come to, in units of `token`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "500.00")]
        max_sum: Option<Decimal>,
        /// A symbol or a mint's address; with `max_sum`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// The amount is beyond a limit, in units of `token`. Says nothing about payments in other tokens.
    Amount {
        #[schema(example = "USDC")]
        token: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "1.00")]
        min: Option<Decimal>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "1000.00")]
        max: Option<Decimal>,
        /// What all payments of a day (UTC) may come to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "20000.00")]
        max_per_day: Option<Decimal>,
    },
    /// The wallet, the mail address or its domain, the IP address or the country is on the list. With the outcome
    /// `allow` no rule behind this one is asked any more.
    List {
        #[schema(example = "fraudsters")]
        list: String,
    },
    /// The customer's country is one of these, or is none of them. With the outcome `allow` as for a list.
    Country {
        /// ISO 3166-1, two letters.
        #[schema(example = json!(["HU", "AT"]))]
        countries: Vec<String>,
        /// Fires where the country is none of these.
        #[serde(default)]
        except: bool,
        /// Fires where the merchant has not said the country, too.
        #[serde(default)]
        when_unknown: bool,
    },
    /// The highest score that a hook gave is at least this.
    Score {
        #[schema(example = 80)]
        at_least: u8,
    },
    /// A service of the merchant is asked: a POST, signed as webhooks are, answered within two seconds with `{score}`
    /// (0 to 100) or `{outcome, reasons}`. The rule's own outcome is what stands when there is no such answer: with
    /// `allow` it fails open, with `block` closed.
    RiskHook {
        /// A public https address.
        #[schema(example = "https://shop.example/risk")]
        url: String,
        #[serde(default)]
        moment: Moment,
    },
}

impl Condition {
    /// The list that it looks into.
    pub fn list(&self) -> Option<&str> {
        match self {
            Self::List { list } => Some(list),
            _ => None,
        }
    }

    /// Whether it is asked at this moment. What does not depend on the wallet was decided when the payment was made; only
    /// what lets through whatever comes behind it is asked again, to stand before the rest.
    pub fn is_asked(&self, moment: Moment, outcome: RuleOutcome) -> bool {
        match self {
            Self::RiskHook { moment: asked, .. } => *asked == moment,
            _ if moment == Moment::Creation => true,
            Self::List { .. } | Self::Score { .. } | Self::Velocity { by: Subject::Wallet, .. } => true,
            Self::Country { .. } => outcome == RuleOutcome::Allow,
            Self::Amount { .. } | Self::Velocity { .. } => false,
        }
    }

    /// Whether it looks at what is paid in one token, and so says something else when a wallet chooses another.
    pub fn is_of_a_token(&self) -> bool {
        matches!(self, Self::Amount { .. } | Self::Velocity { token: Some(_), .. })
    }

    /// Notes what is wrong with it.
    pub fn check(&self, outcome: RuleOutcome, guard: Guard, errors: &mut FieldErrors) {
        let mut require = |field: &str, ok: bool, detail: &str| {
            if !ok {
                errors.add(Code::ValidationFailed, &format!("condition.{field}"), detail);
            }
        };
        let positive = |limit: &Option<Decimal>| limit.is_none_or(|it| it > Decimal::ZERO);
        match self {
            Self::Velocity { window_seconds, max_count, max_sum, token, .. } => {
                let window = (1..=MAX_WINDOW).contains(window_seconds);
                require("window_seconds", window, "1 second to 366 days");
                require("max_count", max_count.is_some() != max_sum.is_some(), "either max_count or max_sum");
                require("max_sum", positive(max_sum), "greater than zero");
                require("token", max_sum.is_some() == token.is_some(), "with max_sum, and only with it");
            }
            Self::Amount { min, max, max_per_day, .. } => {
                let any = min.is_some() || max.is_some() || max_per_day.is_some();
                require("max", any, "at least one of min, max and max_per_day");
                for (field, limit) in [("min", min), ("max", max), ("max_per_day", max_per_day)] {
                    require(field, positive(limit), "greater than zero");
                }
                let ordered = min.zip(*max).is_none_or(|(min, max)| min <= max);
                require("min", ordered, "not more than max");
            }
            Self::List { list } => require("list", is_list_name(list), LIST_NAME),
            Self::Country { countries, .. } => {
                let all = !countries.is_empty() && countries.iter().all(|it| is_country(it));
                require("countries", all, "at least one, each two capital letters");
            }
            Self::Score { at_least } => require("at_least", *at_least <= 100, "0 to 100"),
            Self::RiskHook { url, .. } => {
                let checked =
                    if url.len() <= MAX_URL { guard.check_url(url) } else { Err("it is too long".into()) };
                if let Err(reason) = checked {
                    errors.add(Code::UrlNotAllowed, "condition.url", reason);
                }
            }
        }
        let may_allow = matches!(self, Self::List { .. } | Self::Country { .. } | Self::RiskHook { .. });
        if outcome == RuleOutcome::Allow && !may_allow {
            let detail = "only a list, a country or a hook can allow";
            errors.add(Code::ValidationFailed, "outcome", detail);
        }
    }
}

pub const LIST_NAME: &str = "1 to 64 letters, digits, dots, dashes or underscores";

pub fn is_list_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
}

/// ISO 3166-1 alpha-2, as far as its form goes.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(condition: serde_json::Value, outcome: RuleOutcome) -> bool {
        let condition: Condition = serde_json::from_value(condition).unwrap();
        let mut errors = FieldErrors::default();
        condition.check(outcome, Guard { allow_private: false }, &mut errors);
        errors.into_problem().is_some()
    }

    #[test]
    fn conditions_that_could_never_be_meant_are_refused() {
        for condition in [
            json!({ "kind": "velocity", "by": "ip", "window_seconds": 60 }),
            json!({ "kind": "velocity", "by": "ip", "window_seconds": 0, "max_count": 1 }),
            json!({ "kind": "velocity", "by": "ip", "window_seconds": 60, "max_sum": "5" }),
            json!({ "kind": "velocity", "by": "ip", "window_seconds": 60, "max_count": 1, "token": "USDC" }),
            json!({ "kind": "amount", "token": "USDC" }),
            json!({ "kind": "amount", "token": "USDC", "min": "2", "max": "1" }),
            json!({ "kind": "amount", "token": "USDC", "max": "0" }),
            json!({ "kind": "list", "list": "a b" }),
            json!({ "kind": "country", "countries": [] }),
            json!({ "kind": "country", "countries": ["Hungary"] }),
            json!({ "kind": "score", "at_least": 101 }),
            json!({ "kind": "risk_hook", "url": "https://127.0.0.1/" }),
        ] {
            assert!(wrong(condition.clone(), RuleOutcome::Block), "{condition}");
        }
        let limit = json!({ "kind": "amount", "token": "USDC", "max": "10.5" });
        assert!(!wrong(limit.clone(), RuleOutcome::Block));
        assert!(wrong(limit, RuleOutcome::Allow), "what is beyond a limit is not let through for that");
        assert!(!wrong(json!({ "kind": "list", "list": "friends" }), RuleOutcome::Allow));
    }

    #[test]
    fn a_field_of_another_kind_is_refused() {
        let mixed = json!({ "kind": "list", "list": "x", "at_least": 3 });
        assert!(serde_json::from_value::<Condition>(mixed).is_err());
    }
}
