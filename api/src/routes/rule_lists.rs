//! `/v1/rule-lists/{name}/entries`: what rules of the kind `list` look into. All stores look into the same lists, so they
//! are not for a key of one store.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use till_store::db;
use till_store::gateway::rules::lists::{self, ListEntry};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Account,
    scope::{RulesRead, RulesWrite},
};
use crate::gateway::Gateway;
use crate::http::cursor::page_size;
use crate::http::{JsonBody, QueryOf};
use crate::problem::{Code, FieldErrors, Problem, ProblemBody, Result};
use crate::rules::condition::{LIST_NAME, is_list_name};
use crate::rules::entry::EntryKind;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(add, list, remove))
}

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 500;
const MAX_NOTE: usize = 200;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryRequest {
    kind: EntryKind,
    #[schema(example = "203.0.113.0/24")]
    value: String,
    /// Why it is there.
    note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EntryAnswer {
    list: String,
    #[schema(value_type = EntryKind)]
    kind: String,
    /// In the form in which it is compared.
    value: String,
    note: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<ListEntry> for EntryAnswer {
    fn from(ListEntry { list, kind, value, note, created_at }: ListEntry) -> Self {
        Self { list, kind, value, note, created_at }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryPage {
    data: Vec<EntryAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// Puts an entry on a list, which is made by that. Once more is the same as once.
#[utoipa::path(
    post, path = "/v1/rule-lists/{name}/entries", tag = "rules", security(("api_key" = [])),
    request_body = EntryRequest,
    params(("name" = String, Path, example = "fraudsters")),
    responses((status = 200, body = EntryAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn add(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<RulesWrite>,
    Path(name): Path<String>,
    JsonBody { value: EntryRequest { kind, value, note }, .. }: JsonBody<EntryRequest>,
) -> Result<Json<EntryAnswer>> {
    let mut errors = FieldErrors::default();
    let invalid = |detail: &str| (Code::ValidationFailed, detail.to_owned());
    if !is_list_name(&name) {
        errors.add(Code::ValidationFailed, "name", LIST_NAME);
    }
    let value = errors.check("value", kind.normalise(&value).map_err(invalid));
    if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        errors.add(Code::ValidationFailed, "note", format!("at most {MAX_NOTE} characters"));
    }
    let value = match (errors.into_problem(), value) {
        (Some(problem), _) => return Err(problem),
        (None, value) => value.unwrap_or_default(),
    };
    let (id, kind) = (&merchant.merchant_id, kind.as_str());
    let mut db = db::begin(&gateway.pool).await?;
    let entry = lists::put(&mut *db, id, &name, kind, &value, note.as_deref()).await?;
    merchant.note(&mut db, "rule_list.add", &name, json!({ "kind": kind, "value": value })).await?;
    db.commit().await?;
    Ok(Json(entry.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// 1 to 500; 100 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The entries of a list. One that nothing was put on is empty.
#[utoipa::path(
    get, path = "/v1/rule-lists/{name}/entries", tag = "rules", security(("api_key" = [])),
    params(("name" = String, Path, example = "fraudsters"), ListQuery),
    responses((status = 200, body = EntryPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<RulesRead>,
    Path(name): Path<String>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<EntryPage>> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(decode).transpose()?;
    let after = after.as_deref().and_then(|after| after.split_once(' '));
    let mut found = lists::entries(&gateway.pool, &merchant.merchant_id, &name, after, limit + 1).await?;
    let is_last = found.len() as i64 <= limit;
    found.truncate(limit as usize);
    let end = found.last().map(|last| URL_SAFE_NO_PAD.encode(format!("{} {}", last.kind, last.value)));
    let next_cursor = if is_last { None } else { end };
    Ok(Json(EntryPage { data: found.into_iter().map(EntryAnswer::from).collect(), next_cursor }))
}

/// Kind and value of the last entry of a page.
fn decode(cursor: &str) -> Result<String> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.filter(|text| text.contains(' ') && !text.contains('\0'));
    text.ok_or_else(|| Problem::new(Code::CursorInvalid, "hand back next_cursor as it was given"))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RemoveQuery {
    kind: EntryKind,
    value: String,
}

/// Takes an entry off a list.
#[utoipa::path(
    delete, path = "/v1/rule-lists/{name}/entries", tag = "rules", security(("api_key" = [])),
    params(("name" = String, Path, example = "fraudsters"), RemoveQuery),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<RulesWrite>,
    Path(name): Path<String>,
    QueryOf(RemoveQuery { kind, value }): QueryOf<RemoveQuery>,
) -> Result<StatusCode> {
    let not_found = || Problem::new(Code::ListEntryNotFound, "there is no such entry on this list");
    let value = kind.normalise(&value).map_err(|_| not_found())?;
    let mut db = db::begin(&gateway.pool).await?;
    if !lists::remove(&mut *db, &merchant.merchant_id, &name, kind.as_str(), &value).await? {
        return Err(not_found());
    }
    let details = json!({ "kind": kind.as_str(), "value": value });
    merchant.note(&mut db, "rule_list.remove", &name, details).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
