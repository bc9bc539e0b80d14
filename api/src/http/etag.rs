//! Strong entity tags (RFC 9110, 8.8.3): a GET whose answer the caller has already is answered with 304.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Larger answers get no tag, in bytes.
const MAX_BODY: u64 = 4 * 1024 * 1024;
/// Half of a SHA-256 is enough: nobody gains by two answers of one resource with one tag.
const TAG_BYTES: usize = 16;

pub async fn layer<F: Future<Output = Response>>(
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let is_get = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next(request).await;
    if !is_get || response.status() != StatusCode::OK || !is_whole(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_BODY as usize).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = tag(&bytes);
    let is_known = known.is_some_and(|known| names(&known, &tag));
    parts.headers.insert(header::ETAG, tag);
    // Kept by nobody but the caller, and used again only with our consent.
    let cache = HeaderValue::from_static("private, no-cache");
    parts.headers.entry(header::CACHE_CONTROL).or_insert(cache);
    if is_known {
        return (StatusCode::NOT_MODIFIED, kept(parts.headers)).into_response();
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The same, as a router takes it.
pub async fn of_pages(request: Request, next: Next) -> Response {
    layer(request, |request| next.run(request)).await
}

/// Whether the body is all there and not a stream.
fn is_whole(response: &Response) -> bool {
    response.body().size_hint().exact().is_some_and(|size| size <= MAX_BODY)
}

fn tag(bytes: &[u8]) -> HeaderValue {
    let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..TAG_BYTES]);
    format!("\"{hash}\"").parse().expect("base64 in quotes is visible ASCII")
}

/// Whether the value of `If-None-Match` names `tag`; a weak tag names the strong one too (RFC 9110, 13.1.2).
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let tags = known.to_str().unwrap_or("").split(',').map(str::trim);
    tags.map(|known| known.strip_prefix("W/").unwrap_or(known)).any(|known| known == "*" || known == tag)
}

/// A 304 has no content for these to describe.
fn kept(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list() {
        let tag = HeaderValue::from_static("\"abc\"");
        for known in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert!(names(&HeaderValue::from_static(known), &tag), "{known}");
        }
        for other in ["\"x\"", "abc", "", "\"abcd\""] {
            assert!(!names(&HeaderValue::from_static(other), &tag), "{other}");
        }
    }
}
