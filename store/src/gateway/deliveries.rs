//! The outbox: events on their way to endpoints.

use std::time::Duration;

use sqlx::PgExecutor;

/// A delivery that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claimed {
    pub id: String,
    pub event_id: String,
    pub endpoint_id: String,
    /// Counts this attempt.
    pub attempts: i32,
    pub url: String,
    pub secret: String,
    pub body: String,
}

/// What a claim may take.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// For how long nobody else may take it. It must outlast an attempt.
    pub lease: Duration,
    pub limit: i64,
    /// How many for one endpoint, so that a slow one does not take all the places.
    pub per_endpoint: i64,
    /// Endpoints that have as many under way as they may.
    pub busy: &'a [String],
}

/// Claims deliveries that are due, and counts the attempt. The lease is in `next_attempt_at`: a
/// worker that dies gives back what it had when the lease ends.
pub async fn claim(db: impl PgExecutor<'_>, claim: Claim<'_>) -> sqlx::Result<Vec<Claimed>> {
    sqlx::query_as(
        "WITH due AS (
             SELECT d.id FROM endpoints n CROSS JOIN LATERAL (
                 SELECT id FROM deliveries
                 WHERE endpoint_id = n.id AND status = 'pending' AND next_attempt_at <= now()
                 ORDER BY next_attempt_at LIMIT $3
                 FOR UPDATE SKIP LOCKED
             ) d
             WHERE n.id <> ALL($4)
             LIMIT $2
         ), claimed AS (
             UPDATE deliveries d
             SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
             FROM due WHERE d.id = due.id
             RETURNING d.id, d.event_id, d.endpoint_id, d.attempts
         )
         SELECT c.id, c.event_id, c.endpoint_id, c.attempts, n.url, n.secret, e.body
         FROM claimed c JOIN events e ON e.id = c.event_id JOIN endpoints n ON n.id = c.endpoint_id
         ORDER BY e.merchant_id, e.sequence",
    )
    .bind(claim.lease.as_secs_f64())
    .bind(claim.limit)
    .bind(claim.per_endpoint)
    .bind(claim.busy)
    .fetch_all(db)
    .await
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    Delivered,
    /// To be tried again after this time.
    Again(Duration),
    /// That was the last attempt.
    GivenUp,
}

/// Notes how the attempt numbered `attempts` ended. If the lease has run out and another attempt has
/// begun, only the good news counts.
pub async fn finish(
    db: impl PgExecutor<'_>,
    id: &str,
    attempts: i32,
    attempt: Attempt,
    response_status: Option<u16>,
    error: Option<&str>,
) -> sqlx::Result<()> {
    let (status, wait) = match attempt {
        Attempt::Delivered => ("delivered", Duration::ZERO),
        Attempt::Again(wait) => ("pending", wait),
        Attempt::GivenUp => ("failed", Duration::ZERO),
    };
    sqlx::query(
        "UPDATE deliveries
         SET status = $3, response_status = $4, error = $5,
             next_attempt_at = now() + make_interval(secs => $6),
             delivered_at = CASE WHEN $3 = 'delivered' THEN now() END
         WHERE id = $1 AND status <> 'delivered' AND ($3 = 'delivered' OR attempts = $2)",
    )
    .bind(id)
    .bind(attempts)
    .bind(status)
    .bind(response_status.map(|status| status as i16))
    .bind(error)
    .bind(wait.as_secs_f64())
    .execute(db)
    .await
    .map(drop)
}

/// How long until the next delivery is due that is not for one of the `busy` endpoints; nothing when
/// none is pending.
pub async fn next_due(db: impl PgExecutor<'_>, busy: &[String]) -> sqlx::Result<Option<Duration>> {
    let seconds: Option<f64> = sqlx::query_scalar(
        "SELECT extract(epoch FROM min(d.next_attempt_at) - now())::float8
         FROM endpoints n CROSS JOIN LATERAL (
             SELECT next_attempt_at FROM deliveries
             WHERE endpoint_id = n.id AND status = 'pending'
             ORDER BY next_attempt_at LIMIT 1
         ) d
         WHERE n.id <> ALL($1)",
    )
    .bind(busy)
    .fetch_one(db)
    .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}
