//! `/v1/events`: everything that webhooks tell, to be read in order.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use till_store::gateway::events;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::payments::page_size;
use crate::auth::{Caller, scope::EventsRead};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list))
}

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The sequence of the last event that is known already; 0 for all.
    #[serde(default)]
    after: i64,
    /// 1 to 500; 100 unless given.
    limit: Option<i64>,
}

/// Events of a merchant, numbered without a gap.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The bodies, as webhooks carry them.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Box<RawValue>>,
    /// Give it as `after` to go on.
    last_sequence: i64,
}

/// What has happened since, oldest first.
#[utoipa::path(
    get, path = "/v1/events", tag = "webhooks", security(("api_key" = [])),
    params(EventsQuery),
    responses((status = 200, body = EventPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<EventsRead>,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Result<Json<EventPage>> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let found = events::after(&gateway.pool, &merchant.merchant_id, query.after, limit).await?;
    let last_sequence = found.last().map_or(query.after, |event| event.sequence);
    let data: serde_json::Result<_> =
        found.into_iter().map(|event| RawValue::from_string(event.body)).collect();
    Ok(Json(EventPage { data: data.map_err(anyhow::Error::from)?, last_sequence }))
}
