//! `/v1/balances`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use till_store::domain::Money;
use till_store::gateway::payouts::{self, Holding};
use till_store::gateway::reports as store;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Account, scope::ReportsRead};
use crate::gateway::Gateway;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What the merchant's vaults hold of one token.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceAnswer {
    mint: String,
    /// Nothing for a mint without a name here.
    symbol: Option<String>,
    decimals: i16,
    /// Paid by customers and not captured.
    escrow: Money,
    /// The merchant's, and not paid out: refunds are paid from it.
    balance: Money,
    /// The protocol's, and not swept.
    fees: Money,
}

impl From<Holding> for BalanceAnswer {
    fn from(held: Holding) -> Self {
        let money = |amount| Money::new(amount, held.decimals.unsigned_abs() as u8);
        Self {
            escrow: money(held.escrowed),
            balance: money(held.balance),
            fees: money(held.fees),
            mint: held.mint,
            symbol: held.symbol,
            decimals: held.decimals,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Balances {
    data: Vec<BalanceAnswer>,
    /// Where payouts go, base58; nothing until the merchant's account has been indexed.
    payout_wallet: Option<String>,
    /// How far the chain was known: what happened later is not in it.
    indexed_through_slot: Option<i64>,
}

/// What the merchant's vaults hold at this moment, token by token. A token for which a vault is open is there too when
/// it holds nothing.
#[utoipa::path(
    get, path = "/v1/balances", tag = "reports", security(("api_key" = [])),
    responses((status = 200, body = Balances), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(merchant, _): Account<ReportsRead>,
) -> Result<Json<Balances>> {
    let mut db = store::snapshot(&gateway.pool).await?;
    let indexed_through_slot = store::indexed_through(&mut db).await?;
    let payout_wallet = payouts::wallet(&mut *db, &merchant.merchant_address).await?;
    let held = payouts::holdings(&mut *db, &merchant.merchant_address).await?;
    let data = held.into_iter().map(BalanceAnswer::from).collect();
    Ok(Json(Balances { data, payout_wallet, indexed_through_slot }))
}
