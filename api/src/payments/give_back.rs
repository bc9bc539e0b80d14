//! Giving back what nobody asked for: payments in addition to another, and of requests that had been cancelled.
//!
//! Each goes through the operations that a merchant orders: recorded, signed, sent, and confirmed by the indexer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use sqlx::PgConnection;
use till_store::db;
use till_store::domain::Standing;
use till_store::gateway::give_backs::{self, GiveBack};
use till_store::gateway::operations::{self, NewOperation};
use till_store::gateway::payments;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::rules::{Decision, Order};
use super::settle;
use crate::gateway::Gateway;
use crate::problem::Code;

/// How often the sweeper looks.
const PERIOD: Duration = Duration::from_secs(1);
/// How long one may take. It can be given up anywhere, and goes on from what is recorded.
const ONE: Duration = Duration::from_secs(30);
/// How long after an attempt the next one comes: for the operation to be confirmed, or the merchant's balance to
/// grow. Also the lease of who makes it.
const AGAIN: Duration = Duration::from_secs(15);
/// The longest pause while nothing can be ordered.
const LONGEST: Duration = Duration::from_secs(3_600);
/// How many are taken at once.
const BATCH: i64 = 16;

/// Whatever is under way at `shutdown` is dropped: what is recorded goes on, and the rest is tried again.
pub async fn run(gateway: &Arc<Gateway>, shutdown: &CancellationToken) {
    shutdown.run_until_cancelled(sweep(gateway)).await;
}

async fn sweep(gateway: &Gateway) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        let due = db::in_time(give_backs::claim(&gateway.pool, AGAIN.as_secs_f64(), BATCH)).await;
        let due = due.unwrap_or_else(|error| {
            tracing::warn!(%error, "what is to be given back could not be claimed");
            Vec::new()
        });
        for due in due {
            let payment = &due.payment_id;
            let ordered = timeout(ONE, give_back(gateway, &due)).await.context("it took too long").flatten();
            let is_ordered = ordered.unwrap_or_else(|error| {
                tracing::warn!(payment, error = format!("{error:#}"), "could not be given back yet");
                false
            });
            if is_ordered {
                continue;
            }
            let (least, most) = (AGAIN.as_secs_f64(), LONGEST.as_secs_f64());
            if let Err(error) = db::in_time(give_backs::put_off(&gateway.pool, payment, least, most)).await {
                tracing::warn!(payment, %error, "it is tried again soon");
            }
        }
    }
}

/// Orders the next operation; returns whether there was one to order.
async fn give_back(gateway: &Gateway, due: &GiveBack) -> anyhow::Result<bool> {
    if !due.is_surplus {
        return Ok(false);
    }
    let mut db = db::begin(&gateway.pool).await?;
    if !payments::lock(&mut db, &due.merchant_id, None, &due.payment_id).await? {
        return Ok(false);
    }
    let recorded = record(&mut db, due).await?;
    db.commit().await?;
    let Some(id) = recorded else { return Ok(false) };
    tracing::info!(payment = due.payment_id, transaction = id, reason = due.reason, "giving back");
    settle::attempt(gateway, &id).await;
    Ok(true)
}

/// Records the next operation that gives something back, if there is one.
async fn record(db: &mut PgConnection, due: &GiveBack) -> anyhow::Result<Option<String>> {
    // The chain may have undone the block that it was in; when it comes again, so does this.
    let Some(ordered) = operations::ordered(&mut *db, &due.payment_id).await? else { return Ok(None) };
    let Some(order) = order(&ordered.standing) else {
        give_backs::done(&mut *db, &due.payment_id).await?;
        return Ok(None);
    };
    let Decision { kind, amount, is_final, pay_out } = match order.decide(&ordered) {
        Ok(decision) => decision,
        Err(problem) if is_under_way(problem.code) => return Ok(None),
        Err(problem) => anyhow::bail!("{}: {}", problem.code.as_str(), problem.detail),
    };
    let (payment_id, vault) = (&due.payment_id, &ordered.vault);
    let operation = NewOperation { payment_id, kind, amount, is_final, pay_out, vault };
    let record = operations::record(&mut *db, operation).await?;
    give_backs::audit(db, due, &record.id).await?;
    Ok(Some(record.id))
}

/// What gives back what is in the payment: from the escrow first, then of what was captured. Nothing when nothing is
/// left, or nothing can be refunded any more.
fn order(standing: &Standing) -> Option<Order> {
    let is_over = standing.closed || standing.chain_time.is_some_and(|now| now >= standing.refund_expiry);
    if !standing.capturable.is_zero() {
        Some(Order::Void)
    } else if standing.captured > standing.refunded && !is_over {
        Some(Order::Refund { amount: None })
    } else {
        None
    }
}

/// Whether all that is left is on its way already.
fn is_under_way(code: Code) -> bool {
    matches!(code, Code::OperationInProgress | Code::AmountNotAvailable)
}
