//! `/v1/payouts`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Account, scope::PaymentsOperate};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::payments::payout::{self, PayoutRequest, PayoutTransactions};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(unsigned))
}

/// The transactions by which any wallet pays the merchant's whole balance in a token to the merchant's payout wallet.
///
/// Each is simulated, and has no signatures. Nothing is recorded: what is sent shows up when it is seen on the chain.
#[utoipa::path(
    post, path = "/v1/payouts/transactions", tag = "payments", security(("api_key" = [])),
    request_body = PayoutRequest,
    responses((status = 200, body = PayoutTransactions), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn unsigned(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<PaymentsOperate>,
    JsonBody { value, .. }: JsonBody<PayoutRequest>,
) -> Result<Json<PayoutTransactions>> {
    Ok(Json(payout::unsigned(&gateway, &merchant, &value).await?))
}
