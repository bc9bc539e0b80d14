//! Looks after operations until they are confirmed or failed, whoever ordered them: this process, one
//! that has died, or another that runs beside it.

use std::time::Duration;

use futures::{StreamExt, stream};
use till_store::gateway::{idempotency, operations};
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

use super::settle;
use crate::gateway::Gateway;
use crate::idempotency::KEPT_HOURS;

/// How long an operation is left alone after somebody has touched it: the time between two sends.
const LEASE: Duration = Duration::from_secs(2);
/// How often the worker looks.
const PERIOD: Duration = Duration::from_millis(500);
/// How many operations are looked after at once.
const CONCURRENCY: usize = 8;
/// How often old idempotency keys are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

pub async fn run(gateway: &Gateway, shutdown: &CancellationToken) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut forget_at = Instant::now();
    while shutdown.run_until_cancelled(period.tick()).await.is_some() {
        if let Err(error) = round(gateway).await {
            tracing::warn!(%error, "open operations could not be claimed");
        }
        if Instant::now() >= forget_at {
            forget_at = Instant::now() + FORGET_EVERY;
            if let Err(error) = idempotency::forget(&gateway.pool, KEPT_HOURS).await {
                tracing::warn!(%error, "old idempotency keys could not be forgotten");
            }
        }
    }
}

async fn round(gateway: &Gateway) -> sqlx::Result<()> {
    let claimed = operations::claim(&gateway.pool, LEASE, CONCURRENCY as i64).await?;
    stream::iter(claimed)
        .for_each_concurrent(CONCURRENCY, |operation| async move {
            if let Err(error) = settle::resume(gateway, &operation).await {
                let error = format!("{error:#}");
                tracing::warn!(transaction = operation.id, error, "an operation is still open");
            }
        })
        .await;
    Ok(())
}
