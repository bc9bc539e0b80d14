//! `/v1/events`: everything that webhooks tell, to be read in order.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use till_store::domain::Event as EventBody;
use till_store::gateway::events::{self, Event, Wanted};
use tokio::time::{Instant, timeout_at};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::check_types;
use super::payments::page_size;
use crate::auth::{Caller, Identity, scope::EventsRead};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::http::load::Turn;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

const DEFAULT_LIMIT: i64 = 100;
const MAX_LIMIT: i64 = 500;
const MAX_WAIT_SECONDS: u64 = 30;
/// Between two looks when nobody gives notice.
pub const LOOK_AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The sequence of the last event that is known already; 0 for all.
    #[serde(default)]
    after: i64,
    /// 1 to 500; 100 unless given.
    limit: Option<i64>,
    /// Types and patterns such as `payment.*`, separated by commas.
    types: Option<String>,
    /// Only events of this payment.
    payment: Option<String>,
    /// For how many seconds to wait if there is nothing yet: up to 30; not at all unless given.
    #[serde(default)]
    wait: u64,
}

/// Events of a merchant, numbered without a gap.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The bodies, as webhooks carry them.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Box<RawValue>>,
    /// Give it as `after` to go on: everything up to it has been looked at, also what a filter left out.
    last_sequence: i64,
}

/// Which events somebody reads.
pub struct Filter {
    merchant_id: String,
    store_id: Option<String>,
    types: Option<Vec<String>>,
    payment_id: Option<String>,
}

impl Filter {
    /// # Errors
    /// When there is no such type of event.
    pub fn new(merchant: Identity, types: Option<&str>, payment_id: Option<String>) -> Result<Self> {
        let types: Option<Vec<String>> =
            types.map(|types| types.split(',').map(|name| name.trim().to_owned()).collect());
        if let Some(types) = &types {
            check_types(types)
                .map_err(|(_, detail)| Problem::new(Code::InvalidQuery, format!("types: {detail}")))?;
        }
        Ok(Self { merchant_id: merchant.merchant_id, store_id: merchant.store_id, types, payment_id })
    }

    /// At most `limit` events after the one numbered `after`, and up to which number everything has been looked at.
    pub async fn read(&self, gateway: &Gateway, after: i64, limit: i64) -> Result<(Vec<Event>, i64)> {
        let wanted = Wanted {
            merchant_id: &self.merchant_id,
            store_id: self.store_id.as_deref(),
            types: self.types.as_deref(),
            payment_id: self.payment_id.as_deref(),
        };
        // Read first: what is committed after it has a higher number.
        let last = events::last_sequence(&gateway.pool, &self.merchant_id).await?;
        if last <= after {
            return Ok((Vec::new(), after));
        }
        let found = events::between(&gateway.pool, &wanted, after, last, limit).await?;
        let is_whole = (found.len() as i64) < limit;
        let reached = if is_whole { last } else { found.last().map_or(after, |event| event.sequence) };
        Ok((found, reached))
    }
}

/// What has happened since, oldest first. Numbers have no gap; with a filter, the ones between were left out by it.
#[utoipa::path(
    get, path = "/v1/events", tag = "webhooks", security(("api_key" = [])),
    params(EventsQuery),
    responses((status = 200, body = EventPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<EventsRead>,
    turn: Option<Extension<Turn>>,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Result<Json<EventPage>> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    if query.wait > MAX_WAIT_SECONDS {
        return Err(Problem::new(Code::InvalidQuery, format!("wait must be 0 to {MAX_WAIT_SECONDS}")));
    }
    let filter = Filter::new(merchant, query.types.as_deref(), query.payment)?;
    let deadline = Instant::now() + gateway.patience(Duration::from_secs(query.wait));
    let mut notices = gateway.notices.deliveries();
    let mut after = query.after;
    let (found, last_sequence) = loop {
        notices.mark_unchanged();
        let (found, reached) = filter.read(&gateway, after, limit).await?;
        if !found.is_empty() || Instant::now() >= deadline || gateway.shutdown.is_cancelled() {
            break (found, reached);
        }
        after = reached;
        // Many may wait; they must not keep others from reading.
        if let Some(Extension(turn)) = &turn {
            turn.give_back();
        }
        let look_again = (Instant::now() + LOOK_AGAIN).min(deadline);
        let _ = gateway.shutdown.run_until_cancelled(timeout_at(look_again, notices.changed())).await;
    };
    let data: serde_json::Result<_> =
        found.into_iter().map(|event| RawValue::from_string(event.body)).collect();
    Ok(Json(EventPage { data: data.map_err(anyhow::Error::from)?, last_sequence }))
}

/// One event, as webhooks carry it.
#[utoipa::path(
    get, path = "/v1/events/{id}", tag = "webhooks", security(("api_key" = [])),
    params(("id" = String, Path, example = "evt_5f0c6a1b9f3e4d2c8b7a69584736251f")),
    responses((status = 200, body = EventBody), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<EventsRead>,
    Path(id): Path<String>,
) -> Result<Json<Box<RawValue>>> {
    let found = events::get(&gateway.pool, &merchant.merchant_id, merchant.store_id.as_deref(), &id).await?;
    let event = found.ok_or_else(|| Problem::new(Code::EventNotFound, format!("there is no event {id}")))?;
    Ok(Json(RawValue::from_string(event.body).map_err(anyhow::Error::from)?))
}
