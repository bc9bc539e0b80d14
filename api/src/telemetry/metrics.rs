//! What Prometheus is told, on a listener of its own: it is for the operator, not for merchants.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::{Router, routing};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use till_store::gateway::backlog;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;

pub const REQUESTS: &str = "till_api_requests_total";
pub const REQUEST_SECONDS: &str = "till_api_request_seconds";
pub const RATE_LIMITED: &str = "till_api_rate_limited_total";
pub const RPC_CALLS: &str = "till_api_rpc_calls_total";
const STREAMS: &str = "till_api_streams";
const CONNECTIONS: &str = "till_api_database_connections";
const OPEN_OPERATIONS: &str = "till_api_open_operations";
const DELIVERIES_DUE: &str = "till_api_deliveries_due";
const OLDEST_DELIVERY: &str = "till_api_oldest_delivery_seconds";

/// In seconds: from a read of one row to a request that waits for the chain.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// How often samples are put into their buckets: until then each is kept by itself.
const UPKEEP: Duration = Duration::from_secs(5);

/// A request has been answered. Its route is the template, so that there are as many as routes.
pub fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let labels = [("method", method_name(method).to_owned()), ("route", route.to_owned())];
    histogram!(REQUEST_SECONDS, &labels).record(took.as_secs_f64());
    let [method, route] = labels;
    counter!(REQUESTS, &[method, route, ("status", status.as_str().to_owned())]).increment(1);
}

/// Anybody can make methods up.
fn method_name(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

/// Counts one live stream for as long as it is kept.
pub struct LiveStream(());

impl LiveStream {
    pub fn new() -> Self {
        gauge!(STREAMS).increment(1);
        Self(())
    }
}

impl Drop for LiveStream {
    fn drop(&mut self) {
        gauge!(STREAMS).decrement(1);
    }
}

/// Serves `/metrics` at `address` until `shutdown`, if there is one.
pub async fn serve(
    gateway: &Arc<Gateway>,
    address: Option<SocketAddr>,
    shutdown: &CancellationToken,
) -> Result<()> {
    let Some(address) = address else { return Ok(()) };
    let handle = install()?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on for metrics"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics are served");
    let routes =
        Router::new().route("/metrics", routing::get(render)).with_state((gateway.clone(), handle.clone()));
    let upkeep = async {
        let mut period = tokio::time::interval(UPKEEP);
        while shutdown.run_until_cancelled(period.tick()).await.is_some() {
            handle.run_upkeep();
        }
    };
    let server = axum::serve(listener, routes).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let (served, ()) = tokio::join!(server.into_future(), upkeep);
    Ok(served?)
}

fn install() -> Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), BUCKETS)?
        .install_recorder()
        .context("this process has metrics already")?;
    describe_counter!(REQUESTS, "Requests that were answered, by method, route and status.");
    describe_histogram!(REQUEST_SECONDS, "How long requests took.");
    describe_counter!(RATE_LIMITED, "Requests that were refused because of a rate limit, by budget.");
    describe_counter!(RPC_CALLS, "Calls of the Solana node, by method and whether it answered.");
    describe_gauge!(STREAMS, "Live streams that are open.");
    describe_gauge!(CONNECTIONS, "Connections to the database, by what they do.");
    describe_gauge!(OPEN_OPERATIONS, "Operations that are neither confirmed nor failed.");
    describe_gauge!(DELIVERIES_DUE, "Deliveries of webhooks that are due.");
    describe_gauge!(OLDEST_DELIVERY, "For how long the oldest of them has been due.");
    Ok(handle)
}

/// What is a level and not a count is looked up when somebody asks. Without the database the rest is
/// still told.
async fn render(State((gateway, handle)): State<(Arc<Gateway>, PrometheusHandle)>) -> String {
    let idle = gateway.pool.num_idle() as f64;
    gauge!(CONNECTIONS, "state" => "idle").set(idle);
    gauge!(CONNECTIONS, "state" => "busy").set(f64::from(gateway.pool.size()) - idle);
    match backlog::backlog(&gateway.pool).await {
        Ok(backlog) => {
            gauge!(OPEN_OPERATIONS).set(backlog.open_operations as f64);
            gauge!(DELIVERIES_DUE).set(backlog.deliveries_due as f64);
            gauge!(OLDEST_DELIVERY).set(backlog.oldest_delivery_seconds);
        }
        Err(error) => tracing::warn!(%error, "the backlog is not known"),
    }
    handle.render()
}
