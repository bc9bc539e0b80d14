//! `/pay/{id}`: Solana Pay transaction requests, and the icon that wallets show.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;
use crate::http::load::{self, Turn};
use crate::http::{JsonBody, QueryOf};
use crate::payments::checkout::{self, WalletRequest};
use crate::payments::routing::WayToPay;
use crate::problem::{ProblemBody, Result};
use crate::wallet::TransactionForWallet;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(describe, transaction)).routes(routes!(options)).routes(routes!(icon))
}

/// What a wallet shows before it asks for the transaction.
#[derive(Debug, Serialize, ToSchema)]
pub struct Description {
    /// Who is paid.
    label: String,
    icon: String,
}

/// Who asks for the payment.
#[utoipa::path(
    get, path = "/pay/{id}", tag = "customers",
    params(("id" = String, Path)),
    responses((status = 200, body = Description), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn describe(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
) -> Result<Json<Description>> {
    let known = checkout::find(&gateway, &id).await?;
    let icon = format!("{}/icon.svg", gateway.public_url);
    Ok(Json(Description { label: known.merchant_name, icon }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WalletQuery {
    /// The wallet that is to pay, base58.
    account: String,
    /// Whether a sponsor may pay the network; it may, unless `false`.
    sponsor: Option<bool>,
}

/// The ways to pay, the merchant's preferred one first.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaysToPay {
    data: Vec<WayToPay>,
}

/// In which tokens a wallet can pay, what each costs it, and what is missing. Amounts of quotes that had ended are
/// converted anew.
#[utoipa::path(
    get, path = "/pay/{id}/options", tag = "customers",
    params(("id" = String, Path), WalletQuery),
    responses((status = 200, body = WaysToPay), (status = 422, description = "The account is no wallet, or the payment cannot be priced now", body = ProblemBody, content_type = "application/problem+json"), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn options(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    turn: Option<Extension<Turn>>,
    QueryOf(query): QueryOf<WalletQuery>,
) -> Result<Json<WaysToPay>> {
    load::give_back(turn);
    let ways = checkout::ways(&gateway, &id, &query.account, query.sponsor).await?;
    Ok(Json(WaysToPay { data: ways.shown() }))
}

/// The transaction by which a wallet pays, without signatures.
#[utoipa::path(
    post, path = "/pay/{id}", tag = "customers",
    request_body = WalletRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn transaction(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<WalletRequest>,
) -> Result<Json<TransactionForWallet>> {
    Ok(Json(checkout::transaction(&gateway, &id, &value).await?))
}

/// The icon that wallets show.
#[utoipa::path(
    get, path = "/icon.svg", tag = "customers",
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn icon() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("../../assets/icon.svg"))
}
