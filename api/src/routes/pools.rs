//! `/v1/pools`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Account, scope::AccountWrite};
use crate::gateway::Gateway;
use crate::http::load::{self, Turn};
use crate::http::{JsonBody, QueryOf};
use crate::problem::{ProblemBody, Result};
use crate::profiles::{self, PoolProfile};
use crate::staking::{self, NewPoolTransaction, Pool, PoolAction, PoolPosition, PoolRequest};
use crate::wallet::TransactionForWallet;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(describe))
}

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(positions))
        .routes(routes!(begin))
        .routes(routes!(act))
}

/// Says what a pool is for. Takes a session of the pool's authority, or a key of a merchant which that wallet founded and
/// governs.
#[utoipa::path(
    put, path = "/v1/pools/{address}/profile", tag = "account", security(("api_key" = [])),
    request_body = PoolProfile,
    params(("address" = String, Path)),
    responses((status = 200, body = Pool), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn describe(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<AccountWrite>,
    Path(address): Path<String>,
    JsonBody { value, .. }: JsonBody<PoolProfile>,
) -> Result<Json<Pool>> {
    profiles::of_pool(&gateway, &merchant, &address, &value).await?;
    Ok(Json(staking::find(&gateway, &address).await?))
}

/// A staking pool, as the chain has it at this moment.
#[utoipa::path(
    get, path = "/v1/pools/{address}", tag = "customers",
    params(("address" = String, Path)),
    responses((status = 200, body = Pool), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
    turn: Option<Extension<Turn>>,
) -> Result<Json<Pool>> {
    load::give_back(turn);
    Ok(Json(staking::find(&gateway, &address).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnerQuery {
    /// The wallet that staked, base58.
    owner: String,
}

/// What a wallet has in a pool: its first 64 positions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Positions {
    data: Vec<PoolPosition>,
}

/// What a wallet has in a pool, and what it could claim, as the chain has it at this moment.
#[utoipa::path(
    get, path = "/v1/pools/{address}/positions", tag = "customers",
    params(("address" = String, Path), OwnerQuery),
    responses((status = 200, body = Positions), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn positions(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
    turn: Option<Extension<Turn>>,
    QueryOf(query): QueryOf<OwnerQuery>,
) -> Result<Json<Positions>> {
    load::give_back(turn);
    Ok(Json(Positions { data: staking::positions(&gateway, &address, &query.owner).await? }))
}

/// The transaction by which a wallet creates a pool, and the address that the pool will have.
#[utoipa::path(
    post, path = "/v1/pools/transactions", tag = "customers",
    request_body = PoolRequest,
    responses((status = 200, body = NewPoolTransaction), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn begin(
    State(gateway): State<Arc<Gateway>>,
    JsonBody { value, .. }: JsonBody<PoolRequest>,
) -> Result<Json<NewPoolTransaction>> {
    Ok(Json(staking::begin(&gateway, &value).await?))
}

/// The transaction by which a wallet stakes, asks its stake back, withdraws or claims, or a pool's authority gives
/// rewards.
#[utoipa::path(
    post, path = "/v1/pools/{address}/transactions", tag = "customers",
    request_body = PoolAction,
    params(("address" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
    JsonBody { value, .. }: JsonBody<PoolAction>,
) -> Result<Json<TransactionForWallet>> {
    Ok(Json(staking::act(&gateway, &address, &value).await?))
}
