//! `/v1/oauth-clients`: machines that sign in by OAuth 2 client credentials.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use till_store::db;
use till_store::gateway::clients::{self, Client};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::issue::{self, ClientRequest};
use crate::auth::scope::{AccountRead, AccountWrite};
use crate::auth::{self, Account};
use crate::gateway::Gateway;
use crate::http::{JsonBody, PageQuery, QueryOf, cursor};
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, revoke))
}

/// An OAuth client.
#[derive(Serialize, ToSchema)]
pub struct ClientAnswer {
    /// The `client_id`.
    #[schema(example = "cli_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    id: String,
    name: String,
    /// The `client_secret`, `till_cs_…`. Shown when it is made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// What its access tokens may do at most.
    scopes: Vec<String>,
    /// The one store that it is for, if it is not for all.
    store: Option<String>,
    created_at: DateTime<Utc>,
    /// When it last got an access token.
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl ClientAnswer {
    fn new(client: Client, secret: Option<String>) -> Self {
        let Client { id, name, store_id: store, scopes, created_at, last_used_at, revoked_at } = client;
        Self { id, name, secret, scopes, store, created_at, last_used_at, revoked_at }
    }
}

/// A page of clients, newest first.
#[derive(Serialize, ToSchema)]
pub struct ClientPage {
    data: Vec<ClientAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// Makes a client, with no more rights than the caller has.
#[utoipa::path(
    post, path = "/v1/oauth-clients", tag = "account", security(("api_key" = [])),
    request_body = ClientRequest,
    responses((status = 201, body = ClientAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    JsonBody { value, .. }: JsonBody<ClientRequest>,
) -> Result<(StatusCode, Json<ClientAnswer>)> {
    let (client, secret) = issue::client(&gateway, &caller, value).await?;
    Ok((StatusCode::CREATED, Json(ClientAnswer::new(client, Some(secret)))))
}

/// The merchant's clients, newest first, with those that have been revoked.
#[utoipa::path(
    get, path = "/v1/oauth-clients", tag = "account", security(("api_key" = [])),
    params(PageQuery),
    responses((status = 200, body = ClientPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<ClientPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let found = clients::list(&gateway.pool, &caller.merchant_id, after.as_ref(), limit + 1).await?;
    let (found, next_cursor) = cursor::page(found, limit, |client| cursor::encode(&client.position()));
    let data = found.into_iter().map(|client| ClientAnswer::new(client, None)).collect();
    Ok(Json(ClientPage { data, next_cursor }))
}

/// A client.
#[utoipa::path(
    get, path = "/v1/oauth-clients/{id}", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ClientAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
    Path(id): Path<String>,
) -> Result<Json<ClientAnswer>> {
    let client = clients::find(&gateway.pool, &caller.merchant_id, &id).await?;
    Ok(Json(ClientAnswer::new(client.ok_or_else(|| not_found(&id))?, None)))
}

/// Revokes a client: it and its access tokens are refused at once.
#[utoipa::path(
    delete, path = "/v1/oauth-clients/{id}", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn revoke(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let mut db = db::begin(&gateway.pool).await?;
    if !clients::revoke(&mut *db, &caller.merchant_id, &id).await? {
        return Err(not_found(&id));
    }
    caller.note(&mut db, "oauth_client.revoke", &id, json!({})).await?;
    auth::commit(&gateway, db).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_found(id: &str) -> Problem {
    Problem::new(Code::ClientNotFound, format!("there is no client {id}"))
}
