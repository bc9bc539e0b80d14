//! `/v1/endpoint`: where a merchant's webhooks go.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::gateway::endpoints::{self, Endpoint};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Caller,
    scope::{WebhooksRead, WebhooksWrite},
};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{Code, FieldErrors, Problem, ProblemBody, Result};
use crate::webhooks::signature::new_secret;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(put, get, delete)).routes(routes!(rotate_secret))
}

const MAX_URL: usize = 2048;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointRequest {
    /// A public https address.
    #[schema(example = "https://shop.example/webhooks/till")]
    url: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointAnswer {
    id: String,
    url: String,
    /// `whsec_…`, after Standard Webhooks. Shown when it is made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: DateTime<Utc>,
}

impl EndpointAnswer {
    fn with_secret(endpoint: Endpoint) -> Self {
        Self { secret: Some(endpoint.secret.clone()), ..Self::without_secret(endpoint) }
    }

    fn without_secret(endpoint: Endpoint) -> Self {
        let Endpoint { id, url, created_at, .. } = endpoint;
        Self { id, url, secret: None, created_at }
    }
}

/// Creates the endpoint, or moves it to another URL, with the secret it has.
#[utoipa::path(
    put, path = "/v1/endpoint", tag = "webhooks", security(("api_key" = [])),
    request_body = EndpointRequest,
    responses(
        (status = 200, description = "Moved", body = EndpointAnswer),
        (status = 201, description = "Created; the answer holds the secret", body = EndpointAnswer),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn put(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    JsonBody { value: EndpointRequest { url }, .. }: JsonBody<EndpointRequest>,
) -> Result<(StatusCode, Json<EndpointAnswer>)> {
    let mut errors = FieldErrors::default();
    let checked = match url.len() {
        0..=MAX_URL => gateway.guard.check_url(&url).map_err(|reason| (Code::UrlNotAllowed, reason)),
        _ => Err((Code::UrlNotAllowed, format!("it is longer than {MAX_URL} characters"))),
    };
    errors.check("url", checked);
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let secret = new_secret();
    let endpoint = endpoints::put(&gateway.pool, &merchant.merchant_id, &url, &secret).await?;
    if endpoint.secret == secret {
        return Ok((StatusCode::CREATED, Json(EndpointAnswer::with_secret(endpoint))));
    }
    Ok((StatusCode::OK, Json(EndpointAnswer::without_secret(endpoint))))
}

/// Where the webhooks go.
#[utoipa::path(
    get, path = "/v1/endpoint", tag = "webhooks", security(("api_key" = [])),
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksRead>,
) -> Result<Json<EndpointAnswer>> {
    let endpoint = endpoints::get(&gateway.pool, &merchant.merchant_id).await?.ok_or_else(none)?;
    Ok(Json(EndpointAnswer::without_secret(endpoint)))
}

/// Stops the webhooks. What has not been delivered is not delivered; the events remain.
#[utoipa::path(
    delete, path = "/v1/endpoint", tag = "webhooks", security(("api_key" = [])),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn delete(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
) -> Result<StatusCode> {
    match endpoints::delete(&gateway.pool, &merchant.merchant_id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(none()),
    }
}

/// Makes another secret; from now on deliveries are signed with it alone.
#[utoipa::path(
    post, path = "/v1/endpoint/rotate-secret", tag = "webhooks", security(("api_key" = [])),
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rotate_secret(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
) -> Result<Json<EndpointAnswer>> {
    let rotated = endpoints::rotate(&gateway.pool, &merchant.merchant_id, &new_secret()).await?;
    Ok(Json(EndpointAnswer::with_secret(rotated.ok_or_else(none)?)))
}

fn none() -> Problem {
    Problem::new(Code::EndpointNotFound, "there is no endpoint; create one with PUT /v1/endpoint")
}
