//! `/v1/members`: the people of a merchant, by their wallet.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use solana_pubkey::Pubkey;
use sqlx::PgConnection;
use till_store::db;
use till_store::gateway::members::{self, Member};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::role::{By, Change, Role};
use crate::auth::scope::{AccountRead, AccountWrite, Scope};
use crate::auth::{self, Account, Actor, Identity};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::problem::{Code, Problem, ProblemBody, Result};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}

/// A person who acts for the merchant.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberAnswer {
    /// Base58.
    wallet: String,
    #[schema(value_type = Role)]
    role: String,
    created_at: DateTime<Utc>,
}

impl From<Member> for MemberAnswer {
    fn from(member: Member) -> Self {
        let Member { wallet, role, created_at } = member;
        Self { wallet, role, created_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Members {
    /// Oldest first.
    data: Vec<MemberAnswer>,
}

/// The merchant's members.
#[utoipa::path(
    get, path = "/v1/members", tag = "account", security(("api_key" = [])),
    responses((status = 200, body = Members), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountRead>,
) -> Result<Json<Members>> {
    let found = members::list(&gateway.pool, &caller.merchant_id).await?;
    Ok(Json(Members { data: found.into_iter().map(MemberAnswer::from).collect() }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRequest {
    role: Role,
}

/// Makes a wallet a member, or gives a member another role. Only an owner makes owners, and nobody raises themselves.
#[utoipa::path(
    put, path = "/v1/members/{wallet}", tag = "account", security(("api_key" = [])),
    request_body = MemberRequest,
    params(("wallet" = String, Path, description = "Base58")),
    responses((status = 200, body = MemberAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn put(
    State(gateway): State<Arc<Gateway>>,
    Account(caller, _): Account<AccountWrite>,
    Path(address): Path<String>,
    JsonBody { value, .. }: JsonBody<MemberRequest>,
) -> Result<Json<MemberAnswer>> {
    let address = wallet(&address)?.to_string();
    let mut db = db::begin(&gateway.pool).await?;
    let from = judged(&mut db, &caller, &address, Some(value.role)).await?;
    let role = value.role.as_str();
    let member = members::put(&mut *db, &caller.merchant_id, &address, role).await?;
    let details = json!({ "from": from.map(Role::as_str), "to": role });
    caller.note(&mut db, "member.put", &address, details).await?;
    auth::commit(&gateway, db).await?;
    Ok(Json(member.into()))
}

/// Removes a member, whose sessions act for the merchant no longer. Keys that the member has made remain. Members may
/// leave whatever their role is.
#[utoipa::path(
    delete, path = "/v1/members/{wallet}", tag = "account", security(("api_key" = [])),
    params(("wallet" = String, Path, description = "Base58")),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(gateway): State<Arc<Gateway>>,
    caller: Identity,
    Path(address): Path<String>,
) -> Result<StatusCode> {
    let address = wallet(&address)?.to_string();
    if caller.actor != Actor::Member(address.clone()) {
        caller.require_account(Scope::AccountWrite)?;
    }
    let mut db = db::begin(&gateway.pool).await?;
    let from = judged(&mut db, &caller, &address, None).await?;
    let Some(from) = from else {
        return Err(Problem::new(Code::MemberNotFound, format!("{address} is no member")));
    };
    members::remove(&mut *db, &caller.merchant_id, &address).await?;
    caller.note(&mut db, "member.remove", &address, json!({ "from": from.as_str() })).await?;
    auth::commit(&gateway, db).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Holds all members still, judges what a wallet is to become by what everybody is now, and returns what it is.
async fn judged(
    db: &mut PgConnection,
    caller: &Identity,
    wallet: &str,
    to: Option<Role>,
) -> Result<Option<Role>> {
    let caller = auth::current(&mut *db, caller).await?;
    let members = members::list(db, &caller.merchant_id).await?;
    let role_of = |wallet: &str| {
        members.iter().find(|member| member.wallet == wallet).and_then(|member| Role::parse(&member.role))
    };
    let by = match &caller.actor {
        Actor::Member(wallet) => {
            let gone = || Problem::new(Code::RightsExceeded, "you are no longer a member");
            By::Member { wallet, role: role_of(wallet).ok_or_else(gone)? }
        }
        _ => By::Machine(&caller.scopes),
    };
    let owners = members.iter().filter(|member| member.role == Role::Owner.as_str()).count();
    let from = role_of(wallet);
    let judged = Change { by, wallet, from, to, owners }.judge();
    judged.map_err(|(code, detail)| Problem::new(code, detail))?;
    Ok(from)
}

/// A wallet's address in a request.
pub fn wallet(address: &str) -> Result<Pubkey> {
    address
        .parse()
        .map_err(|_| Problem::new(Code::AccountInvalid, "this is not the base58 address of an account"))
}
