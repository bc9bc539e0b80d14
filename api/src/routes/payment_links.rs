//! `/v1/payment_links`, and what customers see of them under `/links`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use till_store::gateway::links as rows;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Caller,
    scope::{PaymentsRead, PaymentsWrite},
};
use crate::gateway::Gateway;
use crate::http::{JsonBody, PageQuery, QueryOf, cursor};
use crate::idempotency::{Answer, IdempotencyKey};
use crate::links::{self, ChangeRequest, LinkAnswer, LinkPayment, LinkRequest, Terms};
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(get, change))
}

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(terms)).routes(routes!(pay))
}

/// Makes a payment link: a page where each customer gets a payment, of the link's amount or of one that the customer
/// chooses.
#[utoipa::path(
    post, path = "/v1/payment_links", tag = "payments", security(("api_key" = [])),
    request_body = LinkRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one link")),
    responses((status = 201, body = LinkAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsWrite>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<LinkRequest>,
) -> Result<Answer> {
    let idempotency = key.of(&merchant, &bytes);
    let answer = links::create(&gateway, &merchant, value, idempotency).await?;
    Ok(answer.located("/v1/payment_links"))
}

/// A page of payment links, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkPage {
    data: Vec<LinkAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

/// The merchant's payment links. What they have made is listed by `GET /v1/payments?link=`.
#[utoipa::path(
    get, path = "/v1/payment_links", tag = "payments", security(("api_key" = [])),
    params(PageQuery),
    responses((status = 200, body = LinkPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<LinkPage>> {
    let limit = cursor::page_size(query.limit, PageQuery::DEFAULT_LIMIT, PageQuery::MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let (merchant_id, only) = (&merchant.merchant_id, merchant.only_store());
    let found = rows::list(&gateway.pool, merchant_id, only, after.as_ref(), limit + 1).await?;
    let (found, next_cursor) = cursor::page(found, limit, |link| cursor::encode(&link.position()));
    let data = found.into_iter().map(|link| LinkAnswer::new(link, &gateway.public_url)).collect();
    Ok(Json(LinkPage { data, next_cursor }))
}

/// A payment link.
#[utoipa::path(
    get, path = "/v1/payment_links/{id}", tag = "payments", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = LinkAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsRead>,
    Path(id): Path<String>,
) -> Result<Json<LinkAnswer>> {
    let link = links::of_merchant(&gateway, &merchant, &id).await?;
    Ok(Json(LinkAnswer::new(link, &gateway.public_url)))
}

/// Changes a payment link's words, or switches it off and on. What it asks for does not change: make another one.
#[utoipa::path(
    patch, path = "/v1/payment_links/{id}", tag = "payments", security(("api_key" = [])),
    request_body = ChangeRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = LinkAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn change(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<ChangeRequest>,
) -> Result<Json<LinkAnswer>> {
    let link = links::change(&gateway, &merchant, &id, &value).await?;
    Ok(Json(LinkAnswer::new(link, &gateway.public_url)))
}

/// What a payment link asks for.
#[utoipa::path(
    get, path = "/links/{id}/terms", tag = "customers",
    params(("id" = String, Path)),
    responses((status = 200, body = Terms), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn terms(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<Json<Terms>> {
    let link = links::find(&gateway, &id).await?;
    Ok(Json(Terms::new(link, &gateway.public_url)))
}

/// What a customer chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoiceRequest {
    /// In units of the link's token or currency; needed where the link has no amount of its own.
    #[schema(example = "25.00")]
    amount: Option<String>,
}

/// Makes a payment of a link, and says where it is paid.
#[utoipa::path(
    post, path = "/links/{id}/payments", tag = "customers",
    request_body = ChoiceRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Chosen at random: the same key and body, one payment"),
    ),
    responses((status = 201, body = LinkPayment), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn pay(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<ChoiceRequest>,
) -> Result<Answer> {
    links::pay_once(&gateway, &id, value.amount.as_deref(), key, &bytes).await
}
