//! The routes, one file a resource, and the layers around them.

mod actions;
mod api_keys;
mod audit_log;
mod auth;
mod balances;
mod burns;
mod campaigns;
mod checkout;
mod deliveries;
mod disputes;
mod documents;
mod endpoints;
mod event_stream;
mod events;
mod health;
mod icons;
mod members;
mod merchants;
mod network;
mod oauth;
mod oauth_clients;
mod operations;
mod page_codes;
mod pay;
mod payment_links;
mod payments;
mod payouts;
mod pools;
mod qr;
mod rates;
mod replay;
mod reports;
mod rule_decisions;
mod rule_lists;
mod rules;
mod stores;
mod stream;
mod test_events;
mod transactions;
mod unsigned;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use utoipa_axum::router::OpenApiRouter;

pub use documents::{openapi, openapi_json};

use crate::barion;
use crate::gateway::Gateway;
use crate::http::{body::MAX_BODY, cors, etag, load, request_id, security, version};
use crate::limits;
use crate::pages;
use crate::problem::{Code, Problem};
use crate::server::ServerConfig;

/// The API as a service.
pub fn router(gateway: Arc<Gateway>, config: &ServerConfig) -> Router {
    let mut merchants = limited(answering(for_merchants()), &gateway);
    if !config.cors_origins.is_empty() {
        merchants = merchants.layer(cors::for_merchants(&config.cors_origins));
    }
    merchants
        .merge(limited(answering(for_customers()), &gateway).layer(cors::for_all()))
        .merge(limited(answering(for_blinks()), &gateway))
        .merge(limited(barion::router(gateway.clone()), &gateway))
        .merge(answering(for_operators()))
        .merge(documents::pages().method_not_allowed_fallback(wrong_method))
        .merge(pages::routes().method_not_allowed_fallback(wrong_method))
        .fallback(async || Problem::new(Code::RouteNotFound, "there is nothing at this address"))
        .layer((from_fn_with_state(gateway.clone(), with_manners), DefaultBodyLimit::max(MAX_BODY)))
        .with_state(gateway)
}

fn for_merchants() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .merge(payments::routes())
        .merge(rates::routes())
        .merge(operations::routes())
        .merge(transactions::routes())
        .merge(stream::routes())
        .merge(unsigned::routes())
        .merge(disputes::routes())
        .merge(payouts::routes())
        .merge(payment_links::routes())
        .merge(campaigns::routes())
        .merge(pools::routes())
        .merge(balances::routes())
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
}

/// What wallets and pages of others call, without a key.
fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    pay::routes()
        .merge(qr::routes())
        .merge(checkout::for_customers())
        .merge(stream::for_customers())
        .merge(unsigned::for_customers())
        .merge(network::for_customers())
        .merge(payment_links::for_customers())
        .merge(campaigns::for_customers())
        .merge(pools::for_customers())
        .merge(burns::for_customers())
        .merge(page_codes::routes())
        .merge(icons::routes())
}

/// What clients of Blinks call, without a key.
fn for_blinks() -> OpenApiRouter<Arc<Gateway>> {
    actions::routes()
}

/// What machinery asks of the service itself, as often as it likes.
fn for_operators() -> OpenApiRouter<Arc<Gateway>> {
    health::routes()
}

/// Routes, and an answer to a wrong method. It comes before any layer, because what is added after a layer
/// is not under it, and a preflight is a wrong method to everyone but the layer of CORS.
fn answering(routes: OpenApiRouter<Arc<Gateway>>) -> Router<Arc<Gateway>> {
    Router::from(routes).method_not_allowed_fallback(wrong_method)
}

/// Routes with their limits.
fn limited(routes: Router<Arc<Gateway>>, gateway: &Arc<Gateway>) -> Router<Arc<Gateway>> {
    routes.layer(from_fn_with_state(gateway.clone(), within_limits))
}

/// What every request goes through, from the inside out. It is one layer to the router, which for each layer of its own
/// copies all that is under it, for each request.
async fn with_manners(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let gateway = &*gateway;
    let timed = |request| in_time(gateway, next.run(request));
    let caught = |request| without_panics(timed(request));
    let versioned = |request| version::layer(request, caught);
    let secured = |request| security::layer(gateway, request, versioned);
    let in_barions_words = |request| barion::error::layer(gateway, request, secured);
    let in_form = |request| crate::actions::layer(gateway, request, in_barions_words);
    request_id::layer(request, in_form).await
}

/// What requests go through that work is done for.
async fn within_limits(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let tagged = |request| etag::layer(request, |request| next.run(request));
    let placed = |request| load::layer(&gateway.load, request, tagged);
    limits::layer(&gateway.limits, request, placed).await
}

async fn wrong_method() -> Problem {
    Problem::new(Code::MethodNotAllowed, "this route takes other methods")
}

/// Gives up on what takes too long. An operation that was recorded goes on without the request.
async fn in_time(gateway: &Gateway, answering: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(gateway.request_timeout, answering).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("no answer within {} seconds", gateway.request_timeout.as_secs());
            Problem::new(Code::RequestTimeout, detail).into_response()
        }
    }
}

async fn without_panics(answering: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(panicked)
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Problem::new(Code::InternalError, "the fault has been logged under this request id").into_response()
}
