//! `/v1/payments/{id}/capture`, `void`, `refund`

use std::sync::Arc;

use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::TransactionAnswer;
use crate::auth::{Caller, Identity, scope::PaymentsOperate};
use crate::gateway::Gateway;
use crate::http::{JsonBody, Wait};
use crate::idempotency::{Answer, Idempotency, IdempotencyKey};
use crate::payments::operation::{self, Order};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(capture)).routes(routes!(void)).routes(routes!(refund))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaptureRequest {
    /// In units of the token; everything that is available, unless given.
    #[schema(example = "25.00")]
    amount: Option<String>,
    /// Gives the rest back to the payer. Unless given: whether everything is captured.
    #[serde(rename = "final")]
    is_final: Option<bool>,
    /// Pays the merchant's wallet at once instead of crediting the balance.
    #[serde(default)]
    pay_out: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// In units of the token; everything that can be refunded, unless given.
    #[schema(example = "5.00")]
    amount: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidRequest {}

/// Takes escrowed money for the merchant.
#[utoipa::path(
    post, path = "/v1/payments/{id}/capture", tag = "payments", security(("api_key" = [])),
    request_body = Option<CaptureRequest>,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one capture"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when it has settled, N up to 30 s"),
    ),
    responses(
        (status = 200, description = "Settled: confirmed or failed", body = TransactionAnswer),
        (status = 202, description = "Recorded: under way, or `failed` already when the chain would refuse it", body = TransactionAnswer),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn capture(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    wait: Wait,
    JsonBody { value, bytes }: JsonBody<CaptureRequest>,
) -> Result<Answer> {
    let CaptureRequest { amount, is_final, pay_out } = value;
    let order = Order::Capture { amount, is_final, pay_out };
    let idempotency = key.of(&merchant, &bytes);
    answer(&gateway, &merchant, &id, order, idempotency, wait).await
}

/// Returns everything still in escrow to the payer.
#[utoipa::path(
    post, path = "/v1/payments/{id}/void", tag = "payments", security(("api_key" = [])),
    request_body = Option<VoidRequest>,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one void"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when it has settled, N up to 30 s"),
    ),
    responses(
        (status = 200, description = "Settled: confirmed or failed", body = TransactionAnswer),
        (status = 202, description = "Recorded: under way, or `failed` already when the chain would refuse it", body = TransactionAnswer),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn void(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    wait: Wait,
    JsonBody { bytes, .. }: JsonBody<VoidRequest>,
) -> Result<Answer> {
    let idempotency = key.of(&merchant, &bytes);
    answer(&gateway, &merchant, &id, Order::Void, idempotency, wait).await
}

/// Pays captured money back to the payer, from the merchant's balance.
#[utoipa::path(
    post, path = "/v1/payments/{id}/refund", tag = "payments", security(("api_key" = [])),
    request_body = Option<RefundRequest>,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one refund"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when it has settled, N up to 30 s"),
    ),
    responses(
        (status = 200, description = "Settled: confirmed or failed", body = TransactionAnswer),
        (status = 202, description = "Recorded: under way, or `failed` already when the chain would refuse it", body = TransactionAnswer),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn refund(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    wait: Wait,
    JsonBody { value, bytes }: JsonBody<RefundRequest>,
) -> Result<Answer> {
    let order = Order::Refund { amount: value.amount };
    let idempotency = key.of(&merchant, &bytes);
    answer(&gateway, &merchant, &id, order, idempotency, wait).await
}

async fn answer(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    order: Order,
    idempotency: Idempotency,
    Wait(wait): Wait,
) -> Result<Answer> {
    let answer = operation::order(gateway, merchant, payment_id, order, idempotency, wait).await?;
    Ok(answer.located("/v1/transactions"))
}
