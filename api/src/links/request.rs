//! What a merchant asks of a link, and changes of it.

use serde::Deserialize;
use till_store::domain::Money;
use till_store::gateway::links::Change;
use utoipa::ToSchema;

use super::amounts::{Amounts, unit};
use crate::payments::amend::given;
use crate::payments::request::text::{is_text, is_web_url};
use crate::payments::request::{CaptureModeName, PaymentRequest};
use crate::problem::{Code, FieldErrors, Problem, Result};

const MAX_TITLE: usize = 100;
const MAX_DESCRIPTION: usize = 500;

/// A link that a merchant wants. With `amount` every payment is of that; without it the customer chooses.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// 1 to 100 characters. Customers see it.
    #[schema(example = "Coffee for the team")]
    pub title: String,
    /// At most 500 characters. Customers see it.
    pub description: Option<String>,
    /// The mint's address, or the symbol of a token that has one here. Either this or `accepted_tokens`.
    #[schema(example = "USDC")]
    pub token: Option<String>,
    /// Several of them, the preferred one first; they need a `currency`, unless there is only one.
    #[serde(default)]
    pub accepted_tokens: Vec<String>,
    /// What amounts are in, when they are converted at the rate of the moment of payment.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// In units of the token or currency.
    pub amount: Option<String>,
    /// The least that a customer may choose.
    #[schema(example = "1.00")]
    pub min_amount: Option<String>,
    /// The most.
    #[schema(example = "100.00")]
    pub max_amount: Option<String>,
    /// At most eight amounts to choose from; any other within the bounds is fine too.
    #[serde(default)]
    pub suggested_amounts: Vec<String>,
    #[serde(default)]
    pub capture_mode: CaptureModeName,
    /// Where the customer goes afterwards.
    pub redirect_url: Option<String>,
    /// The shop that its payments belong to; the key's, or the merchant's first, unless given.
    pub store: Option<String>,
}

impl LinkRequest {
    /// Refuses what is wrong with it, or gives a request for a payment as the link would make it.
    pub fn check(&self) -> Result<PaymentRequest> {
        let mut errors = FieldErrors::default();
        check_words(
            Some(&self.title),
            self.description.as_deref(),
            self.redirect_url.as_deref(),
            &mut errors,
        );
        let tokens = self.tokens();
        let amounts = self.amounts(&tokens);
        amounts.check(&mut errors);
        match errors.into_problem() {
            Some(problem) => Err::<_, Problem>(problem),
            None => Ok(PaymentRequest {
                token: self.token.clone(),
                accepted_tokens: self.accepted_tokens.clone(),
                currency: self.currency.clone(),
                store: self.store.clone(),
                capture_mode: self.capture_mode,
                ..PaymentRequest::of(amounts.sample().to_owned())
            }),
        }
    }

    /// Refuses amounts that a token of so many decimals cannot have, where it is the token's amounts that are meant.
    pub fn check_precision(&self, decimals: u8) -> Result<()> {
        let mut errors = FieldErrors::default();
        if self.currency.is_none() {
            for (field, text) in self.amounts(&[]).all() {
                if let Err(error) = Money::parse(text, decimals) {
                    errors.add(Code::AmountInvalid, &field, error.to_string());
                }
            }
        }
        errors.into_problem().map_or(Ok(()), Err)
    }

    fn amounts<'a>(&'a self, tokens: &'a [String]) -> Amounts<'a> {
        Amounts {
            fixed: self.amount.as_deref(),
            least: self.min_amount.as_deref(),
            most: self.max_amount.as_deref(),
            suggested: &self.suggested_amounts,
            unit: unit(self.currency.as_deref(), tokens),
        }
    }

    /// The accepted tokens, the preferred one first.
    pub fn tokens(&self) -> Vec<String> {
        self.token.iter().chain(&self.accepted_tokens).cloned().collect()
    }
}

/// What is to be changed of a link. What is left out stays as it is; `null` takes it away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    pub title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub redirect_url: Option<Option<String>>,
    /// Whether it makes payments.
    pub active: Option<bool>,
}

impl ChangeRequest {
    /// Notes what is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        let (description, redirect_url) =
            (self.description.iter().flatten(), self.redirect_url.iter().flatten());
        let description = description.map(String::as_str).next();
        let redirect_url = redirect_url.map(String::as_str).next();
        check_words(self.title.as_deref(), description, redirect_url, errors);
    }

    /// The same for the database.
    pub fn change(&self) -> Change {
        let Self { title, description, redirect_url, active } = self.clone();
        Change { title, description, redirect_url, active }
    }
}

fn check_words(
    title: Option<&str>,
    description: Option<&str>,
    redirect_url: Option<&str>,
    errors: &mut FieldErrors,
) {
    for (field, text, most) in [("title", title, MAX_TITLE), ("description", description, MAX_DESCRIPTION)] {
        if text.is_some_and(|text| !is_text(text, 1..=most)) {
            let detail = format!("1 to {most} characters, without control characters");
            errors.add(Code::ValidationFailed, field, detail);
        }
    }
    if redirect_url.is_some_and(|url| !is_web_url(url)) {
        errors.add(Code::UrlNotAllowed, "redirect_url", "an http or https URL");
    }
}
