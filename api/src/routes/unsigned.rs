//! Transactions for those who sign by themselves.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Caller, scope::PaymentsOperate};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::payments::operation::Order;
use crate::payments::unsigned::{self, Action};
use crate::problem::{ProblemBody, Result};
use crate::wallet::TransactionForWallet;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(of_merchant))
}

pub fn for_customers() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(action))
}

/// What a merchant wants to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum UnsignedRequest {
    Capture {
        /// The merchant's authority or operator, base58.
        signer: String,
        /// In units of the token; everything that is available, unless given.
        amount: Option<String>,
        /// Gives the rest back to the payer. Unless given: whether everything is captured.
        #[serde(rename = "final")]
        is_final: Option<bool>,
        /// Pays the merchant's wallet at once instead of crediting the balance.
        #[serde(default)]
        pay_out: bool,
    },
    Void {
        /// The merchant's authority or operator, base58.
        signer: String,
    },
    Refund {
        /// The merchant's authority or operator, base58.
        signer: String,
        /// In units of the token; everything that can be refunded, unless given.
        amount: Option<String>,
        /// A wallet whose tokens pay, and which signs too; the merchant's balance, unless given.
        source: Option<String>,
    },
}

/// A capture, void or refund that the merchant signs and sends, instead of ordering it.
///
/// The transaction is simulated, and has no signatures. Nothing is recorded: what is sent shows up when it is seen on
/// the chain. While an operation that was ordered is under way, none is handed out.
#[utoipa::path(
    post, path = "/v1/payments/{id}/transactions", tag = "payments", security(("api_key" = [])),
    request_body = UnsignedRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn of_merchant(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<UnsignedRequest>,
) -> Result<Json<TransactionForWallet>> {
    let (order, signer, source) = match value {
        UnsignedRequest::Capture { signer, amount, is_final, pay_out } => {
            (Order::Capture { amount, is_final, pay_out }, signer, None)
        }
        UnsignedRequest::Void { signer } => (Order::Void, signer, None),
        UnsignedRequest::Refund { signer, amount, source } => (Order::Refund { amount }, signer, source),
    };
    let handed_out = unsigned::of_merchant(&gateway, &merchant, &id, &order, &signer, source.as_deref());
    Ok(Json(handed_out.await?))
}

/// What somebody who has to do with a payment wants to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRequest {
    action: Action,
    /// The wallet that signs and pays the network fee, base58.
    account: String,
    /// Of `resolve`: what the merchant is given, in units of the token.
    amount: Option<String>,
}

/// The transaction by which a payer releases or disputes, an arbiter decides, or anyone has money or rent given back.
#[utoipa::path(
    post, path = "/pay/{id}/actions", tag = "customers",
    request_body = ActionRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = TransactionForWallet), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn action(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<ActionRequest>,
) -> Result<Json<TransactionForWallet>> {
    let ActionRequest { action, account, amount } = value;
    Ok(Json(unsigned::action(&gateway, &id, action, &account, amount.as_deref()).await?))
}
