//! `/pay/{id}/checkout`: a payment as its checkout page shows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::payments::shown::{self, Checkout};
use crate::problem::{ProblemBody, Result};

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// Everything that a checkout page shows: who is paid, how much, until when, how, and what has happened so far.
#[utoipa::path(
    get, path = "/pay/{id}/checkout", tag = "customers",
    params(("id" = String, Path)),
    responses((status = 200, body = Checkout), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<Json<Checkout>> {
    Ok(Json(shown::find(&gateway, &id).await?))
}
