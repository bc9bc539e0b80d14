//! `/v1/payments/{id}/dispute`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use till_store::domain::Evidence;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Caller,
    scope::{PaymentsOperate, PaymentsRead},
};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::idempotency::{Answer, IdempotencyKey};
use crate::payments::evidence::{self, Dispute, EvidenceRequest};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(give))
}

/// How the dispute of a payment stands, and the evidence in it.
#[utoipa::path(
    get, path = "/v1/payments/{id}/dispute", tag = "payments", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Dispute), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    Path(id): Path<String>,
) -> Result<Json<Dispute>> {
    Ok(Json(evidence::dispute(&gateway, &merchant, &id).await?))
}

/// Adds evidence to the open dispute of a payment.
///
/// It cannot be changed or taken back: what is to be corrected is said in another piece. Nothing of it goes onto the
/// chain; `sha256` is what an arbiter, or a record elsewhere, can refer to.
#[utoipa::path(
    post, path = "/v1/payments/{id}/dispute/evidence", tag = "payments", security(("api_key" = [])),
    request_body = EvidenceRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one piece of evidence"),
    ),
    responses((status = 201, body = Evidence), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn give(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<EvidenceRequest>,
) -> Result<Answer> {
    let idempotency = key.of(&merchant, &bytes);
    evidence::give(&gateway, &merchant, &id, value, idempotency).await
}
