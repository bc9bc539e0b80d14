//! `/v1/transactions`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use till_store::view;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::TransactionAnswer;
use crate::auth::{Caller, scope::PaymentsRead};
use crate::gateway::Gateway;
use crate::payments::operation;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// One operation of a payment, and how far it has come.
#[utoipa::path(
    get, path = "/v1/transactions/{id}", tag = "payments", security(("api_key" = [])),
    params(("id" = String, Path, example = "txn_5f0c6a1b9f3e4d2c8b7a69584736251f")),
    responses((status = 200, body = TransactionAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    Path(id): Path<String>,
) -> Result<Json<TransactionAnswer>> {
    let mut db = gateway.pool.acquire().await?;
    // The progress first, so that it never claims more than the row shows.
    let progress = view::progress(&mut db).await?;
    let (record, decimals) = operation::find(&mut *db, &merchant, &id).await?;
    Ok(Json(TransactionAnswer::new(&record, decimals, progress)))
}
