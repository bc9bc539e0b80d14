//! `/v1/payments/{id}/stream` and `/pay/{id}/stream`: a payment while it changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::Stream;
use till_store::view;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Caller, scope::PaymentsRead};
use crate::gateway::Gateway;
use crate::payments::stream::{self, CheckoutState, Place};
use crate::payments::{checkout, create};
use crate::problem::{Code, Problem, ProblemBody, Result};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// How often a comment says that the connection is alive: proxies cut what is silent for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After how many seconds it makes sense to ask for a stream again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("30");

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(of_merchant))
}

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(of_customer))
}

/// The events of one payment as they happen, as server-sent events.
///
/// First comes an event `payment` with the payment as it is; then each event of `GET /v1/events` that is about this
/// payment, under its type, with its sequence as the id. A client that comes again with `Last-Event-ID` gets those
/// that it has missed. A stream ends after a quarter of an hour: come again.
#[utoipa::path(
    get, path = "/v1/payments/{id}/stream", tag = "payments", security(("api_key" = [])),
    params(
        ("id" = String, Path),
        ("Last-Event-ID" = Option<i64>, Header, description = "The id of the last event that was seen"),
    ),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn of_merchant(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let merchant_id = &merchant.merchant_id;
    let mut db = gateway.pool.acquire().await?;
    let found = view::payment(&mut db, merchant_id, merchant.only_store(), &id).await?;
    drop(db);
    if found.is_none() {
        return Err(create::not_found(&id));
    }
    let after = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let place = gateway.streams.of_merchants();
    Ok(placed(place, |place| stream::of_merchant(gateway.clone(), place, merchant_id, &id, after)))
}

/// What a checkout page shows of a payment, as server-sent events: the state as it is, and again whenever it changes.
#[utoipa::path(
    get, path = "/pay/{id}/stream", tag = "customers",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = CheckoutState, content_type = "text/event-stream"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn of_customer(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<Response> {
    let known = checkout::find(&gateway, &id).await?;
    let merchant_id = &known.payment.merchant_id;
    let place = gateway.streams.of_customers(&id);
    Ok(placed(place, |place| stream::of_customer(gateway.clone(), place, merchant_id, &id)))
}

/// A stream in a place of its own, or the word that there is none.
pub fn placed<S>(place: Option<Place>, stream: impl FnOnce(Place) -> S) -> Response
where
    S: Stream<Item = std::result::Result<Event, Infallible>> + Send + 'static,
{
    let Some(place) = place else {
        let problem = Problem::new(Code::TooManyStreams, "as many streams are served as may be");
        return ([(header::RETRY_AFTER, RETRY_AFTER)], problem).into_response();
    };
    Sse::new(stream(place)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
