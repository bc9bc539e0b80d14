//! `/v1/endpoints`: where a merchant's webhooks go, and what they tell.

mod asked;
mod control;
mod shapes;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use till_store::db;
use till_store::gateway::endpoints::{self, Created, MOST};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use asked::{check_types, invalid};

use crate::auth::{
    Caller,
    scope::{WebhooksRead, WebhooksWrite},
};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{Code, Problem, ProblemBody, Result};
use crate::webhooks::signature::{new_secret, new_signing_key};
use asked::Asked;
use shapes::{EndpointAnswer, EndpointChange, EndpointList, EndpointRequest};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, change, delete))
        .merge(control::routes())
}

/// Creates an endpoint. The answer holds its secret, which is not shown again; who has lost it rotates it.
#[utoipa::path(
    post, path = "/v1/endpoints", tag = "webhooks", security(("api_key" = [])),
    request_body = EndpointRequest,
    responses((status = 201, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    JsonBody { value: request, .. }: JsonBody<EndpointRequest>,
) -> Result<Response> {
    let mut db = db::begin(&gateway.pool).await?;
    let EndpointRequest { url, description, types, store } = request;
    let asked = Asked { url, description, types, store: store.or_else(|| merchant.store_id.clone()) };
    asked.check(&gateway, &mut db, &merchant).await?;
    let (secret, signing_key) = (new_secret(), new_signing_key());
    let sealed = (gateway.seal.seal(&secret)?, gateway.seal.seal(&signing_key)?);
    let created =
        endpoints::create(&mut db, &merchant.merchant_id, asked.wanted(), &sealed.0, &sealed.1).await?;
    match created {
        Created::New(endpoint) => {
            merchant.note(&mut db, "endpoint.create", &endpoint.id, details(&asked)).await?;
            db.commit().await?;
            let location = [(header::LOCATION, format!("/v1/endpoints/{}", endpoint.id))];
            let answer = EndpointAnswer::new(&gateway, *endpoint)?.showing(secret);
            Ok((StatusCode::CREATED, location, Json(answer)).into_response())
        }
        Created::Exists(id) => Err(exists(&format!("it is {id}"))),
        Created::TooMany => {
            Err(Problem::new(Code::EndpointLimitReached, format!("the merchant has {MOST} endpoints")))
        }
    }
}

/// The merchant's endpoints.
#[utoipa::path(
    get, path = "/v1/endpoints", tag = "webhooks", security(("api_key" = [])),
    responses((status = 200, body = EndpointList), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksRead>,
) -> Result<Json<EndpointList>> {
    let found = endpoints::list(&gateway.pool, merchant.owner()).await?;
    let data: Result<_> = found.into_iter().map(|endpoint| EndpointAnswer::new(&gateway, endpoint)).collect();
    Ok(Json(EndpointList { data: data? }))
}

/// An endpoint, and whether it takes what it is sent.
#[utoipa::path(
    get, path = "/v1/endpoints/{id}", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksRead>,
    Path(id): Path<String>,
) -> Result<Json<EndpointAnswer>> {
    let endpoint = endpoints::get(&gateway.pool, merchant.owner(), &id).await?;
    Ok(Json(EndpointAnswer::new(&gateway, endpoint.ok_or_else(|| not_found(&id))?)?))
}

/// Changes an endpoint. What it has not taken yet goes to the new URL; a new filter is of events from now on.
#[utoipa::path(
    patch, path = "/v1/endpoints/{id}", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)), request_body = EndpointChange,
    responses((status = 200, body = EndpointAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn change(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
    JsonBody { value: request, .. }: JsonBody<EndpointChange>,
) -> Result<Json<EndpointAnswer>> {
    let mut db = db::begin(&gateway.pool).await?;
    let before = endpoints::lock(&mut db, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    let asked = Asked {
        url: request.url.unwrap_or(before.url),
        description: request.description.unwrap_or(before.description),
        types: request.types.unwrap_or(before.types),
        store: request.store.unwrap_or(before.store_id),
    };
    asked.check(&gateway, &mut db, &merchant).await?;
    let changed = endpoints::update(&mut *db, merchant.owner(), &id, asked.wanted()).await;
    let changed = changed.map_err(|error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => exists("another one"),
        _ => error.into(),
    })?;
    let answer = EndpointAnswer::new(&gateway, changed.ok_or_else(|| not_found(&id))?)?;
    merchant.note(&mut db, "endpoint.change", &id, details(&asked)).await?;
    db.commit().await?;
    Ok(Json(answer))
}

/// Deletes an endpoint. What has not been delivered to it is not delivered; the events remain.
#[utoipa::path(
    delete, path = "/v1/endpoints/{id}", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn delete(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let mut db = db::begin(&gateway.pool).await?;
    if !endpoints::delete(&mut *db, merchant.owner(), &id).await? {
        return Err(not_found(&id));
    }
    merchant.note(&mut db, "endpoint.delete", &id, json!({})).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the audit log says of an endpoint. Its URL is not there: it may hold a secret.
fn details(asked: &Asked) -> Value {
    json!({ "types": asked.types, "store": asked.store })
}

pub fn not_found(id: &str) -> Problem {
    Problem::new(Code::EndpointNotFound, format!("there is no endpoint {id}"))
}

fn exists(which: &str) -> Problem {
    Problem::new(Code::EndpointExists, format!("the merchant has an endpoint with this URL: {which}"))
}
