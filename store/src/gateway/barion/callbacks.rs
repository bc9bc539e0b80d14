//! Callbacks on their way to shops. They say which payment to look at, and nothing else.

use std::time::Duration;

use sqlx::{PgConnection, PgExecutor};

use crate::gateway::deliveries::Next;

/// Orders a callback for each of `payment_ids` that is known at Barion and wants one, in the transaction of what has
/// changed.
pub async fn order(db: &mut PgConnection, payment_ids: &[String]) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO barion_callbacks (payment_id)
         SELECT payment_id FROM barion_payments WHERE payment_id = ANY($1) AND callback_url IS NOT NULL",
    )
    .bind(payment_ids)
    .execute(db)
    .await
    .map(drop)
}

/// A callback that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claimed {
    pub id: i64,
    pub payment_id: String,
    pub url: String,
    /// Counts this attempt.
    pub attempts: i32,
}

/// Claims callbacks that are due, and counts the attempt. Nobody else takes them during `lease`, which must outlast an
/// attempt: a worker that dies gives them back.
pub async fn claim(db: impl PgExecutor<'_>, lease: Duration, limit: i64) -> sqlx::Result<Vec<Claimed>> {
    sqlx::query_as(
        "WITH due AS (
             SELECT id FROM barion_callbacks WHERE status = 'pending' AND next_attempt_at <= now()
             ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
             UPDATE barion_callbacks c
             SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
             FROM due WHERE due.id = c.id
             RETURNING c.id, c.payment_id, c.attempts
         )
         SELECT c.id, c.payment_id, b.callback_url AS url, c.attempts
         FROM claimed c JOIN barion_payments b ON b.payment_id = c.payment_id ORDER BY c.id",
    )
    .bind(lease.as_secs_f64())
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Notes how the attempt numbered `attempts` ended. If another has begun since, only the good news counts.
pub async fn finish(
    db: impl PgExecutor<'_>,
    callback: &Claimed,
    next: Next,
    response_status: Option<u16>,
    error: Option<&str>,
) -> sqlx::Result<()> {
    let (status, wait) = match next {
        Next::Delivered => ("delivered", Duration::ZERO),
        Next::Again(wait) => ("pending", wait),
        Next::GivenUp => ("failed", Duration::ZERO),
    };
    sqlx::query(
        "UPDATE barion_callbacks
         SET status = $3, response_status = $4, error = $5,
             next_attempt_at = now() + make_interval(secs => $6),
             delivered_at = CASE WHEN $3 = 'delivered' THEN now() END
         WHERE id = $1 AND status <> 'delivered' AND ($3 = 'delivered' OR attempts = $2)",
    )
    .bind(callback.id)
    .bind(callback.attempts)
    .bind(status)
    .bind(response_status.map(|status| status as i16))
    .bind(error)
    .bind(wait.as_secs_f64())
    .execute(db)
    .await
    .map(drop)
}

/// How long until the next callback is due; nothing when none is pending.
pub async fn next_due(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Duration>> {
    let seconds: Option<f64> = sqlx::query_scalar(
        "SELECT extract(epoch FROM min(next_attempt_at) - now())::float8
         FROM barion_callbacks WHERE status = 'pending'",
    )
    .fetch_one(db)
    .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}
