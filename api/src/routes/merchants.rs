//! `/v1/merchants`: signing up; `/v1/merchant`: who is calling.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use solana_signer::Signer;
use till_store::db;
use till_store::gateway::{events, members::Membership, merchants};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::members::wallet;
use crate::auth::scope::{AccountWrite, Scope};
use crate::auth::{self, Account, Identity, SignedIn};
use crate::gateway::Gateway;
use crate::http::{JsonBody, name};
use crate::merchants::registration::{self, Registration, RegistrationRequest};
use crate::merchants::sign_up;
use crate::problem::{ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new()
        .routes(routes!(sign_up_merchant, list))
        .routes(routes!(register))
        .routes(routes!(get, rename))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    /// The merchant's account on the chain, base58.
    address: String,
    /// What customers read.
    #[schema(example = "Demo Shop")]
    name: String,
}

/// A merchant that was brought in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignUpAnswer {
    id: String,
    address: String,
    name: String,
    /// Whether this service is the account's operator. If it is not, captures, voids and refunds must be signed by
    /// the merchant.
    operated: bool,
}

/// Brings in the merchant whose account on the chain the signed-in wallet governs: with one store, and the wallet as
/// its owner. Done again it changes nothing.
#[utoipa::path(
    post, path = "/v1/merchants", tag = "account", security(("api_key" = [])),
    request_body = SignUpRequest,
    responses(
        (status = 201, description = "Brought in", body = SignUpAnswer),
        (status = 200, description = "It is there already", body = SignUpAnswer),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub async fn sign_up_merchant(
    State(gateway): State<Arc<Gateway>>,
    SignedIn { session, .. }: SignedIn,
    JsonBody { value, .. }: JsonBody<SignUpRequest>,
) -> Result<(StatusCode, Json<SignUpAnswer>)> {
    let name = name::checked(&value.name)?;
    let signed_up = sign_up::sign_up(&gateway, &session.wallet, &wallet(&value.address)?, &name).await?;
    let status = if signed_up.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let merchants::Merchant { id, address, name } = signed_up.merchant;
    Ok((status, Json(SignUpAnswer { id, address, name, operated: signed_up.operated })))
}

/// What the signed-in wallet is to a merchant.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipAnswer {
    /// The merchant's id, for `Till-Merchant`.
    id: String,
    address: String,
    name: String,
    #[schema(example = "owner")]
    role: String,
}

/// A merchant's account on the chain that the signed-in wallet governs, and that nobody owns here.
#[derive(Debug, Serialize, ToSchema)]
pub struct GovernedAnswer {
    /// Base58. The wallet can sign up with it.
    address: String,
    /// Nothing for an account that is new here.
    name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Memberships {
    data: Vec<MembershipAnswer>,
    governed: Vec<GovernedAnswer>,
}

/// The merchants that the signed-in wallet is a member of, and those that it can bring in.
#[utoipa::path(
    get, path = "/v1/merchants", tag = "account", security(("api_key" = [])),
    responses((status = 200, body = Memberships), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    SignedIn { session, memberships }: SignedIn,
) -> Result<Json<Memberships>> {
    let answer = |membership: Membership| MembershipAnswer {
        id: membership.merchant_id,
        address: membership.merchant_address,
        name: membership.merchant_name,
        role: membership.role,
    };
    let governed = merchants::unowned(&gateway.pool, &session.wallet).await?;
    let governed =
        governed.into_iter().map(|it| GovernedAnswer { address: it.address, name: it.name }).collect();
    Ok(Json(Memberships { data: memberships.into_iter().map(answer).collect(), governed }))
}

/// The transaction by which the signed-in wallet registers a merchant on the chain, with this service as its operator
/// and a vault for each token, without signatures. When it is confirmed, sign up with the address.
#[utoipa::path(
    post, path = "/v1/merchants/registration", tag = "account", security(("api_key" = [])),
    request_body = RegistrationRequest,
    responses((status = 200, body = Registration), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn register(
    State(gateway): State<Arc<Gateway>>,
    SignedIn { session, .. }: SignedIn,
    JsonBody { value, .. }: JsonBody<RegistrationRequest>,
) -> Result<Json<Registration>> {
    Ok(Json(registration::transaction(&gateway, &wallet(&session.wallet)?, value).await?))
}

/// The merchant, and who is asking.
#[derive(Debug, Serialize, ToSchema)]
pub struct MerchantAnswer {
    id: String,
    /// The merchant's account on the chain, base58.
    address: String,
    name: String,
    /// Whether this service is the account's operator, so that it can capture, void and refund; nothing until the
    /// account has been indexed.
    operated: Option<bool>,
    /// The one store that the caller may see, if it is not all of them.
    store: Option<String>,
    /// Who is calling: a key's or a client's id, or `member` and a wallet.
    actor: String,
    /// What the caller may do.
    scopes: Vec<Scope>,
    /// The number of the newest event: who listens from now on begins behind it.
    last_event_sequence: i64,
}

impl MerchantAnswer {
    async fn of(gateway: &Gateway, caller: Identity) -> Result<Self> {
        let operator = merchants::operator(&gateway.pool, &caller.merchant_address).await?;
        let ours = gateway.operator.pubkey().to_string();
        Ok(Self {
            last_event_sequence: events::last_sequence(&gateway.pool, &caller.merchant_id).await?,
            operated: operator.map(|operator| operator == ours),
            actor: caller.actor.to_string(),
            scopes: caller.scopes.each().to_vec(),
            id: caller.merchant_id,
            address: caller.merchant_address,
            name: caller.merchant_name,
            store: caller.store_id,
        })
    }
}

/// Who is calling, and for whom.
#[utoipa::path(
    get, path = "/v1/merchant", tag = "account", security(("api_key" = [])),
    params(("Till-Merchant" = Option<String>, Header, description = "For a session whose wallet is a member of several")),
    responses((status = 200, body = MerchantAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(State(gateway): State<Arc<Gateway>>, caller: Identity) -> Result<Json<MerchantAnswer>> {
    Ok(Json(MerchantAnswer::of(&gateway, caller).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameRequest {
    /// 1 to 100 characters.
    pub name: String,
}

/// Gives the merchant another name.
#[utoipa::path(
    patch, path = "/v1/merchant", tag = "account", security(("api_key" = [])),
    request_body = RenameRequest,
    responses((status = 200, body = MerchantAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn rename(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    JsonBody { value, .. }: JsonBody<RenameRequest>,
) -> Result<Json<MerchantAnswer>> {
    let name = name::checked(&value.name)?;
    let mut db = db::begin(&gateway.pool).await?;
    merchants::rename(&mut *db, &caller.merchant_id, &name).await?;
    caller.note(&mut db, "merchant.rename", &caller.merchant_id, json!({ "name": name })).await?;
    auth::commit(&gateway, db).await?;
    let renamed = Identity { merchant_name: name, ..caller };
    Ok(Json(MerchantAnswer::of(&gateway, renamed).await?))
}
