//! Barion's routes, as they are documented there.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use reqwest::Url;
use serde::Deserialize;
use till_store::gateway::barion::shops::Shop;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{FinishAnswer, RefundAnswer, StartAnswer, StateAnswer};
use super::booked::{Booked, our_id};
use super::caller;
use super::error::{ErrorsAnswer, Refusal};
use super::json::BarionBody;
use super::request::{CancelRequest, FinishRequest, RefundRequest, StartRequest};
use super::state::{self, Version};
use super::status::PaymentType;
use super::{finish, refund, start};
use crate::gateway::Gateway;

type Answer<T> = Result<Json<T>, Refusal>;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(start_payment))
        .routes(routes!(get_payment_state))
        .routes(routes!(payment_state))
        .routes(routes!(finish_reservation))
        .routes(routes!(capture))
        .routes(routes!(cancel_authorization))
        .routes(routes!(refund_payment))
}

/// Begins a payment.
///
/// The POSKey stands in the header `x-pos-key` or in the body; properties may be written in any case. See
/// <https://docs.barion.com/Payment-Start-v2>.
#[utoipa::path(
    post, path = "/v2/Payment/Start", tag = "barion", security(("pos_key" = [])),
    request_body = StartRequest,
    responses((status = 200, body = StartAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn start_payment(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: BarionBody<StartRequest>,
) -> Answer<StartAnswer> {
    let shop = caller::shop(&gateway, &headers, body.key.as_deref()).await?;
    told(&shop, start::start(&gateway, &shop, body.value, body.json).await)
}

/// How a payment stands.
///
/// The query holds `POSKey`, unless it stands in the header `x-pos-key`, and `PaymentId`, in any case. See
/// <https://docs.barion.com/Payment-GetPaymentState-v2>.
#[utoipa::path(
    get, path = "/v2/Payment/GetPaymentState", tag = "barion", security(("pos_key" = [])),
    params(
        ("POSKey" = Option<String>, Query, description = "The shop's key, unless it stands in the header"),
        ("PaymentId" = Option<String>, Query, description = "A GUID, in any of its forms"),
    ),
    responses((status = 200, body = StateAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn get_payment_state(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer<StateAnswer> {
    let key = parameter(query.as_deref(), "POSKey");
    let shop = caller::shop(&gateway, &headers, key.as_deref()).await?;
    let payment_id = parameter(query.as_deref(), "PaymentId");
    told(&shop, state_of(&gateway, &shop, payment_id.as_deref(), Version::V2).await)
}

/// By its name: the path as it was written has parameters of its own.
#[derive(Debug, Deserialize)]
pub struct StatePath {
    payment_id: String,
}

/// How a payment stands, in the fourth version of the API.
///
/// See <https://docs.barion.com/Payment-PaymentState-v4>.
#[utoipa::path(
    get, path = "/v4/payment/{payment_id}/paymentstate", tag = "barion", security(("pos_key" = [])),
    params(("payment_id" = String, Path, description = "A GUID, in any of its forms")),
    responses((status = 200, body = StateAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn payment_state(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    Path(path): Path<StatePath>,
) -> Answer<StateAnswer> {
    let shop = caller::shop(&gateway, &headers, None).await?;
    told(&shop, state_of(&gateway, &shop, Some(&path.payment_id), Version::V4).await)
}

/// Finishes transactions of a reservation, each with what is to be taken of it. Once all are finished the rest goes back.
///
/// See <https://docs.barion.com/Payment-FinishReservation-v2>.
#[utoipa::path(
    post, path = "/v2/Payment/FinishReservation", tag = "barion", security(("pos_key" = [])),
    request_body = FinishRequest,
    responses((status = 200, body = FinishAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn finish_reservation(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: BarionBody<FinishRequest>,
) -> Answer<FinishAnswer> {
    let shop = caller::shop(&gateway, &headers, body.key.as_deref()).await?;
    told(&shop, finish::finish(&gateway, &shop, PaymentType::Reservation, body.value).await)
}

/// Captures a delayed capture: all its transactions, each with what is to be taken of it.
///
/// See <https://docs.barion.com/Payment-Capture-v2>.
#[utoipa::path(
    post, path = "/v2/Payment/Capture", tag = "barion", security(("pos_key" = [])),
    request_body = FinishRequest,
    responses((status = 200, body = FinishAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn capture(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: BarionBody<FinishRequest>,
) -> Answer<FinishAnswer> {
    let shop = caller::shop(&gateway, &headers, body.key.as_deref()).await?;
    told(&shop, finish::finish(&gateway, &shop, PaymentType::DelayedCapture, body.value).await)
}

/// Gives all of a delayed capture back to the payer.
///
/// See <https://docs.barion.com/Payment-CancelAuthorization-v2>.
#[utoipa::path(
    post, path = "/v2/Payment/CancelAuthorization", tag = "barion", security(("pos_key" = [])),
    request_body = CancelRequest,
    responses((status = 200, body = FinishAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn cancel_authorization(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: BarionBody<CancelRequest>,
) -> Answer<FinishAnswer> {
    let shop = caller::shop(&gateway, &headers, body.key.as_deref()).await?;
    told(&shop, finish::cancel(&gateway, &shop, body.value).await)
}

/// Pays captured money back, out of the merchant's balance.
///
/// See <https://docs.barion.com/Payment-Refund-v2>.
#[utoipa::path(
    post, path = "/v2/Payment/Refund", tag = "barion", security(("pos_key" = [])),
    request_body = RefundRequest,
    responses((status = 200, body = RefundAnswer), (status = "default", body = ErrorsAnswer)),
)]
pub async fn refund_payment(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: BarionBody<RefundRequest>,
) -> Answer<RefundAnswer> {
    let shop = caller::shop(&gateway, &headers, body.key.as_deref()).await?;
    told(&shop, refund::refund(&gateway, &shop, body.value).await)
}

/// `/Pay?id=`, where clients send customers that make the address of the gateway themselves.
pub async fn pay(
    State(gateway): State<Arc<Gateway>>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, crate::problem::Problem> {
    let id = parameter(query.as_deref(), "id").and_then(|id| our_id(Some(&id)).ok());
    let id = id.ok_or_else(|| crate::payments::create::not_found("without an id"))?;
    Ok(Redirect::to(&format!("{}/checkout/{id}", gateway.public_url)))
}

async fn state_of(
    gateway: &Gateway,
    shop: &Shop,
    payment_id: Option<&str>,
    version: Version,
) -> Result<StateAnswer, Refusal> {
    let id = our_id(payment_id)?;
    let mut db = gateway.pool.acquire().await?;
    let booked = Booked::load(&mut db, shop, &id).await?;
    Ok(state::answer(&booked, shop, version))
}

fn told<T>(shop: &Shop, result: Result<T, Refusal>) -> Answer<T> {
    result.map(Json).map_err(|refusal| refusal.to(shop.payee.as_deref()))
}

/// A parameter of the query, in whatever case its name is written.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let url = Url::parse(&format!("http://query/?{}", query?)).ok()?;
    let found = url.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.into_owned())
}
