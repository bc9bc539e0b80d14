//! `/v1/api-keys`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use till_store::db;
use till_store::gateway::keys::{self, ApiKey};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::merchants::RenameRequest;
use crate::auth::issue::{self, KeyRequest, Rotation};
use crate::auth::scope::{AccountRead, AccountWrite};
use crate::auth::{self, Account};
use crate::gateway::Gateway;
use crate::http::{JsonBody, PageQuery, QueryOf, cursor, name};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, rename, revoke))
        .routes(routes!(rotate))
}

/// An API key.
#[derive(Serialize, ToSchema)]
pub struct KeyAnswer {
    id: String,
    name: String,
    /// The first characters of the secret, to recognise it by.
    #[schema(example = "till_rk_7Hk2")]
    prefix: String,
    /// The key itself, `till_sk_…` or, of a restricted one, `till_rk_…`. Shown when it is made, and not again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// What it may do; everything if there is nothing here.
    scopes: Option<Vec<String>>,
    /// The one store that it is for, if it is not for all.
    store: Option<String>,
    created_at: DateTime<Utc>,
    /// Who made it: a key's or a client's id, or `member` and a wallet.
    created_by: Option<String>,
    /// To within a minute.
    last_used_at: Option<DateTime<Utc>>,
    /// From when on it is refused.
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    /// The key that took its place, once it has been rotated.
    replaced_by: Option<String>,
}

impl KeyAnswer {
    fn new(key: ApiKey, secret: Option<String>) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            secret,
            scopes: key.scopes,
            store: key.store_id,
            created_at: key.created_at,
            created_by: key.created_by,
            last_used_at: key.last_used_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            replaced_by: key.replaced_by,
        }
    }
}

/// A page of keys, newest first.
#[derive(Serialize, ToSchema)]
pub struct KeyPage {
    data: Vec<KeyAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// Makes a key, with no more rights than the caller has. An answer that is lost leaves a key that nobody knows:
/// revoke it.
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "account", security(("api_key" = [])),
    request_body = KeyRequest,
    responses((status = 201, body = KeyAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    JsonBody { value, .. }: JsonBody<KeyRequest>,
) -> Result<(StatusCode, Json<KeyAnswer>)> {
    let (key, secret) = issue::key(&gateway, &caller, value).await?;
    Ok((StatusCode::CREATED, Json(KeyAnswer::new(key, Some(secret)))))
}

/// The merchant's keys, newest first, with those that have ended; never with their secrets.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "account", security(("api_key" = [])),
    params(PageQuery),
    responses((status = 200, body = KeyPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<KeyPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let found = keys::list(&gateway.pool, &caller.merchant_id, after.as_ref(), limit + 1).await?;
    let (found, next_cursor) = cursor::page(found, limit, |key| cursor::encode(&key.position()));
    let data = found.into_iter().map(|key| KeyAnswer::new(key, None)).collect();
    Ok(Json(KeyPage { data, next_cursor }))
}

/// A key.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = KeyAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
    Path(id): Path<String>,
) -> Result<Json<KeyAnswer>> {
    let key = keys::find(&gateway.pool, &caller.merchant_id, &id).await?;
    Ok(Json(KeyAnswer::new(key.ok_or_else(|| issue::key_not_found(&id))?, None)))
}

/// Gives a key another name.
#[utoipa::path(
    patch, path = "/v1/api-keys/{id}", tag = "account", security(("api_key" = [])),
    request_body = RenameRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = KeyAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rename(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<RenameRequest>,
) -> Result<Json<KeyAnswer>> {
    let name = name::checked(&value.name)?;
    let mut db = db::begin(&gateway.pool).await?;
    let renamed = keys::rename(&mut *db, &caller.merchant_id, &id, &name).await?;
    let key = renamed.ok_or_else(|| issue::key_not_found(&id))?;
    caller.note(&mut db, "api_key.rename", &id, json!({ "name": name })).await?;
    db.commit().await?;
    Ok(Json(KeyAnswer::new(key, None)))
}

/// Makes another key in place of this one, with the same rights. This one is refused when the overlap is over.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", tag = "account", security(("api_key" = [])),
    request_body = Option<Rotation>,
    params(("id" = String, Path)),
    responses((status = 201, body = KeyAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rotate(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<Rotation>,
) -> Result<(StatusCode, Json<KeyAnswer>)> {
    let (key, secret) = issue::rotated(&gateway, &caller, &id, value).await?;
    Ok((StatusCode::CREATED, Json(KeyAnswer::new(key, Some(secret)))))
}

/// Revokes a key: it is refused at once.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", tag = "account", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn revoke(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let mut db = db::begin(&gateway.pool).await?;
    if !keys::revoke(&mut *db, &caller.merchant_id, &id).await? {
        return Err(issue::key_not_found(&id));
    }
    caller.note(&mut db, "api_key.revoke", &id, json!({})).await?;
    auth::commit(&gateway, db).await?;
    Ok(StatusCode::NO_CONTENT)
}
