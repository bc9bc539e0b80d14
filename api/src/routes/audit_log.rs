//! `/v1/audit-log`: who did what.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use till_store::gateway::audit::{self, Filter};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Account, scope::AccountRead};
use crate::gateway::Gateway;
use crate::http::{PageQuery, QueryOf, cursor};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Of this key, client or member alone.
    actor: Option<String>,
    /// Such as `api_key.revoke`.
    action: Option<String>,
    /// The id of what it was done to.
    target: Option<String>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// A key's or a client's id, `member` and a wallet, or `system`.
    #[schema(example = "key_5f0c6a1b9f3e4d2c8b7a69584736251f")]
    actor: String,
    /// A thing and a verb.
    #[schema(example = "api_key.revoke")]
    action: String,
    /// The id of what it was done to.
    target: Option<String>,
    /// The request that did it.
    request_id: Option<String>,
    #[schema(value_type = Object)]
    details: Value,
    created_at: DateTime<Utc>,
}

impl From<audit::Entry> for AuditEntry {
    fn from(entry: audit::Entry) -> Self {
        let audit::Entry { actor, action, target, request_id, details, created_at, .. } = entry;
        Self { actor, action, target, request_id, details, created_at }
    }
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    data: Vec<AuditEntry>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// Who did what for the merchant, newest first.
#[utoipa::path(
    get, path = "/v1/audit-log", tag = "account", security(("api_key" = [])),
    params(AuditQuery),
    responses((status = 200, body = AuditPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Json<AuditPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let before = query.cursor.as_deref().map(cursor::decode_number).transpose()?;
    let filter = Filter {
        actor: query.actor.as_deref(),
        action: query.action.as_deref(),
        target: query.target.as_deref(),
    };
    let found = audit::list(&gateway.pool, &caller.merchant_id, filter, before, limit + 1).await?;
    let (found, next_cursor) = cursor::page(found, limit, |entry| cursor::encode_number(entry.id));
    Ok(Json(AuditPage { data: found.into_iter().map(AuditEntry::from).collect(), next_cursor }))
}
