//! `/v1/payments`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use till_store::gateway::payments;
use till_store::view;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answers::{PaymentAnswer, PaymentPage};
use crate::auth::{
    Caller,
    scope::{PaymentsRead, PaymentsWrite},
};
use crate::gateway::Gateway;
use crate::http::{JsonBody, QueryOf, cursor};
use crate::idempotency::{Answer, IdempotencyKey};
use crate::payments::create;
use crate::payments::request::PaymentRequest;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get))
}

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;

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
    let idempotency = key.of(&merchant.merchant_id, &bytes);
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
) -> Result<Json<PaymentAnswer>> {
    let mut db = gateway.pool.acquire().await?;
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), &id).await?;
    let payment = payment.ok_or_else(|| create::not_found(&id))?;
    Ok(Json(PaymentAnswer::new(payment, &gateway.public_url)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    order_reference: Option<String>,
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
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let reference = query.order_reference.as_deref();
    let mut db = gateway.pool.acquire().await?;
    // One more than asked for tells whether there is another page.
    let (merchant, store) = (&merchant.merchant_id, merchant.only_store());
    let mut found = payments::list(&mut *db, merchant, store, reference, after.as_ref(), limit + 1).await?;
    let is_last = found.len() as i64 <= limit;
    found.truncate(limit as usize);
    let next_cursor = if is_last { None } else { found.last().map(cursor::encode) };
    let ids: Vec<String> = found.into_iter().map(|position| position.id).collect();
    let payments = view::payments(&mut db, merchant, store, &ids).await?;
    let data = payments.into_iter().map(|payment| PaymentAnswer::new(payment, &gateway.public_url));
    Ok(Json(PaymentPage { data: data.collect(), next_cursor }))
}

/// A limit within its bounds.
pub fn page_size(limit: Option<i64>, default: i64, most: i64) -> Result<i64> {
    let limit = limit.unwrap_or(default);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::new(Code::InvalidQuery, format!("limit must be 1 to {most}")))
}
