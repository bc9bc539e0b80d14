//! Rotating an endpoint's keys, pausing it and resuming it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::json;
use till_store::db;
use till_store::gateway::{endpoints, notices};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asked::invalid;
use super::not_found;
use super::shapes::{EndpointAnswer, RotateRequest};
use crate::auth::{Caller, scope::WebhooksWrite};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{ProblemBody, Result};
use crate::webhooks::pausing::{self, Reason};
use crate::webhooks::signature::{new_secret, new_signing_key};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(rotate_secret)).routes(routes!(pause)).routes(routes!(resume))
}

const MAX_OVERLAP_SECONDS: i64 = 7 * 24 * 3600;

/// Makes another secret and another key pair. During the overlap every delivery carries the signatures of the
/// old ones too, so that a receiver can change over without missing any. Rotating again ends an overlap that
/// is under way: only the newest two ever sign.
#[utoipa::path(
    post, path = "/v1/endpoints/{id}/rotate-secret", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)), request_body = RotateRequest,
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rotate_secret(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
    JsonBody { value: RotateRequest { overlap_seconds }, .. }: JsonBody<RotateRequest>,
) -> Result<Json<EndpointAnswer>> {
    if !(0..=MAX_OVERLAP_SECONDS).contains(&overlap_seconds) {
        return Err(invalid("overlap_seconds", format!("it must be 0 to {MAX_OVERLAP_SECONDS}")));
    }
    let (secret, signing_key) = (new_secret(), new_signing_key());
    let sealed = (gateway.seal.seal(&secret)?, gateway.seal.seal(&signing_key)?);
    let mut db = db::begin(&gateway.pool).await?;
    let rotated =
        endpoints::rotate(&mut *db, merchant.owner(), &id, &sealed.0, &sealed.1, overlap_seconds).await?;
    let answer = EndpointAnswer::new(&gateway, rotated.ok_or_else(|| not_found(&id))?)?;
    let details = json!({ "overlap_seconds": overlap_seconds });
    merchant.note(&mut db, "endpoint.rotate", &id, details).await?;
    db.commit().await?;
    Ok(Json(answer.showing(secret)))
}

/// Stops deliveries. What happens meanwhile waits, for up to 30 days.
#[utoipa::path(
    post, path = "/v1/endpoints/{id}/pause", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn pause(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
) -> Result<Json<EndpointAnswer>> {
    let mut db = db::begin(&gateway.pool).await?;
    let mut endpoint =
        endpoints::lock(&mut db, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    if endpoint.paused_at.is_none() {
        merchant.note(&mut db, "endpoint.pause", &id, json!({})).await?;
        pausing::pause(&mut db, &merchant.merchant_id, &id, Reason::Requested, None).await?;
        endpoint = endpoints::get(&mut *db, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    }
    db.commit().await?;
    Ok(Json(EndpointAnswer::new(&gateway, endpoint)?))
}

/// Lets deliveries go on. What has waited is sent at once.
#[utoipa::path(
    post, path = "/v1/endpoints/{id}/resume", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn resume(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
) -> Result<Json<EndpointAnswer>> {
    let mut db = db::begin(&gateway.pool).await?;
    let endpoint = endpoints::resume(&mut *db, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    merchant.note(&mut db, "endpoint.resume", &id, json!({})).await?;
    notices::delivery_is_due(&mut *db).await?;
    db.commit().await?;
    Ok(Json(EndpointAnswer::new(&gateway, endpoint)?))
}
