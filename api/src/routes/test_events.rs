//! `/v1/endpoints/{id}/test`: what an endpoint says to an event that did not happen.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use till_store::domain::EVENT_TYPES;
use till_store::gateway::{deliveries, endpoints};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::{invalid, not_found};
use crate::auth::{Caller, scope::WebhooksWrite};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{ProblemBody, Result};
use crate::webhooks::example;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(test))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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
    let kind = kind.as_deref().unwrap_or(example::DEFAULT_TYPE);
    if !EVENT_TYPES.iter().any(|(name, _)| *name == kind) {
        return Err(invalid("type", format!("there is no event type {kind:?}")));
    }
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
