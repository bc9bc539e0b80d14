//! `/v1/endpoints/{id}/replay`: events told again, from a sequence on.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use till_store::db;
use till_store::gateway::delivery_log::{self, Replay};
use till_store::gateway::{endpoints, events, notices};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::{invalid, not_found};
use crate::auth::{Caller, scope::WebhooksWrite};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::idempotency::{Answer, IdempotencyKey, Left};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(replay))
}

/// How many events one replay spans at most.
const MAX_REPLAY: i64 = 10_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// The sequence of the last event that is not wanted; 0 from the first one on.
    #[schema(example = 1041)]
    after: i64,
    /// The sequence of the last event that is; unless given, of the last there is. At most 10,000 after `after`.
    until: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayAnswer {
    /// How many deliveries are due now that were not. What the endpoint does not take is not among them, nor what
    /// was about to be delivered anyway.
    scheduled: i64,
    after: i64,
    until: i64,
}

/// Delivers events again, from a sequence on: those that the endpoint took, and those that it never got, because
/// it did not exist yet or was filtered otherwise. Event ids are the same.
#[utoipa::path(
    post, path = "/v1/endpoints/{id}/replay", tag = "webhooks", security(("api_key" = [])),
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one replay"),
    ),
    request_body = ReplayRequest,
    responses((status = 202, body = ReplayAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn replay(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<WebhooksWrite>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    JsonBody { value: ReplayRequest { after, until }, bytes }: JsonBody<ReplayRequest>,
) -> Result<Answer> {
    let idempotency = key.of(&merchant, &bytes);
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer);
    }
    let endpoint = endpoints::get(&mut *db, merchant.owner(), &id).await?.ok_or_else(|| not_found(&id))?;
    let last = events::last_sequence(&mut *db, &merchant.merchant_id).await?;
    let until = until.unwrap_or(last).min(last);
    if after < 0 {
        return Err(invalid("after", "it must be 0 or more".to_owned()));
    }
    if until.saturating_sub(after) > MAX_REPLAY {
        return Err(invalid("until", format!("at most {MAX_REPLAY} events are replayed at once")));
    }
    let wanted = Replay { merchant_id: &merchant.merchant_id, endpoint_id: &endpoint.id, after, until };
    let scheduled = delivery_log::replay(&mut *db, wanted).await?;
    let details = json!({ "after": after, "until": until });
    merchant.note(&mut db, "endpoint.replay", &endpoint.id, details).await?;
    notices::delivery_is_due(&mut *db).await?;
    let answer = Answer::json(StatusCode::ACCEPTED, &ReplayAnswer { scheduled, after, until })?;
    let answer = idempotency.keep(&mut *db, answer).await?;
    db.commit().await?;
    Ok(answer)
}
