//! Headers that tell browsers what not to do with an answer.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::gateway::Gateway;

/// Answers are data: nothing in them is to be run or framed, should a browser ever show one.
const DATA: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
const YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds them, unless a route has said otherwise. What says nothing about being kept is kept by nobody: it
/// may be a merchant's, or a secret that is shown once.
pub async fn layer<F: Future<Output = Response>>(
    gateway: &Gateway,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let mut response = next(request).await;
    let mut defaults: Vec<(HeaderName, HeaderValue)> = vec![
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::CONTENT_SECURITY_POLICY, DATA),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    if gateway.speaks_tls {
        defaults.push((header::STRICT_TRANSPORT_SECURITY, YEAR));
    }
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}
