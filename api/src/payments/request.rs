//! The request for a payment, and what of it can be judged without looking anything up.

pub mod check;
pub mod text;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use till::{CaptureMode, MAX_FEE_BPS};
use till_store::domain::{Customer, Donation, Item, Share};
use utoipa::ToSchema;

/// For how long a converted amount holds unless the merchant says otherwise.
pub const DEFAULT_QUOTE_SECONDS: i64 = 900;
/// Below it a quote would end before a wallet has signed.
pub const MIN_QUOTE_SECONDS: i64 = 60;

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
    /// Seconds for which a converted amount holds; 60 to `authorization_expires_in`. After it the checkout asks for
    /// new rates. 900, or as long as it can be paid if that is less, unless given.
    #[schema(example = 900)]
    pub quote_expires_in: Option<i64>,
    /// Seconds after the authorization's end in which it can be refunded; 0 to two years.
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
    /// Of converted amounts.
    pub quote: DateTime<Utc>,
}

impl PaymentRequest {
    /// A request for this amount, with everything else as it is unless given.
    pub fn of(amount: String) -> Self {
        Self {
            amount,
            currency: None,
            token: None,
            accepted_tokens: Vec::new(),
            store: None,
            capture_mode: CaptureModeName::default(),
            authorization_expires_in: default_authorization(),
            quote_expires_in: None,
            refund_window: default_refund_window(),
            max_fee_bps: default_fee(),
            splits: Vec::new(),
            protection: None,
            items: Vec::new(),
            customer: None,
            donation: None,
            accept_transfer: false,
            order_reference: None,
            description: None,
            redirect_url: None,
            metadata: BTreeMap::new(),
        }
    }

    /// The tokens that are accepted, each with the field that names it, the preferred one first.
    pub fn tokens(&self) -> Vec<(String, &str)> {
        match &self.token {
            Some(token) => vec![("token".to_owned(), token)],
            None => {
                let names = self.accepted_tokens.iter().enumerate();
                names.map(|(index, token)| (format!("accepted_tokens.{index}"), token.as_str())).collect()
            }
        }
    }

    /// The expiries of a payment that is asked for at `now`, in whole seconds as on the chain.
    pub fn expiries(&self, now: DateTime<Utc>) -> Expiries {
        let seconds = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
        // What is out of bounds is refused, together with all else that is wrong, after it has been computed with.
        let span = |seconds: i64| TimeDelta::seconds(seconds.clamp(0, i64::from(i32::MAX)));
        let authorization = seconds + span(self.authorization_expires_in);
        let quote = self.quote_expires_in.unwrap_or(DEFAULT_QUOTE_SECONDS).min(self.authorization_expires_in);
        Expiries {
            now: seconds,
            authorization,
            refund: authorization + span(self.refund_window),
            quote: seconds + span(quote),
        }
    }
}
