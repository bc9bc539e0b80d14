//! Reading bodies and queries, with problems instead of a library's own words.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request, rejection::BytesRejection};
use axum::http::{HeaderMap, header, request::Parts};

use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem, Result};

/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// A JSON body, and the bytes it came as.
pub struct JsonBody<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        // An operation takes all defaults from an empty body, whatever its type.
        if !is_json && !bytes.is_empty() {
            return Err(Problem::new(Code::UnsupportedMediaType, "send content-type: application/json"));
        }
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let value = serde_json::from_slice(text)
            .map_err(|error| Problem::new(Code::InvalidJson, error.to_string()))?;
        Ok(Self { value, bytes })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = value.split(';').next().unwrap_or("").trim();
    media_type.eq_ignore_ascii_case("application/json")
}

fn unreadable(rejection: BytesRejection) -> Problem {
    if rejection.status() == Code::BodyTooLarge.status() {
        return Problem::new(Code::BodyTooLarge, format!("at most {MAX_BODY} bytes are read"));
    }
    Problem::new(Code::InvalidJson, "the body did not arrive whole")
}

/// The parameters of the query.
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(value)| Self(value))
            .map_err(|rejection| Problem::new(Code::InvalidQuery, rejection.body_text()))
    }
}
