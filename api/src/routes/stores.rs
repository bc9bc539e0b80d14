//! `/v1/stores`: the shops of a merchant.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use till_store::db;
use till_store::gateway::stores::{self, Store};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::RenameRequest;
use crate::auth::scope::{AccountRead, AccountWrite};
use crate::auth::{Account, Caller};
use crate::gateway::Gateway;
use crate::http::{JsonBody, PageQuery, QueryOf, cursor, name};
use crate::idempotency::{Answer, IdempotencyKey, Left};
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, rename)).routes(routes!(archive))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreRequest {
    /// 1 to 100 characters.
    #[schema(example = "Shop in Budapest")]
    name: String,
}

/// A shop of the merchant.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoreAnswer {
    id: String,
    name: String,
    /// Whether it is the one that the merchant began with, which is meant where none is named.
    is_default: bool,
    created_at: DateTime<Utc>,
    /// From when on it takes no new payments.
    archived_at: Option<DateTime<Utc>>,
}

impl From<Store> for StoreAnswer {
    fn from(store: Store) -> Self {
        let Store { id, name, is_default, created_at, archived_at } = store;
        Self { id, name, is_default, created_at, archived_at }
    }
}

/// A page of stores, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct StorePage {
    data: Vec<StoreAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// Opens one more store.
#[utoipa::path(
    post, path = "/v1/stores", tag = "account", security(("api_key" = [])),
    request_body = StoreRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one store")),
    responses((status = 201, body = StoreAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<StoreRequest>,
) -> Result<Answer> {
    let name = name::checked(&value.name)?;
    let idempotency = key.of(&caller, &bytes);
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer.located("/v1/stores"));
    }
    let store = stores::add(&mut *db, &caller.merchant_id, &name).await?;
    caller.note(&mut db, "store.create", &store.id, json!({ "name": store.name })).await?;
    let answer = Answer::json(StatusCode::CREATED, &StoreAnswer::from(store))?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer.located("/v1/stores"))
}

/// The merchant's stores, oldest first; with a key for one of them, that one.
#[utoipa::path(
    get, path = "/v1/stores", tag = "account", security(("api_key" = [])),
    params(PageQuery),
    responses((status = 200, body = StorePage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<AccountRead>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<StorePage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let (merchant, only) = (&caller.merchant_id, caller.only_store());
    let found = stores::list(&gateway.pool, merchant, only, after.as_ref(), limit + 1).await?;
    let (found, next_cursor) = cursor::page(found, limit, |store| cursor::encode(&store.position()));
    Ok(Json(StorePage { data: found.into_iter().map(StoreAnswer::from).collect(), next_cursor }))
}

/// A store.
#[utoipa::path(
    get, path = "/v1/stores/{id}", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = StoreAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(caller, _): Caller<AccountRead>,
    Path(id): Path<String>,
) -> Result<Json<StoreAnswer>> {
    if caller.only_store().is_some_and(|only| only != id) {
        return Err(not_found(&id));
    }
    let store = stores::find(&gateway.pool, &caller.merchant_id, &id).await?;
    Ok(Json(store.ok_or_else(|| not_found(&id))?.into()))
}

/// Gives a store another name.
#[utoipa::path(
    patch, path = "/v1/stores/{id}", tag = "account", security(("api_key" = [])),
    request_body = RenameRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = StoreAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rename(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<RenameRequest>,
) -> Result<Json<StoreAnswer>> {
    let name = name::checked(&value.name)?;
    let mut db = db::begin(&gateway.pool).await?;
    let renamed = stores::rename(&mut *db, &caller.merchant_id, &id, &name).await?;
    let store = renamed.ok_or_else(|| not_found(&id))?;
    caller.note(&mut db, "store.rename", &id, json!({ "name": name })).await?;
    db.commit().await?;
    Ok(Json(store.into()))
}

/// Archives a store: it takes no new payments. Those that it has remain, and so do its keys.
#[utoipa::path(
    post, path = "/v1/stores/{id}/archive", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = StoreAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn archive(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
) -> Result<Json<StoreAnswer>> {
    let mut db = db::begin(&gateway.pool).await?;
    let Some(store) = stores::archive(&mut *db, &caller.merchant_id, &id).await? else {
        let is_default = stores::find(&mut *db, &caller.merchant_id, &id).await?.is_some();
        let detail = "the store that the merchant began with cannot be archived";
        return Err(if is_default { Problem::new(Code::StoreIsDefault, detail) } else { not_found(&id) });
    };
    caller.note(&mut db, "store.archive", &id, json!({})).await?;
    db.commit().await?;
    Ok(Json(store.into()))
}

pub fn not_found(id: &str) -> Problem {
    Problem::new(Code::StoreNotFound, format!("there is no store {id}"))
}
