//! Links as merchants and customers see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::gateway::links::Link;
use utoipa::ToSchema;

use crate::payments::stream::CheckoutState;

/// A link, as its merchant sees it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkAnswer {
    /// The shop that its payments belong to.
    pub store: String,
    pub created_at: DateTime<Utc>,
    #[serde(flatten)]
    pub terms: Terms,
}

/// What a link asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    #[schema(example = "lnk_0123456789abcdef0123456789abcdef")]
    pub id: String,
    pub merchant_name: String,
    pub title: String,
    pub description: Option<String>,
    /// Symbols or mints, the preferred one first.
    pub tokens: Vec<String>,
    /// What amounts are in, where that is none of the tokens.
    pub currency: Option<String>,
    /// What every payment is of; nothing where the customer chooses.
    #[schema(example = "25.00")]
    pub amount: Option<String>,
    pub min_amount: Option<String>,
    pub max_amount: Option<String>,
    pub suggested_amounts: Vec<String>,
    /// `manual`: the shop captures later. `immediate`: the shop is paid at once.
    pub capture_mode: String,
    pub redirect_url: Option<String>,
    /// Whether it makes payments.
    pub active: bool,
    /// Where a customer pays.
    pub page_url: String,
    /// The same as a Blink.
    pub action_url: String,
}

impl Terms {
    pub fn new(link: Link, public_url: &str) -> Self {
        Self {
            page_url: format!("{public_url}/links/{}", link.id),
            action_url: format!("{public_url}/actions/link/{}", link.id),
            id: link.id,
            merchant_name: link.merchant_name,
            title: link.title,
            description: link.description,
            tokens: link.tokens,
            currency: link.currency,
            amount: link.amount,
            min_amount: link.min_amount,
            max_amount: link.max_amount,
            suggested_amounts: link.suggested_amounts,
            capture_mode: link.capture_mode,
            redirect_url: link.redirect_url,
            active: link.active,
        }
    }
}

impl LinkAnswer {
    pub fn new(link: Link, public_url: &str) -> Self {
        Self {
            store: link.store_id.clone(),
            created_at: link.created_at,
            terms: Terms::new(link, public_url),
        }
    }
}

/// A payment that a link has made, and where it is paid.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkPayment {
    #[serde(flatten)]
    pub state: CheckoutState,
    /// The page on which the customer pays.
    pub checkout_url: String,
}

impl LinkPayment {
    pub fn new(state: CheckoutState, public_url: &str) -> Self {
        Self { checkout_url: format!("{public_url}/checkout/{}", state.id), state }
    }
}
