//! What an operator's machinery asks of a running indexer: `/healthz`, `/readyz`, `/metrics`.

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use chrono::Utc;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::status::{Phase, Snapshot, Status};

/// What the answers are made of.
#[derive(Clone)]
pub struct Ops {
    pub status: Arc<Status>,
    pub metrics: PrometheusHandle,
    /// An indexer that is further behind the chain's clock is not ready.
    pub ready_lag: Duration,
}

/// Answers until `shutdown`.
pub async fn serve(listener: TcpListener, ops: Ops, shutdown: CancellationToken) -> std::io::Result<()> {
    let routes = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(ops);
    axum::serve(listener, routes).with_graceful_shutdown(shutdown.cancelled_owned()).await
}

#[derive(Serialize)]
struct Answer {
    ready: bool,
    lag_seconds: Option<u64>,
    #[serde(flatten)]
    snapshot: Snapshot,
}

impl Answer {
    fn of(ops: &Ops) -> Self {
        let snapshot = ops.status.get();
        let lag = snapshot.lag(Utc::now());
        let ready = snapshot.phase == Phase::Streaming && lag.is_some_and(|lag| lag <= ops.ready_lag);
        Self { ready, lag_seconds: lag.map(|lag| lag.as_secs()), snapshot }
    }
}

/// The process lives, in standby too: restarting it would help nobody.
async fn healthz(State(ops): State<Ops>) -> (StatusCode, Json<Answer>) {
    let answer = Answer::of(&ops);
    let has_stopped = answer.snapshot.phase == Phase::Stopped;
    (if has_stopped { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, Json(answer))
}

/// The database is as new as can be expected.
async fn readyz(State(ops): State<Ops>) -> (StatusCode, Json<Answer>) {
    let answer = Answer::of(&ops);
    (if answer.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(answer))
}

async fn metrics(State(ops): State<Ops>) -> String {
    ops.metrics.render()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    fn ops() -> Ops {
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        Ops { status: Arc::default(), metrics, ready_lag: Duration::from_secs(30) }
    }

    fn streams(ops: &Ops, behind: i64) {
        ops.status.enter(Phase::Streaming);
        ops.status.update(|snapshot| {
            snapshot.slot = Some(7);
            snapshot.block_time = Some(Utc::now() - TimeDelta::seconds(behind));
        });
    }

    #[tokio::test]
    async fn ready_is_who_writes_and_is_not_far_behind() {
        let ops = ops();
        assert_eq!(readyz(State(ops.clone())).await.0, StatusCode::SERVICE_UNAVAILABLE, "standby");
        streams(&ops, 5);
        assert_eq!(readyz(State(ops.clone())).await.0, StatusCode::OK);
        streams(&ops, 31);
        assert_eq!(readyz(State(ops.clone())).await.0, StatusCode::SERVICE_UNAVAILABLE, "behind");
        ops.status.enter(Phase::Backfill);
        assert_eq!(readyz(State(ops)).await.0, StatusCode::SERVICE_UNAVAILABLE, "backfill");
    }

    #[tokio::test]
    async fn healthy_is_everybody_who_has_not_given_up() {
        let ops = ops();
        assert_eq!(healthz(State(ops.clone())).await.0, StatusCode::OK, "standby");
        ops.status.enter(Phase::Stopped);
        assert_eq!(healthz(State(ops)).await.0, StatusCode::SERVICE_UNAVAILABLE);
    }
}
