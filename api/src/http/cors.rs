//! Which pages of others may call which routes.

use axum::http::{HeaderName, Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::{request_id::REQUEST_ID, version::VERSION};
use crate::idempotency::{IDEMPOTENCY_KEY, REPLAYED};
use crate::limits;
use crate::server::Origin;

/// Any page: wallets and shops show what customers need.
pub fn for_all() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT, header::ACCEPT_ENCODING, IDEMPOTENCY_KEY])
        .expose_headers(exposed())
}

/// Pages of these origins; without any, none.
pub fn for_merchants(origins: &[Origin]) -> CorsLayer {
    let allowed = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::ACCEPT,
        header::IF_NONE_MATCH,
        IDEMPOTENCY_KEY,
        REQUEST_ID,
        VERSION,
        HeaderName::from_static("prefer"),
        HeaderName::from_static("till-merchant"),
    ];
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(|origin| origin.0.clone())))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(allowed)
        .expose_headers(exposed())
}

/// What a page may read of an answer's headers.
fn exposed() -> Vec<HeaderName> {
    let ours = [REQUEST_ID, VERSION, REPLAYED, header::ETAG, header::LOCATION, header::RETRY_AFTER];
    ours.into_iter().chain(limits::HEADERS).collect()
}
