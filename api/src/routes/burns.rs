//! `/v1/burns`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::burns::{self, Action, Burns};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::http::load::{self, Turn};
use crate::problem::{ProblemBody, Result};
use crate::wallet::TransactionForWallet;

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(act))
}

/// What has been burned of a mint.
#[utoipa::path(
    get, path = "/v1/burns/{mint}", tag = "customers",
    params(("mint" = String, Path)),
    responses((status = 200, body = Burns), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Path(mint): Path<String>,
    turn: Option<Extension<Turn>>,
) -> Result<Json<Burns>> {
    load::give_back(turn);
    Ok(Json(burns::find(&gateway, &mint).await?))
}

/// What a wallet wants to do with the tokens of a mint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BurnAction {
    action: Action,
    /// The wallet that signs and pays the network fee, base58.
    account: String,
    /// Of `burn`: in units of the token.
    #[schema(example = "25.00")]
    amount: Option<String>,
}

/// The transaction by which a wallet burns its tokens, which nobody can undo, or opens a mint's record.
#[utoipa::path(
    post, path = "/v1/burns/{mint}/transactions", tag = "customers",
    request_body = BurnAction,
    params(("mint" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn act(
    State(gateway): State<Arc<Gateway>>,
    Path(mint): Path<String>,
    JsonBody { value, .. }: JsonBody<BurnAction>,
) -> Result<Json<TransactionForWallet>> {
    let BurnAction { action, account, amount } = value;
    Ok(Json(burns::act(&gateway, &mint, action, &account, amount.as_deref()).await?))
}
