//! `/v1/deliveries`: what came of telling an endpoint, and having it told again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use till_store::db;
use till_store::gateway::delivery_log::{self, Attempt, Delivery};
use till_store::gateway::{endpoints, notices};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::not_found;
use super::payments::page_size;
use crate::auth::{
    Caller,
    scope::{WebhooksRead, WebhooksWrite},
};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(redeliver))
}

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// To be attempted, for the first time or again.
    Pending,
    /// Taken, with a 2xx.
    Delivered,
    /// Given up after the last attempt.
    Failed,
}

impl DeliveryStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    #[param(inline)]
    status: Option<DeliveryStatus>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 20 unless given.
    limit: Option<i64>,
}

/// One event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryAnswer {
    #[schema(example = "dlv_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    id: String,
    endpoint: String,
    event: String,
    /// The event's type.
    #[serde(rename = "type")]
    kind: String,
    /// The event's sequence.
    sequence: i64,
    /// `pending`, `delivered` or `failed`.
    status: String,
    /// How many attempts have begun.
    attempts: i32,
    /// While it is pending: when it is due. A paused or failing endpoint is attempted later.
    next_attempt_at: Option<DateTime<Utc>>,
    /// What the last attempt was answered.
    response_status: Option<i16>,
    error: Option<String>,
    delivered_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Delivery> for DeliveryAnswer {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            endpoint: delivery.endpoint_id,
            event: delivery.event_id,
            kind: delivery.kind,
            sequence: delivery.sequence,
            status: delivery.status,
            attempts: delivery.attempts,
            next_attempt_at: delivery.next_attempt_at,
            response_status: delivery.response_status,
            error: delivery.error,
            delivered_at: delivery.delivered_at,
            created_at: delivery.created_at,
        }
    }
}

/// A page of deliveries, newest event first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPage {
    data: Vec<DeliveryAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// A delivery with everything that was sent and answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryDetails {
    #[serde(flatten)]
    delivery: DeliveryAnswer,
    /// What is sent at each attempt: the event.
    #[schema(value_type = Object)]
    request_body: Box<RawValue>,
    /// Oldest first. Kept for 30 days.
    attempts_made: Vec<AttemptAnswer>,
}

/// What came of one attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptAnswer {
    /// Its number, from 1.
    attempt: i32,
    at: DateTime<Utc>,
    duration_ms: i32,
    /// The headers that differ from attempt to attempt, without the signatures.
    request_headers: RequestHeaders,
    response_status: Option<i16>,
    /// The first 4 KiB of the answer.
    response_body: Option<String>,
    error: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RequestHeaders {
    #[serde(rename = "webhook-id")]
    webhook_id: String,
    #[serde(rename = "webhook-timestamp")]
    webhook_timestamp: String,
}

impl AttemptAnswer {
    fn new(attempt: Attempt, event_id: &str) -> Self {
        Self {
            attempt: attempt.attempt,
            at: attempt.at,
            duration_ms: attempt.duration_ms,
            request_headers: RequestHeaders {
                webhook_id: event_id.to_owned(),
                webhook_timestamp: attempt.at.timestamp().to_string(),
            },
            response_status: attempt.response_status,
            response_body: attempt.response_body,
            error: attempt.error,
        }
    }
}

/// What an endpoint was sent.
#[utoipa::path(
    get, path = "/v1/endpoints/{id}/deliveries", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path), ListQuery),
    responses((status = 200, body = DeliveryPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksRead>,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<DeliveryPage>> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let invalid = |_| Problem::new(Code::CursorInvalid, "hand back next_cursor as it was given");
    let before = query.cursor.map(|cursor| cursor.parse::<i64>()).transpose().map_err(invalid)?;
    let endpoint =
        endpoints::get(&gateway.pool, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    let status = query.status.map(DeliveryStatus::as_str);
    let mut found = delivery_log::list(&gateway.pool, &endpoint.id, status, before, limit + 1).await?;
    let is_last = found.len() as i64 <= limit;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| !is_last).map(|last| last.sequence.to_string());
    Ok(Json(DeliveryPage { data: found.into_iter().map(DeliveryAnswer::from).collect(), next_cursor }))
}

/// A delivery, what was sent, and what came of each attempt.
#[utoipa::path(
    get, path = "/v1/deliveries/{id}", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = DeliveryDetails), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksRead>,
    Path(id): Path<String>,
) -> Result<Json<DeliveryDetails>> {
    let found = delivery_log::get(&gateway.pool, merchant.owner(), &id).await?;
    let (delivery, body) = found.ok_or_else(|| no_delivery(&id))?;
    let attempts = delivery_log::attempts(&gateway.pool, &delivery.id).await?;
    let attempts_made =
        attempts.into_iter().map(|attempt| AttemptAnswer::new(attempt, &delivery.event_id)).collect();
    let request_body = RawValue::from_string(body).map_err(anyhow::Error::from)?;
    Ok(Json(DeliveryDetails { delivery: delivery.into(), request_body, attempts_made }))
}

/// Delivers once more, now, with all retries before it. The event's id is the same, by which a receiver knows
/// what it has seen. One that is about to be attempted is left as it is.
#[utoipa::path(
    post, path = "/v1/deliveries/{id}/redeliver", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 202, body = DeliveryAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn redeliver(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<DeliveryAnswer>)> {
    let mut db = db::begin(&gateway.pool).await?;
    let theirs = delivery_log::get(&mut *db, merchant.owner(), &id).await?;
    theirs.ok_or_else(|| no_delivery(&id))?;
    delivery_log::redeliver(&mut *db, &id).await?;
    let (delivery, _) =
        delivery_log::get(&mut *db, merchant.owner(), &id).await?.ok_or_else(|| no_delivery(&id))?;
    merchant.note(&mut db, "delivery.redeliver", &id, json!({})).await?;
    notices::delivery_is_due(&mut *db).await?;
    db.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}

fn no_delivery(id: &str) -> Problem {
    Problem::new(Code::DeliveryNotFound, format!("there is no delivery {id}"))
}
