//! `/v1/events/stream`: events as they happen, by server-sent events.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Response, sse};
use futures::{StreamExt, stream};
use serde::Deserialize;
use till_store::gateway::events::Event;
use tokio::sync::watch;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::{Filter, LOOK_AGAIN};
use super::stream::placed;
use crate::auth::{Caller, scope::EventsRead};
use crate::gateway::Gateway;
use crate::http::QueryOf;
use crate::payments::stream::LIFETIME;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(stream_events))
}

const LAST_EVENT_ID: &str = "last-event-id";
/// How many events are read at once.
const PAGE: i64 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// The sequence of the last event that is known already. Unless given, only what happens from now on is told.
    /// The header `Last-Event-ID` goes before it.
    after: Option<i64>,
    /// Types and patterns such as `payment.*`, separated by commas.
    types: Option<String>,
    /// Only events of this payment.
    payment: Option<String>,
}

/// Events as they happen. Each has its sequence as `id`, its type as `event`, and as `data` the body that webhooks
/// carry. Whoever loses the connection gives the last `id` as `Last-Event-ID`, and misses nothing.
#[utoipa::path(
    get, path = "/v1/events/stream", tag = "webhooks", security(("api_key" = [])),
    params(StreamQuery, ("Last-Event-ID" = Option<i64>, Header, description = "The sequence of the last event that was read")),
    responses(
        (status = 200, description = "Server-sent events", content_type = "text/event-stream", body = String),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn stream_events(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<EventsRead>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<StreamQuery>,
) -> Result<Response> {
    let merchant_id = merchant.merchant_id.clone();
    let filter = Filter::new(merchant, query.types.as_deref(), query.payment)?;
    let after = match last_event_id(&headers)?.or(query.after) {
        Some(after) => after,
        None => till_store::gateway::events::last_sequence(&gateway.pool, &merchant_id).await?,
    };
    let notices = gateway.notices.deliveries();
    let reader = Reader { gateway: gateway.clone(), filter, after, notices, read: VecDeque::new() };
    Ok(placed(gateway.streams.of_merchants(), |place| {
        let events = stream::unfold((reader, place), |(mut reader, place)| async move {
            let event = reader.next().await?;
            let told =
                sse::Event::default().id(event.sequence.to_string()).event(event.kind).data(event.body);
            Some((Ok(told), (reader, place)))
        });
        events.take_until(tokio::time::sleep(LIFETIME))
    }))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let sequence = value.to_str().ok().and_then(|text| text.parse().ok());
    let invalid = || Problem::new(Code::InvalidQuery, "Last-Event-ID must be the sequence of an event");
    Ok(Some(sequence.ok_or_else(invalid)?))
}

/// One who reads along.
struct Reader {
    gateway: Arc<Gateway>,
    filter: Filter,
    after: i64,
    notices: watch::Receiver<()>,
    read: VecDeque<Event>,
}

impl Reader {
    /// The next event; nothing when the process is to stop. A database that does not answer is asked again.
    async fn next(&mut self) -> Option<Event> {
        let shutdown = self.gateway.shutdown.clone();
        loop {
            if let Some(event) = self.read.pop_front() {
                return Some(event);
            }
            self.notices.mark_unchanged();
            let found =
                shutdown.run_until_cancelled(self.filter.read(&self.gateway, self.after, PAGE)).await?;
            if let Ok((found, reached)) = found {
                self.after = reached;
                self.read = found.into();
            }
            if self.read.is_empty() {
                let notice = tokio::time::timeout(LOOK_AGAIN, self.notices.changed());
                let _ = shutdown.run_until_cancelled(notice).await?;
            }
        }
    }
}
