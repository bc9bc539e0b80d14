//! `/healthz` and `/readyz`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use till_store::gateway::readiness;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Live {
    status: &'static str,
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, body = Live), (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn live() -> Json<Live> {
    Json(Live { status: "live" })
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    status: &'static str,
    /// The age of the last indexed block.
    indexer_lag_seconds: f64,
}

/// The database answers and the indexer keeps up.
#[utoipa::path(
    get, path = "/readyz", tag = "service",
    responses((status = 200, body = Ready), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn ready(State(gateway): State<Arc<Gateway>>) -> Result<Json<Ready>> {
    let not_ready = |detail: String| Problem::new(Code::NotReady, detail);
    let lag = readiness::indexer_lag(&gateway.pool).await?;
    let lag = lag.ok_or_else(|| not_ready("the indexer has not written anything yet".to_owned()))?;
    if lag > gateway.ready_lag {
        return Err(not_ready(format!("the last indexed block is {} seconds old", lag.as_secs())));
    }
    Ok(Json(Ready { status: "ready", indexer_lag_seconds: lag.as_secs_f64() }))
}
