//! `/v1/payments`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use till_store::domain::Payment;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::{PaymentAnswer, PaymentPage};
use crate::auth::{
    Caller, Identity,
    scope::{PaymentsRead, PaymentsWrite},
};
use crate::gateway::Gateway;
pub use crate::http::cursor::page_size;
use crate::http::load::{self, Turn};
use crate::http::{JsonBody, QueryOf};
use crate::idempotency::{Answer, IdempotencyKey};
use crate::payments::amend::{self, AmendRequest};
use crate::payments::listing::{self, ListQuery};
use crate::payments::request::PaymentRequest;
use crate::payments::{cancel, create};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, amend)).routes(routes!(cancel))
}

/// Asks for a payment. The answer says where the customer pays it.
#[utoipa::path(
    post, path = "/v1/payments", tag = "payments", security(("api_key" = [])),
    request_body = PaymentRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one payment")),
    responses((status = 201, body = PaymentAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsWrite>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<PaymentRequest>,
) -> Result<Answer> {
    let idempotency = key.of(&merchant, &bytes);
    let answer = create::create(&gateway, &merchant, value, idempotency).await?;
    Ok(answer.located("/v1/payments"))
}

/// A payment: what was asked for, what the chain says, and how sure that is.
#[utoipa::path(
    get, path = "/v1/payments/{id}", tag = "payments", security(("api_key" = [])),
    params(("id" = String, Path, example = "pay_0123456789abcdef0123456789abcdef")),
    responses((status = 200, body = PaymentAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    Path(id): Path<String>,
    turn: Option<Extension<Turn>>,
) -> Result<PaymentAnswer> {
    load::give_back(turn);
    let payment = visible(&gateway, &merchant, &id).await?;
    Ok(PaymentAnswer::new(payment, &gateway.public_url))
}

/// Changes the merchant's own words for a payment: its reference, description and metadata. Told as
/// `payment.updated`.
#[utoipa::path(
    patch, path = "/v1/payments/{id}", tag = "payments", security(("api_key" = [])),
    request_body = AmendRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = PaymentAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn amend(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<AmendRequest>,
) -> Result<PaymentAnswer> {
    visible(&gateway, &merchant, &id).await?;
    let payment = amend::amend(&gateway, &merchant, &id, value).await?;
    Ok(PaymentAnswer::new(payment, &gateway.public_url))
}

/// Takes the request back. The checkout hands out no transaction any more; if somebody pays with one that was handed
/// out before, that is told as `payment.paid_after_cancel` and given back. Refused with `payment_already_paid` once
/// the payment has been seen on the chain. Told as `payment.cancelled`; the same however often it is called.
#[utoipa::path(
    post, path = "/v1/payments/{id}/cancel", tag = "payments", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = PaymentAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn cancel(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsWrite>,
    Path(id): Path<String>,
) -> Result<PaymentAnswer> {
    visible(&gateway, &merchant, &id).await?;
    let payment = cancel::cancel(&gateway, &merchant, &id).await?;
    Ok(PaymentAnswer::new(payment, &gateway.public_url))
}

/// The merchant's payments, newest first.
#[utoipa::path(
    get, path = "/v1/payments", tag = "payments", security(("api_key" = [])),
    params(ListQuery),
    responses((status = 200, body = PaymentPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PaymentPage>> {
    let page = listing::page(&gateway, &merchant, &query).await?;
    let data = page.payments.into_iter().map(|payment| PaymentAnswer::new(payment, &gateway.public_url));
    Ok(Json(PaymentPage { data: data.collect(), next_cursor: page.next_cursor }))
}

/// A payment that this caller may see: the merchant's, and if the caller is for one store, that store's.
async fn visible(gateway: &Gateway, merchant: &Identity, id: &str) -> Result<Payment> {
    let payment = gateway.reader.payment(merchant.wants(id)).await?;
    payment.ok_or_else(|| create::not_found(id))
}
