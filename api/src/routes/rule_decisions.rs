//! `/v1/rule-decisions`, `/v1/payments/{id}/decisions` and `/review`: what the rules decided, and what people made of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use till_store::domain::{Reason, RuleOutcome};
use till_store::gateway::listing::Position;
use till_store::gateway::rules::decisions::{self, DecisionRow, Filter};
use till_store::gateway::rules::reviews::{self, Review, ReviewState};
use till_store::view;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{
    Caller,
    scope::{PaymentsOperate, RulesRead},
};
use crate::gateway::Gateway;
use crate::http::cursor::{self, page_size};
use crate::http::{JsonBody, QueryOf};
use crate::payments::create::not_found;
use crate::problem::{Code, FieldErrors, ProblemBody, Result};
use crate::rules::{facts::Facts, review};

pub fn routes() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(of_payment)).routes(routes!(decide))
}

const DEFAULT_LIMIT: i64 = 20;
const MAX_LIMIT: i64 = 100;
/// The newest that are shown of one payment.
const OF_A_PAYMENT: i64 = 100;
const MAX_NOTE: usize = 500;

/// One evaluation of the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionAnswer {
    id: String,
    store: String,
    /// Nothing where the payment was blocked before there was one.
    payment: Option<String>,
    /// `creation`, or `wallet` when a wallet asked for the transaction.
    #[schema(example = "creation")]
    moment: String,
    wallet: Option<String>,
    outcome: RuleOutcome,
    score: Option<i16>,
    reasons: Vec<Reason>,
    /// What was known.
    #[schema(value_type = Facts)]
    facts: serde_json::Value,
    created_at: DateTime<Utc>,
}

impl From<DecisionRow> for DecisionAnswer {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id,
            store: row.store_id,
            payment: row.payment_id,
            moment: row.moment,
            wallet: row.wallet,
            outcome: row.outcome,
            score: row.score,
            reasons: row.reasons,
            facts: row.facts,
            created_at: row.created_at,
        }
    }
}

/// A page of evaluations, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionPage {
    data: Vec<DecisionAnswer>,
    /// Give it as `cursor` for the next page; nothing on the last one.
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecisionsQuery {
    /// 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    outcome: Option<RuleOutcome>,
}

/// What the rules decided, blocked attempts included.
#[utoipa::path(
    get, path = "/v1/rule-decisions", tag = "rules", security(("api_key" = [])),
    params(DecisionsQuery),
    responses((status = 200, body = DecisionPage), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn list(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesRead>,
    QueryOf(query): QueryOf<DecisionsQuery>,
) -> Result<Json<DecisionPage>> {
    let limit = page_size(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.cursor.as_deref().map(cursor::decode).transpose()?;
    let filter = Filter { store_id: merchant.only_store(), outcome: query.outcome, payment_id: None };
    let merchant = &merchant.merchant_id;
    let mut found = decisions::list(&gateway.pool, merchant, filter, after.as_ref(), limit + 1).await?;
    let is_last = found.len() as i64 <= limit;
    found.truncate(limit as usize);
    let position = |row: &DecisionRow| Position { created_at: row.created_at, id: row.id.clone() };
    let next_cursor = if is_last { None } else { found.last().map(|row| cursor::encode(&position(row))) };
    Ok(Json(DecisionPage { data: found.into_iter().map(DecisionAnswer::from).collect(), next_cursor }))
}

/// How far a review has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewAnswer {
    payment: String,
    /// `pending`: it cannot be captured yet. `approved`: it can. `rejected`: it can only be voided.
    #[schema(example = "pending")]
    state: &'static str,
    note: Option<String>,
    /// The key or member that decided.
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Review> for ReviewAnswer {
    fn from(review: Review) -> Self {
        let state = match review.state {
            ReviewState::Pending => "pending",
            ReviewState::Approved => "approved",
            ReviewState::Rejected => "rejected",
        };
        let Review { payment_id: payment, note, decided_by, decided_at, created_at, .. } = review;
        Self { payment, state, note, decided_by, decided_at, created_at }
    }
}

/// What was decided about one payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentDecisions {
    /// The newest hundred, newest first.
    data: Vec<DecisionAnswer>,
    /// The review that a rule asked for, if one did.
    review: Option<ReviewAnswer>,
}

/// What the rules decided about a payment: when it was asked for, and about each wallet that asked for its transaction.
#[utoipa::path(
    get, path = "/v1/payments/{id}/decisions", tag = "rules", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = PaymentDecisions), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn of_payment(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<RulesRead>,
    Path(id): Path<String>,
) -> Result<Json<PaymentDecisions>> {
    let mut db = gateway.pool.acquire().await?;
    let payment = view::payment(&mut db, &merchant.merchant_id, merchant.only_store(), &id).await?;
    payment.ok_or_else(|| not_found(&id))?;
    let filter = Filter { payment_id: Some(&id), ..Filter::default() };
    let found = decisions::list(&mut *db, &merchant.merchant_id, filter, None, OF_A_PAYMENT).await?;
    let review = reviews::of(&mut *db, &id).await?.map(ReviewAnswer::from);
    Ok(Json(PaymentDecisions { data: found.into_iter().map(DecisionAnswer::from).collect(), review }))
}

/// What a person makes of a payment.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be captured.
    Approve,
    /// It may be voided and not captured.
    Reject,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRequest {
    verdict: Verdict,
    /// Why.
    note: Option<String>,
}

/// Decides the review that a rule asked for. The same decision again is answered as the first was.
#[utoipa::path(
    post, path = "/v1/payments/{id}/review", tag = "rules", security(("api_key" = [])),
    request_body = ReviewRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = ReviewAnswer), (status = "default", body = ProblemBody, content_type = "application/problem+json")),
)]
pub async fn decide(
    State(gateway): State<Arc<Gateway>>,
    Caller(merchant, _): Caller<PaymentsOperate>,
    Path(id): Path<String>,
    JsonBody { value: ReviewRequest { verdict, note }, .. }: JsonBody<ReviewRequest>,
) -> Result<Json<ReviewAnswer>> {
    let mut errors = FieldErrors::default();
    if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        errors.add(Code::ValidationFailed, "note", format!("at most {MAX_NOTE} characters"));
    }
    if let Some(problem) = errors.into_problem() {
        return Err(problem);
    }
    let state = match verdict {
        Verdict::Approve => ReviewState::Approved,
        Verdict::Reject => ReviewState::Rejected,
    };
    Ok(Json(review::decide(&gateway, &merchant, &id, state, note.as_deref()).await?.into()))
}
