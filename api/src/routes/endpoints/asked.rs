//! Whether an endpoint may be as it is asked for.

use sqlx::PgConnection;
use till_store::domain::is_event_type;
use till_store::gateway::{endpoints::Wanted, stores};

use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::problem::{Code, FieldErrors, Problem, Result};

const MAX_URL: usize = 2048;
const MAX_DESCRIPTION: usize = 200;
const MAX_TYPES: usize = 50;

/// What an endpoint is to be.
pub struct Asked {
    pub url: String,
    pub description: Option<String>,
    pub types: Option<Vec<String>>,
    pub store: Option<String>,
}

impl Asked {
    /// # Errors
    /// Of each field that is not acceptable.
    pub async fn check(&self, gateway: &Gateway, db: &mut PgConnection, merchant: &Identity) -> Result<()> {
        let mut errors = FieldErrors::default();
        let url = match self.url.len() {
            0..=MAX_URL => gateway.guard.check_url(&self.url).map_err(|reason| (Code::UrlNotAllowed, reason)),
            _ => Err((Code::UrlNotAllowed, format!("it is longer than {MAX_URL} characters"))),
        };
        errors.check("url", url);
        if self.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
            let detail = format!("it is longer than {MAX_DESCRIPTION} characters");
            errors.add(Code::ValidationFailed, "description", detail);
        }
        if let Some(types) = &self.types {
            errors.check("types", check_types(types));
        }
        let only = merchant.store_id.as_deref();
        let store_is_theirs = match self.store.as_deref() {
            None => only.is_none(),
            Some(store) if only.is_some_and(|only| only != store) => false,
            Some(store) => stores::is_open(db, &merchant.merchant_id, store).await?,
        };
        if !store_is_theirs {
            errors.add(Code::StoreNotFound, "store", "the key has no such store");
        }
        errors.into_problem().map_or(Ok(()), Err)
    }

    pub fn wanted(&self) -> Wanted<'_> {
        Wanted {
            store_id: self.store.as_deref(),
            url: &self.url,
            description: self.description.as_deref(),
            types: self.types.as_deref(),
        }
    }
}

/// Types of events and patterns, as an endpoint or a query may name them.
pub fn check_types(types: &[String]) -> std::result::Result<(), (Code, String)> {
    if !(1..=MAX_TYPES).contains(&types.len()) {
        return Err((Code::ValidationFailed, format!("name 1 to {MAX_TYPES} types, or none for everything")));
    }
    match types.iter().find(|name| !is_event_type(name)) {
        None => Ok(()),
        Some(unknown) => Err((Code::ValidationFailed, format!("there is no event type {unknown:?}"))),
    }
}

/// The problem of one field.
pub fn invalid(field: &str, detail: String) -> Problem {
    let problem = Problem::new(Code::ValidationFailed, format!("{field}: {detail}"));
    let mut errors = FieldErrors::default();
    errors.add(Code::ValidationFailed, field, detail);
    errors.into_problem().unwrap_or(problem)
}
