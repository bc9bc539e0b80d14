//! Ordering an operation: recorded under the payment's lock, then attempted, then answered.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use sqlx::{PgConnection, PgExecutor};
use till_store::db;
use till_store::domain::{TransactionRecord, TransactionStatus};
use till_store::gateway::operations::{self, NewOperation};
use till_store::gateway::payments;
use till_store::view;
use tokio::time::Instant;

use super::create::not_found;
pub use super::rules::Order;
use super::settle;
pub use super::settle::attempt;
use crate::answers::TransactionAnswer;
use crate::auth::Identity;
use crate::gateway::Gateway;
use crate::idempotency::{Answer, Idempotency, Left};
use crate::problem::{Code, Problem, Result};
use crate::rules::review;

/// How often a waiting request looks again when nobody wakes it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Orders an operation of a merchant on a payment, or finds the one that its key ordered before.
/// With `wait` it is answered when it has settled, or when that time is over.
pub async fn order(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    order: Order,
    idempotency: Idempotency,
    wait: Option<Duration>,
) -> Result<Answer> {
    let (id, is_first) = match recorded(gateway, merchant, payment_id, order, &idempotency).await? {
        Recorded::Now(id) => (id, true),
        Recorded::Before(Left::Operation(id)) => (id, false),
        Recorded::Before(Left::Answer(answer)) => return Ok(answer),
    };
    if is_first {
        settle::attempt(gateway, &id).await;
    }
    let (record, decimals) =
        until_settled(gateway, merchant, payment_id, &id, wait.unwrap_or_default()).await?;
    let mut db = gateway.pool.acquire().await?;
    let body = TransactionAnswer::new(&record, decimals, view::progress(&mut db).await?);
    let status = if wait.is_some() && has_settled(&record) { StatusCode::OK } else { StatusCode::ACCEPTED };
    let answer = Answer::json(status, &body)?;
    idempotency.keep(&mut *db, if is_first { answer } else { answer.replayed() }).await
}

enum Recorded {
    Now(String),
    Before(Left),
}

async fn recorded(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    order: Order,
    idempotency: &Idempotency,
) -> Result<Recorded> {
    let _turn = gateway.turns.of(payment_id).await;
    let mut db = db::begin(&gateway.pool).await?;
    if let Some(left) = idempotency.claim(&mut db).await? {
        return Ok(Recorded::Before(left));
    }
    let record = record(&mut db, merchant, payment_id, &order).await?;
    idempotency.belongs_to(&mut db, &record.id).await?;
    db.commit().await?;
    Ok(Recorded::Now(record.id))
}

/// Records an operation in the transaction of whoever orders it, with the payment locked. Nothing is attempted.
pub async fn record(
    db: &mut PgConnection,
    merchant: &Identity,
    payment_id: &str,
    order: &Order,
) -> Result<TransactionRecord> {
    if !payments::lock(&mut *db, &merchant.merchant_id, merchant.only_store(), payment_id).await? {
        return Err(not_found(payment_id));
    }
    let ordered = operations::ordered(&mut *db, payment_id).await?.ok_or_else(|| {
        Problem::new(Code::PaymentNotAuthorized, "the payment has not been seen on the chain yet")
    })?;
    review::require(&mut *db, payment_id, order).await?;
    let decision = order.decide(&ordered)?;
    let operation = NewOperation {
        payment_id,
        kind: decision.kind,
        amount: decision.amount,
        is_final: decision.is_final,
        pay_out: decision.pay_out,
        vault: &ordered.vault,
    };
    let record = operations::record(&mut *db, operation).await?;
    let action = format!("payment.{}", decision.kind.as_str());
    merchant.note(db, &action, payment_id, json!({ "transaction": record.id })).await?;
    Ok(record)
}

/// Attempts an operation that has been recorded, if nobody has yet, and waits until it has settled or `wait` is over.
pub async fn carry_out(
    gateway: &Gateway,
    merchant: &Identity,
    id: &str,
    wait: Duration,
) -> Result<TransactionRecord> {
    let (known, _) = find(&gateway.pool, merchant, id).await?;
    if known.status == TransactionStatus::Recorded {
        settle::attempt(gateway, id).await;
    }
    let (record, _) = until_settled(gateway, merchant, &known.payment_id, id, wait).await?;
    Ok(record)
}

fn has_settled(record: &TransactionRecord) -> bool {
    matches!(record.status, TransactionStatus::Confirmed | TransactionStatus::Failed)
}

async fn until_settled(
    gateway: &Gateway,
    merchant: &Identity,
    payment_id: &str,
    id: &str,
    wait: Duration,
) -> Result<(TransactionRecord, u8)> {
    let deadline = Instant::now() + gateway.patience(wait);
    let mut changes = gateway.notices.payment(payment_id);
    loop {
        let (record, decimals) = find(&gateway.pool, merchant, id).await?;
        let now = Instant::now();
        if has_settled(&record) || now >= deadline || gateway.shutdown.is_cancelled() {
            return Ok((record, decimals));
        }
        let again = deadline.min(now + LOOK_AGAIN);
        tokio::select! {
            () = changes.next() => {}
            _ = tokio::time::sleep_until(again) => {}
            _ = gateway.shutdown.cancelled() => {}
        }
    }
}

/// An operation of the merchant.
pub async fn find(db: impl PgExecutor<'_>, merchant: &Identity, id: &str) -> Result<(TransactionRecord, u8)> {
    let found = operations::find(db, &merchant.merchant_id, merchant.only_store(), id).await?;
    found.ok_or_else(|| Problem::new(Code::TransactionNotFound, format!("there is no transaction {id}")))
}
