//! The routes, one file a resource, and the layers around them.

mod api_keys;
mod audit_log;
mod auth;
mod deliveries;
mod documents;
mod endpoints;
mod event_stream;
mod events;
mod health;
mod members;
mod merchants;
mod oauth;
mod oauth_clients;
mod operations;
mod pay;
mod payments;
mod replay;
mod test_events;
mod rates;
mod reports;
mod rule_decisions;
mod rule_lists;
mod rules;
mod stores;
mod transactions;

use std::any::Any;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::barion;
use crate::gateway::Gateway;
use crate::http::{body::MAX_BODY, request_id};
use crate::problem::{Code, Problem};

/// The API as a service.
pub fn router(gateway: Arc<Gateway>) -> Router {
    let document = Json(openapi());
    Router::from(for_merchants())
        .method_not_allowed_fallback(wrong_method)
        .merge(open_to_all(for_customers()))
        .merge(barion::router(gateway.clone()))
        .route("/openapi.json", routing::get(async move || document.clone()))
        .fallback(async || Problem::new(Code::RouteNotFound, "there is nothing at this address"))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(gateway.clone(), in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(gateway.clone(), barion::error::layer))
        .layer(from_fn(request_id::layer))
        .with_state(gateway)
}

/// The OpenAPI description of the API.
pub fn openapi() -> Document {
    let documented = OpenApiRouter::with_openapi(documents::ApiDocument::openapi());
    documented.merge(for_merchants()).merge(for_customers()).merge(barion::documented()).into_openapi()
}

fn for_merchants() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .merge(payments::routes())
        .merge(rates::routes())
        .merge(operations::routes())
        .merge(transactions::routes())
        .merge(endpoints::routes())
        .merge(deliveries::routes())
        .merge(replay::routes())
        .merge(test_events::routes())
        .merge(events::routes())
        .merge(rules::routes())
        .merge(reports::routes())
        .merge(rule_lists::routes())
        .merge(rule_decisions::routes())
        .merge(auth::routes())
        .merge(merchants::routes())
        .merge(stores::routes())
        .merge(api_keys::routes())
        .merge(members::routes())
        .merge(oauth_clients::routes())
        .merge(oauth::routes())
        .merge(audit_log::routes())
        .merge(event_stream::routes())
        .merge(barion::settings())
        .merge(documents::routes())
        .merge(health::routes())
}

/// What wallets and pages of others call, without a key.
fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    pay::routes()
}

/// Lets pages of any origin call these routes. The answer to a wrong method comes first, because what
/// is added after a layer is not under it, and a preflight is a wrong method to everyone but the layer.
fn open_to_all(routes: OpenApiRouter<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    let cors = CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT, header::ACCEPT_ENCODING])
        .expose_headers([request_id::REQUEST_ID]);
    Router::from(routes).method_not_allowed_fallback(wrong_method).layer(cors)
}

async fn wrong_method() -> Problem {
    Problem::new(Code::MethodNotAllowed, "this route takes other methods")
}

/// Gives up on what takes too long. An operation that was recorded goes on without the request.
async fn in_time(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(gateway.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("no answer within {} seconds", gateway.request_timeout.as_secs());
            Problem::new(Code::RequestTimeout, detail).into_response()
        }
    }
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Problem::new(Code::InternalError, "the fault has been logged under this request id").into_response()
}
