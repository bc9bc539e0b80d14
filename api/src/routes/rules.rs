//! `/v1/rules`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use till_store::db;
use till_store::domain::{Decision, RuleOutcome};
use till_store::gateway::rules::{self as rows, RuleRow, RuleTerms};
use till_store::gateway::stores;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Caller, Identity,
    scope::{RulesRead, RulesWrite},
};
use crate::gateway::Gateway;
use crate::http::JsonBody;
use crate::idempotency::{Answer, IdempotencyKey, Left};
use crate::problem::{Code, FieldErrors, Problem, ProblemBody, Result};
use crate::rules::{self, condition::Condition, facts::Facts, facts::Moment};
use crate::webhooks::signature::new_secret;

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(test)).routes(routes!(get, put, delete))
}

const MOST_RULES: i64 = 100;
const MAX_NAME: usize = 100;
const MAX_MESSAGE: usize = 200;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleRequest {
    #[schema(example = "Three an hour")]
    name: String,
    /// The shop whose payments it is for, and counts; all of the merchant's, unless given.
    store: Option<String>,
    /// Rules are asked in this order, those for all stores before those for one; 0 unless given. It matters only to those
    /// that allow.
    #[serde(default)]
    position: i32,
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
    outcome: RuleOutcome,
    /// What a customer may read when it blocks.
    #[schema(example = "Please try again in an hour.")]
    message: Option<String>,
    condition: Condition,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleAnswer {
    #[schema(example = "rul_0123456789abcdef0123456789abcdef")]
    id: String,
    store: Option<String>,
    name: String,
    position: i32,
    enabled: bool,
    outcome: RuleOutcome,
    message: Option<String>,
    condition: Condition,
    /// What requests to a risk hook are signed with, `whsec_…` after Standard Webhooks. Shown when it is made, and not
    /// again, nor when the request is repeated with its Idempotency-Key.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A hook's secret that has just been made.
struct HookSecret {
    plain: String,
    /// As it is kept.
    sealed: String,
}

impl RuleAnswer {
    /// With the secret, if it is the one that has just been made.
    fn new(row: RuleRow, made: Option<&HookSecret>) -> Result<Self> {
        let condition = rules::read(&row)?.condition;
        let RuleRow { id, store_id, name, position, enabled, outcome, message, secret, .. } = row;
        let made = made.filter(|made| secret.as_ref() == Some(&made.sealed));
        let secret = made.map(|made| made.plain.clone());
        let (created_at, updated_at) = (row.created_at, row.updated_at);
        let store = store_id;
        Ok(Self {
            id,
            store,
            name,
            position,
            enabled,
            outcome,
            message,
            condition,
            secret,
            created_at,
            updated_at,
        })
    }
}

/// The rules of a merchant, in the order in which they are asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleList {
    data: Vec<RuleAnswer>,
}

/// Makes a rule. It holds for payments that are asked for from now on.
#[utoipa::path(
    post, path = "/v1/rules", tag = "rules", security(("api_key" = [])),
    request_body = RuleRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body: one rule")),
    responses((status = 201, body = RuleAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn create(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesWrite>,
    key: IdempotencyKey,
    JsonBody { value, bytes }: JsonBody<RuleRequest>,
) -> Result<Answer> {
    let secret = check(&gateway, &merchant, &value).await?;
    let terms = terms(&merchant, &value, secret.as_ref())?;
    let idempotency = key.of(&merchant, &bytes);
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(Left::Answer(answer)) = idempotency.claim(&mut db).await? {
        return Ok(answer.located("/v1/rules"));
    }
    let row = rows::insert(&mut *db, &merchant.merchant_id, terms, MOST_RULES).await?;
    let row =
        row.ok_or_else(|| Problem::new(Code::TooManyRules, format!("there are {MOST_RULES} already")))?;
    merchant.note(&mut db, "rule.create", &row.id, details(&value)).await?;
    // What is kept, and given to whoever repeats the request, is without the secret.
    let kept = Answer::json(StatusCode::CREATED, &RuleAnswer::new(row.clone(), None)?)?;
    idempotency.keep(&mut *db, kept).await?;
    let answer = Answer::json(StatusCode::CREATED, &RuleAnswer::new(row, secret.as_ref())?)?;
    db.commit().await?;
    Ok(answer.located("/v1/rules"))
}

/// All rules, in the order in which they are asked.
#[utoipa::path(
    get, path = "/v1/rules", tag = "rules", security(("api_key" = [])),
    responses((status = 200, body = RuleList), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesRead>,
) -> Result<Json<RuleList>> {
    let found = rows::list(&gateway.pool, &merchant.merchant_id, merchant.only_store()).await?;
    let data = found.into_iter().map(|row| RuleAnswer::new(row, None)).collect::<Result<_>>()?;
    Ok(Json(RuleList { data }))
}

/// A rule.
#[utoipa::path(
    get, path = "/v1/rules/{id}", tag = "rules", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = RuleAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn get(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesRead>,
    Path(id): Path<String>,
) -> Result<Json<RuleAnswer>> {
    let only = merchant.only_store();
    let row = rows::get(&gateway.pool, &merchant.merchant_id, only, &id).await?;
    Ok(Json(RuleAnswer::new(row.ok_or_else(|| not_found(&id))?, None)?))
}

/// Puts other terms in the place of a rule's. A hook keeps its secret.
#[utoipa::path(
    put, path = "/v1/rules/{id}", tag = "rules", security(("api_key" = [])),
    request_body = RuleRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = RuleAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn put(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesWrite>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<RuleRequest>,
) -> Result<Json<RuleAnswer>> {
    let secret = check(&gateway, &merchant, &value).await?;
    let terms = terms(&merchant, &value, secret.as_ref())?;
    let only = merchant.only_store();
    let mut db = db::begin(&gateway.pool).await?;
    let row = rows::update(&mut *db, &merchant.merchant_id, only, &id, terms).await?;
    let row = row.ok_or_else(|| not_found(&id))?;
    merchant.note(&mut db, "rule.put", &id, details(&value)).await?;
    db.commit().await?;
    Ok(Json(RuleAnswer::new(row, secret.as_ref())?))
}

/// Deletes a rule. What it decided stays.
#[utoipa::path(
    delete, path = "/v1/rules/{id}", tag = "rules", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn delete(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesWrite>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let mut db = db::begin(&gateway.pool).await?;
    if !rows::delete(&mut *db, &merchant.merchant_id, merchant.only_store(), &id).await? {
        return Err(not_found(&id));
    }
    merchant.note(&mut db, "rule.delete", &id, json!({})).await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleTestRequest)]
pub struct TestRequest {
    facts: Facts,
    #[serde(default)]
    moment: Moment,
}

/// What the rules would decide now about a payment with these facts. Nothing is written or counted, and no risk hook is
/// asked: give a `score` to see what it would do.
#[utoipa::path(
    post, path = "/v1/rules/test", tag = "rules", security(("api_key" = [])),
    request_body = TestRequest,
    responses((status = 200, body = Decision), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn test(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesRead>,
    JsonBody { value, .. }: JsonBody<TestRequest>,
) -> Result<Json<Decision>> {
    let TestRequest { mut facts, moment } = value;
    if let Some(only) = &merchant.store_id {
        facts.store = only.clone();
    }
    let mut db = gateway.pool.acquire().await?;
    Ok(Json(rules::rehearse(&mut db, &merchant, moment, facts).await?))
}

/// Checks a request, and makes the secret that it needs.
async fn check(gateway: &Gateway, merchant: &Identity, request: &RuleRequest) -> Result<Option<HookSecret>> {
    let mut errors = FieldErrors::default();
    let mut text = |field: &str, text: &str, most: usize| {
        if !(1..=most).contains(&text.chars().count()) || text.chars().any(char::is_control) {
            let detail = format!("1 to {most} characters, without control characters");
            errors.add(Code::ValidationFailed, field, detail);
        }
    };
    text("name", &request.name, MAX_NAME);
    if let Some(message) = &request.message {
        text("message", message, MAX_MESSAGE);
    }
    if let Some(store) = &request.store {
        let only = merchant.store_id.as_ref();
        let is_theirs = only.is_none_or(|only| only == store)
            && stores::is_open(&gateway.pool, &merchant.merchant_id, store).await?;
        if !is_theirs {
            errors.add(Code::StoreNotFound, "store", "the key has no such store");
        }
    }
    request.condition.check(request.outcome, gateway.guard, &mut errors);
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    if !matches!(request.condition, Condition::RiskHook { .. }) {
        return Ok(None);
    }
    let plain = new_secret();
    let sealed = gateway.seal.seal(&plain)?;
    Ok(Some(HookSecret { plain, sealed }))
}

fn terms<'a>(
    merchant: &'a Identity,
    request: &'a RuleRequest,
    secret: Option<&'a HookSecret>,
) -> Result<RuleTerms<'a>> {
    Ok(RuleTerms {
        store_id: request.store.as_deref().or(merchant.only_store()),
        name: &request.name,
        position: request.position,
        enabled: request.enabled,
        outcome: request.outcome,
        message: request.message.as_deref(),
        condition: serde_json::to_value(&request.condition).map_err(anyhow::Error::from)?,
        secret: secret.map(|secret| secret.sealed.as_str()),
    })
}

/// What the audit log says of a rule. Its condition is not there: the URL of a hook may hold a secret.
fn details(request: &RuleRequest) -> Value {
    let RuleRequest { name, store, position, enabled, outcome, .. } = request;
    json!({ "name": name, "store": store, "position": position, "enabled": enabled, "outcome": outcome })
}

fn not_found(id: &str) -> Problem {
    Problem::new(Code::RuleNotFound, format!("there is no rule {id}"))
}
