//! Problem details (RFC 9457): the one shape of every error.

mod code;
mod convert;

pub use code::Code;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub type Result<T> = std::result::Result<T, Problem>;

/// One field that is not acceptable.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
pub struct FieldError {
    /// The name of the field; a dot leads into an object.
    pub field: String,
    pub code: String,
    pub detail: String,
}

/// An error on its way out. The request id is added by the outermost layer, see [`Problem::render`].
#[derive(Clone, Debug)]
pub struct Problem {
    pub code: Code,
    pub detail: String,
    errors: Vec<FieldError>,
    available: Option<String>,
    /// In seconds.
    retry_after: Option<u64>,
}

/// The body of an error, `application/problem+json`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Where the code is explained, relative to this API.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened this time, for people.
    pub detail: String,
    /// The same text under the name that wallets show it by.
    pub message: String,
    /// What happened, for programs.
    pub code: String,
    pub request_id: String,
    /// The fields that are not acceptable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `amount_not_available` and `balance_too_small`: how much is, as a decimal string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<String>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), available: None, retry_after: None }
    }

    /// About one field of the request.
    pub fn of_field(code: Code, field: &str, detail: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(code, field, detail);
        errors.into_problem().expect("there is an error in it")
    }

    /// The fields that are not acceptable.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Names the amount that is available.
    pub fn with_available(mut self, amount: String) -> Self {
        self.available = Some(amount);
        self
    }

    /// Says after how many seconds it may be tried again.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The body and headers, once the request has an id.
    pub fn render(&self, request_id: &str) -> Response<Body> {
        let body = ProblemBody {
            kind: format!("/problems/{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            message: self.detail.clone(),
            code: self.code.as_str().to_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
            available: self.available.clone(),
        };
        let json = serde_json::to_vec(&body).expect("strings and numbers serialise");
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = self.code.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == Code::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Leaves the body to the outermost layer, which knows the request id.
impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        let mut response = self.code.status().into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Collects what is wrong with the fields of one request.
#[derive(Default)]
pub struct FieldErrors(Vec<(Code, FieldError)>);

impl FieldErrors {
    pub fn add(&mut self, code: Code, field: &str, detail: impl Into<String>) {
        let error =
            FieldError { field: field.to_owned(), code: code.as_str().to_owned(), detail: detail.into() };
        self.0.push((code, error));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The fields that they are about.
    #[cfg(test)]
    pub fn fields(&self) -> Vec<String> {
        self.0.iter().map(|(_, error)| error.field.clone()).collect()
    }

    /// Notes the error of `result`, if it is one.
    pub fn check<T>(&mut self, field: &str, result: std::result::Result<T, (Code, String)>) -> Option<T> {
        result.map_err(|(code, detail)| self.add(code, field, detail)).ok()
    }

    /// One problem for all: of the code they share, or `validation_failed`.
    pub fn into_problem(self) -> Option<Problem> {
        let (first, error) = self.0.first()?;
        let shared = self.0.iter().all(|(code, _)| code == first);
        let code = if shared { *first } else { Code::ValidationFailed };
        let detail = format!("{}: {}", error.field, error.detail);
        let errors = self.0.into_iter().map(|(_, error)| error).collect();
        Some(Problem { errors, ..Problem::new(code, detail) })
    }
}
