//! `/v1/stores/{id}/pos-key`, `/barion` and `/payees`: what a merchant says so that a shop can speak Barion's API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use solana_pubkey::Pubkey;
use till::MAX_REFUND_SECONDS;
use till_store::db;
use till_store::gateway::barion::shops::{self, DEFAULT_REFUND_SECONDS, Settings};
use till_store::gateway::stores;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{NewPosKey, SCOPES};
use crate::auth::scope::{AccountRead, AccountWrite, Scopes};
use crate::auth::{Caller, Identity};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{Code, FieldErrors, Problem, ProblemBody, Result};

const MAX_EMAIL: usize = 256;
const MAX_CURRENCIES: usize = 50;
const MAX_TOKENS: usize = 20;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(create_pos_key))
        .routes(routes!(get, put))
        .routes(routes!(payees))
        .routes(routes!(put_payee, delete_payee))
}

/// A shop's key for Barion's API.
#[derive(Serialize, ToSchema)]
pub struct PosKeyAnswer {
    /// A GUID. Shown this once.
    #[schema(example = "9c165cfc-cbd1-452f-8307-21a3a9cee664")]
    pos_key: String,
    store: String,
}

/// How a shop's requests in Barion's API are read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BarionSettings {
    /// The e-mail address by which the shop's requests name the shop itself. Until there is one, the only payee of a
    /// payment's transactions is taken for it, unless somebody else is known by that address.
    #[serde(default)]
    #[schema(example = "shop@example.com")]
    payee: Option<String>,
    /// Which tokens are taken for a currency, the preferred one first: symbols or mints. For others all tokens are taken
    /// that the merchant has vaults for.
    #[serde(default)]
    #[schema(example = json!({ "EUR": ["EURC", "USDC"] }))]
    currency_tokens: BTreeMap<String, Vec<String>>,
    /// For how many seconds payments can be refunded; a year unless given.
    #[serde(default = "default_refund_window")]
    #[schema(example = 31_536_000)]
    refund_window: i64,
}

fn default_refund_window() -> i64 {
    DEFAULT_REFUND_SECONDS
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayeeRequest {
    /// Base58.
    wallet: String,
}

/// Whom an e-mail address means.
#[derive(Serialize, ToSchema)]
pub struct PayeeAnswer {
    email: String,
    /// Base58.
    wallet: String,
}

/// The payees of a store.
#[derive(Serialize, ToSchema)]
pub struct PayeesAnswer {
    data: Vec<PayeeAnswer>,
}

/// Gives a store a POSKey, in place of the one it has, which ends at once. It asks for payments, captures and refunds, so
/// only a caller that may do that gives one out.
#[utoipa::path(
    post, path = "/v1/stores/{id}/pos-key", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 201, body = PosKeyAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create_pos_key(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountWrite>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<PosKeyAnswer>)> {
    require_own(&merchant, &id)?;
    merchant.require_cover(&Scopes::Only(SCOPES.to_vec()), Some(&id))?;
    let key = NewPosKey::generate();
    let mut db = db::begin(&gateway.pool).await?;
    if !shops::set_key(&mut *db, &merchant.merchant_id, &id, &key.hash).await? {
        return Err(not_found(&id));
    }
    merchant.note(&mut db, "pos_key.create", &id, json!({})).await?;
    db.commit().await?;
    Ok((StatusCode::CREATED, Json(PosKeyAnswer { pos_key: key.secret, store: id })))
}

/// How a store's requests in Barion's API are read.
#[utoipa::path(
    get, path = "/v1/stores/{id}/barion", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = BarionSettings), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountRead>,
    Path(id): Path<String>,
) -> Result<Json<BarionSettings>> {
    require_open(&gateway, &merchant, &id).await?;
    let Settings { payee, currency_tokens, refund_seconds } = shops::settings(&gateway.pool, &id).await?;
    Ok(Json(BarionSettings { payee, currency_tokens, refund_window: refund_seconds }))
}

/// Says how a store's requests in Barion's API are read. Payments that have begun stay as they are.
#[utoipa::path(
    put, path = "/v1/stores/{id}/barion", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path)),
    request_body = BarionSettings,
    responses((status = 200, body = BarionSettings), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn put(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<BarionSettings>,
) -> Result<Json<BarionSettings>> {
    require_open(&gateway, &merchant, &id).await?;
    let settings = checked(value)?;
    let mut db = db::begin(&gateway.pool).await?;
    shops::put_settings(&mut *db, &id, &settings).await?;
    let details = json!({ "payee": settings.payee, "refund_window": settings.refund_seconds });
    merchant.note(&mut db, "barion_settings.put", &id, details).await?;
    db.commit().await?;
    let Settings { payee, currency_tokens, refund_seconds } = settings;
    Ok(Json(BarionSettings { payee, currency_tokens, refund_window: refund_seconds }))
}

/// The payees that a store's requests in Barion's API can name.
#[utoipa::path(
    get, path = "/v1/stores/{id}/payees", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = PayeesAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn payees(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountRead>,
    Path(id): Path<String>,
) -> Result<Json<PayeesAnswer>> {
    require_open(&gateway, &merchant, &id).await?;
    let known = shops::payees(&gateway.pool, &id).await?;
    let data = known.into_iter().map(|(email, wallet)| PayeeAnswer { email, wallet }).collect();
    Ok(Json(PayeesAnswer { data }))
}

/// Says whose wallet an e-mail address means. Payments that have begun stay as they are.
#[utoipa::path(
    put, path = "/v1/stores/{id}/payees/{email}", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path), ("email" = String, Path, example = "ann@example.com")),
    request_body = PayeeRequest,
    responses((status = 200, body = PayeeAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn put_payee(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountWrite>,
    Path((id, email)): Path<(String, String)>,
    JsonBody { value: PayeeRequest { wallet }, .. }: JsonBody<PayeeRequest>,
) -> Result<Json<PayeeAnswer>> {
    require_open(&gateway, &merchant, &id).await?;
    let mut errors = FieldErrors::default();
    if !is_email(&email) {
        errors.add(Code::ValidationFailed, "email", "an e-mail address");
    }
    if !wallet.parse::<Pubkey>().is_ok_and(|wallet| wallet.is_on_curve()) {
        errors.add(Code::AccountInvalid, "wallet", "the base58 address of a wallet");
    }
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let mut db = db::begin(&gateway.pool).await?;
    shops::put_payee(&mut *db, &id, &email, &wallet).await?;
    let details = json!({ "email": email.to_lowercase(), "wallet": wallet });
    merchant.note(&mut db, "barion_payee.put", &id, details).await?;
    db.commit().await?;
    Ok(Json(PayeeAnswer { email: email.to_lowercase(), wallet }))
}

/// Forgets a payee. Payments that have begun stay as they are.
#[utoipa::path(
    delete, path = "/v1/stores/{id}/payees/{email}", tag = "barion", security(("api_key" = [])),
    params(("id" = String, Path), ("email" = String, Path, example = "ann@example.com")),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn delete_payee(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<AccountWrite>,
    Path((id, email)): Path<(String, String)>,
) -> Result<StatusCode> {
    require_open(&gateway, &merchant, &id).await?;
    let mut db = db::begin(&gateway.pool).await?;
    if !shops::delete_payee(&mut *db, &id, &email).await? {
        return Err(Problem::new(Code::PayeeNotFound, format!("nobody is known by {email}")));
    }
    merchant.note(&mut db, "barion_payee.delete", &id, json!({ "email": email.to_lowercase() })).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(asked: BarionSettings) -> Result<Settings> {
    let mut errors = FieldErrors::default();
    let payee = asked.payee.map(|payee| payee.trim().to_lowercase());
    if !payee.as_deref().is_none_or(is_email) {
        errors.add(Code::ValidationFailed, "payee", "an e-mail address");
    }
    if !(0..=MAX_REFUND_SECONDS).contains(&asked.refund_window) {
        errors.add(Code::ValidationFailed, "refund_window", format!("0 to {MAX_REFUND_SECONDS} seconds"));
    }
    let is_name =
        |name: &str| (1..=44).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let tokens = &asked.currency_tokens;
    let fit = tokens.len() <= MAX_CURRENCIES
        && tokens.iter().all(|(currency, names)| {
            is_name(currency)
                && (1..=MAX_TOKENS).contains(&names.len())
                && names.iter().all(|name| is_name(name))
        });
    if !fit {
        let detail = format!(
            "at most {MAX_CURRENCIES} currencies, each with 1 to {MAX_TOKENS} symbols or mints of tokens"
        );
        errors.add(Code::ValidationFailed, "currency_tokens", detail);
    }
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let upper = |(currency, names): (String, Vec<String>)| (currency.to_uppercase(), names);
    let currency_tokens = asked.currency_tokens.into_iter().map(upper).collect();
    Ok(Settings { payee, currency_tokens, refund_seconds: asked.refund_window })
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= MAX_EMAIL
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

fn require_own(merchant: &Identity, id: &str) -> Result<()> {
    match &merchant.store_id {
        Some(only) if only != id => Err(not_found(id)),
        _ => Ok(()),
    }
}

async fn require_open(gateway: &Gateway, merchant: &Identity, id: &str) -> Result<()> {
    require_own(merchant, id)?;
    match stores::is_open(&gateway.pool, &merchant.merchant_id, id).await? {
        true => Ok(()),
        false => Err(not_found(id)),
    }
}

fn not_found(id: &str) -> Problem {
    Problem::new(Code::StoreNotFound, format!("there is no store {id}"))
}
