//! What the rules decided.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, PgExecutor, types::Json};

use crate::{
    domain::{Decision, Reason, RuleOutcome},
    gateway::listing::Position,
    ids::Kind,
};

/// One evaluation, to be written down.
#[derive(Clone, Debug)]
pub struct NewDecision<'a> {
    pub merchant_id: &'a str,
    pub store_id: &'a str,
    /// Nothing where the payment was blocked before it was written.
    pub payment_id: Option<&'a str>,
    /// `creation` or `wallet`.
    pub moment: &'a str,
    /// The wallet that asked for the transaction.
    pub wallet: Option<&'a str>,
    pub decision: &'a Decision,
    pub facts: Value,
}

/// Writes an evaluation, and returns whether it is news: a wallet that asks again for the same payment and is told the
/// same makes no other row.
pub async fn insert(db: impl PgExecutor<'_>, new: NewDecision<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO rule_decisions (id, merchant_id, store_id, payment_id, moment, wallet, outcome, score, reasons, facts)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
         WHERE $6::text IS NULL OR NOT EXISTS (
             SELECT FROM rule_decisions
             WHERE payment_id = $4 AND wallet = $6 AND outcome = $7 AND reasons = $9)",
    )
    .bind(Kind::Decision.random())
    .bind(new.merchant_id)
    .bind(new.store_id)
    .bind(new.payment_id)
    .bind(new.moment)
    .bind(new.wallet)
    .bind(new.decision.outcome)
    .bind(new.decision.score.map(i16::from))
    .bind(Json(&new.decision.reasons))
    .bind(new.facts)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An evaluation as it is kept.
#[derive(Clone, Debug, FromRow)]
pub struct DecisionRow {
    pub id: String,
    pub store_id: String,
    pub payment_id: Option<String>,
    pub moment: String,
    pub wallet: Option<String>,
    pub outcome: RuleOutcome,
    pub score: Option<i16>,
    #[sqlx(json)]
    pub reasons: Vec<Reason>,
    pub facts: Value,
    pub created_at: DateTime<Utc>,
}

/// Which evaluations are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// One store's, if it is not all of them.
    pub store_id: Option<&'a str>,
    pub payment_id: Option<&'a str>,
    pub outcome: Option<RuleOutcome>,
}

/// At most `limit` evaluations of a merchant, newest first: those behind `after`.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    filter: Filter<'_>,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<DecisionRow>> {
    sqlx::query_as(
        "SELECT id, store_id, payment_id, moment, wallet, outcome, score, reasons, facts, created_at
         FROM rule_decisions
         WHERE merchant_id = $1 AND ($2::text IS NULL OR store_id = $2) AND ($3::text IS NULL OR payment_id = $3)
           AND ($4::text IS NULL OR outcome = $4)
           AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6))
         ORDER BY created_at DESC, id DESC LIMIT $7",
    )
    .bind(merchant_id)
    .bind(filter.store_id)
    .bind(filter.payment_id)
    .bind(filter.outcome)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}
