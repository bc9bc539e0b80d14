//! Looks after operations until they are confirmed or failed, whoever ordered them: this process, one
//! that has died, or another that runs beside it.

use std::sync::Arc;
use std::time::Duration;

use till_store::db;
use till_store::gateway::operations::{self, Claim, OpenOperation};
use till_store::gateway::{idempotency, sessions};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{settle, transfers};
use crate::gateway::Gateway;
use crate::idempotency::KEPT_HOURS;

/// How long an operation is left alone after somebody has touched it: the time between two sends.
const SEND_AGAIN: Duration = Duration::from_secs(2);
/// How long a claim holds when nobody releases it: longer than a step, so that no second one begins
/// beside one that is slow.
const LEASE: Duration = settle::STEP.saturating_add(Duration::from_secs(5));
/// How often the worker looks.
const PERIOD: Duration = Duration::from_millis(500);
/// How many operations are looked after at once.
const CONCURRENCY: usize = 16;
/// How often old idempotency keys and sign-ins are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Whatever is under way at `shutdown` is dropped: every step can be made again.
pub async fn run(gateway: &Arc<Gateway>, shutdown: &CancellationToken) {
    shutdown
        .run_until_cancelled(futures::future::join3(
            look_after(gateway),
            forget(gateway),
            transfers::look(gateway),
        ))
        .await;
}

/// A step that takes long holds one place, and no other step.
async fn look_after(gateway: &Arc<Gateway>) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut under_way = JoinSet::new();
    // Whether there was more to do than places, so that the next free place is filled at once.
    let mut more = false;
    loop {
        tokio::select! {
            _ = period.tick() => {}
            Some(ended) = under_way.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a step of an operation ended badly; its lease ends by itself");
                }
                if !more {
                    continue;
                }
            }
        }
        let places = CONCURRENCY - under_way.len();
        if places == 0 {
            continue;
        }
        let claim = Claim { untouched_for: SEND_AGAIN, lease: LEASE, limit: places as i64 };
        let claimed = db::in_time(operations::claim(&gateway.pool, claim)).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "open operations could not be claimed");
            Vec::new()
        });
        more = claimed.len() == places;
        for operation in claimed {
            under_way.spawn(step(gateway.clone(), operation));
        }
    }
}

async fn step(gateway: Arc<Gateway>, operation: OpenOperation) {
    let transaction = &operation.id;
    if let Err(error) = settle::resume(&gateway, &operation).await {
        tracing::warn!(transaction, error = format!("{error:#}"), "an operation is still open");
    }
    if let Err(error) = db::in_time(operations::release(&gateway.pool, transaction)).await {
        tracing::warn!(transaction, %error, "an operation could not be released; its lease ends by itself");
    }
}

async fn forget(gateway: &Gateway) {
    let mut period = interval(FORGET_EVERY);
    loop {
        period.tick().await;
        if let Err(error) = db::in_time(idempotency::forget(&gateway.pool, KEPT_HOURS)).await {
            tracing::warn!(%error, "old idempotency keys could not be forgotten");
        }
        if let Err(error) = db::in_time(sessions::forget(&gateway.pool)).await {
            tracing::warn!(%error, "old sign-ins could not be forgotten");
        }
    }
}
