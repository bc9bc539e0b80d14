//! The outermost layer: gives each request an id and a span, and each problem its body.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use rand::{RngCore, rngs::OsRng};
use tracing::Instrument;

use crate::problem::{Code, Problem};
use crate::telemetry::{begin_span, metrics};

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LENGTH: usize = 64;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered; nothing outside of one.
pub fn current() -> Option<String> {
    CURRENT.try_with(String::clone).ok()
}

pub async fn layer<F: Future<Output = Response>>(
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let id = given(request.headers()).unwrap_or_else(fresh);
    let method = request.method().clone();
    // The template of the path, without the query: a query may hold what a log must not.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        %id,
        %method,
        route,
        status = tracing::field::Empty,
        otel.name = tracing::field::Empty,
        otel.kind = tracing::field::Empty,
    );
    begin_span(&span, &method, &route, request.headers());
    let started = Instant::now();
    async {
        let mut response = finished(CURRENT.scope(id.clone(), next(request)).await, &id);
        let status = response.status();
        let elapsed = started.elapsed();
        metrics::answered(&method, &route, status, elapsed);
        tracing::Span::current().record("status", status.as_u16());
        tracing::info!(elapsed_ms = elapsed.as_millis() as u64, "answered");
        let value = HeaderValue::from_str(&id).expect("ids are visible ASCII");
        response.headers_mut().insert(REQUEST_ID, value);
        response
    }
    .instrument(span)
    .await
}

/// The id that the caller sent, if it can stand in a log and a header.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let clean = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    (!id.is_empty() && id.len() <= MAX_LENGTH && clean).then(|| id.to_owned())
}

fn fresh() -> String {
    let mut bytes = [0; 12];
    OsRng.fill_bytes(&mut bytes);
    format!("req_{}", hex::encode(bytes))
}

/// Writes the body of a problem, keeping the headers that inner layers have added.
fn finished(mut response: Response, id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>().or_else(|| bare(&response)) else {
        return response;
    };
    let mut rendered = problem.render(id);
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
}

/// The problem of an error that some library answered in words of its own. JSON is no such words, but the form that
/// another specification prescribes for a route.
fn bare(response: &Response) -> Option<Problem> {
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        return None;
    }
    let code = match response.status() {
        StatusCode::NOT_FOUND => Code::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::GATEWAY_TIMEOUT => Code::RequestTimeout,
        status if status.is_client_error() => Code::InvalidQuery,
        status if status.is_server_error() => Code::InternalError,
        _ => return None,
    };
    Some(Problem::new(code, code.title()))
}
