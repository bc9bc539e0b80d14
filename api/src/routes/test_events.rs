//! Events that did not happen: `/v1/endpoints/{id}/test` shows one to one endpoint, `/v1/events/test` tells it to everyone
//! who is told events.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use till_store::db;
use till_store::domain::{EVENT_TYPES, Event, EventData};
use till_store::gateway::{deliveries, endpoints};
use till_store::ids::Kind;
use till_store::outbox;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::{invalid, not_found};
use crate::auth::{Account, Caller, scope::WebhooksWrite};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{ProblemBody, Result};
use crate::webhooks::example::{self, Example};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(test)).routes(routes!(trigger))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestEventRequest)]
pub struct TestRequest {
    /// Any type of event; `payment.captured` unless given.
    #[serde(rename = "type")]
    #[schema(example = "payment.captured")]
    kind: Option<String>,
}

/// What an endpoint said to a test event.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestAnswer {
    /// Whether it was answered with 2xx.
    delivered: bool,
    event: String,
    duration_ms: u64,
    response_status: Option<u16>,
    /// The first 4 KiB of the answer.
    response_body: Option<String>,
    error: Option<String>,
    /// What was sent: signed as every delivery, and marked with `"test": true`.
    #[schema(value_type = Object)]
    request_body: Box<RawValue>,
}

/// Sends an event that did not happen, and waits for what the endpoint says. It is neither retried nor counted.
#[utoipa::path(
    post, path = "/v1/endpoints/{id}/test", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)), request_body = TestRequest,
    responses((status = 200, body = TestAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn test(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
    JsonBody { value: TestRequest { kind }, .. }: JsonBody<TestRequest>,
) -> Result<Json<TestAnswer>> {
    let kind = known(kind.as_deref())?;
    let endpoint =
        endpoints::get(&gateway.pool, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    let target =
        deliveries::targets(&gateway.pool, &[&endpoint.id]).await?.pop().ok_or_else(|| not_found(&id))?;
    let (event, body) = example::event(kind, &merchant, &endpoint.id).map_err(anyhow::Error::from)?;
    let request_body = RawValue::from_string(body.clone()).map_err(anyhow::Error::from)?;
    let outcome = gateway.sender.send(&gateway.sender.receiver(&target), &event, body).await;
    Ok(Json(TestAnswer {
        delivered: outcome.error.is_none(),
        event,
        duration_ms: outcome.duration.as_millis() as u64,
        response_status: outcome.status,
        response_body: outcome.body,
        error: outcome.error,
        request_body,
    }))
}

/// Tells an event that did not happen to everyone who is told events: the webhook endpoints that take its type, the
/// streams, and `GET /v1/events`. It has a sequence of its own and is delivered as every event is, marked with
/// `"test": true`.
#[utoipa::path(
    post, path = "/v1/events/test", tag = "webhooks", security(("api_key" = [])),
    request_body = TestRequest,
    responses((status = 201, body = Event<EventData>), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn trigger(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<WebhooksWrite>,
    JsonBody { value: TestRequest { kind }, .. }: JsonBody<TestRequest>,
) -> Result<(StatusCode, Json<Event<Example>>)> {
    let kind = known(kind.as_deref())?;
    let mut db = db::begin(&gateway.pool).await?;
    let data = example::data(kind, &merchant, &Kind::Endpoint.random());
    merchant.note(&mut db, "event.test", kind, json!({})).await?;
    let event = outbox::tell_test(&mut db, &merchant.merchant_id, kind, data).await?;
    db.commit().await?;
    Ok((StatusCode::CREATED, Json(event)))
}

fn known(kind: Option<&str>) -> Result<&str> {
    let kind = kind.unwrap_or(example::DEFAULT_TYPE);
    if EVENT_TYPES.iter().any(|(name, _)| *name == kind) {
        return Ok(kind);
    }
    Err(invalid("type", format!("there is no event type {kind:?}")))
}
