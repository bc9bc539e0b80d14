//! The outbox: events on their way to endpoints, as a dispatcher takes them out and puts them back.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::endpoints::Keys;

/// A delivery that this process has claimed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claimed {
    pub id: String,
    pub event_id: String,
    pub endpoint_id: String,
    /// Of what [`targets`] says of the endpoint.
    pub version: i32,
    /// Whether the endpoint's last attempt failed.
    pub is_failing: bool,
    /// Whether this is the one attempt while the endpoint's circuit is open.
    pub is_probe: bool,
    /// Counts this attempt.
    pub attempts: i32,
    /// Where in `attempts` the schedule of retries began.
    pub retries_from: i32,
    pub body: String,
}

/// What a claim may take.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// For how long nobody else may take it. It must outlast an attempt.
    pub lease: Duration,
    pub limit: i64,
    /// How many for one endpoint; for one whose last attempt failed, one.
    pub per_endpoint: i64,
    /// How many for those that are not to have `per_endpoint`.
    pub places: &'a BTreeMap<String, i64>,
}

/// Claims deliveries that are due, and counts the attempt. The lease is in `next_attempt_at`: a worker
/// that dies gives back what it had when the lease ends.
///
/// It steps from endpoint to endpoint over the index of what is pending, so it costs by the endpoints
/// that have something pending, and not by how much that is, nor by what was delivered before. Who has
/// waited longest comes first; of one endpoint what was told first.
pub async fn claim(db: impl PgExecutor<'_>, claim: Claim<'_>) -> sqlx::Result<Vec<Claimed>> {
    sqlx::query_as(
        "WITH RECURSIVE pending AS (
             (SELECT endpoint_id, next_attempt_at FROM deliveries WHERE status = 'pending'
              ORDER BY endpoint_id, next_attempt_at LIMIT 1)
             UNION ALL
             SELECT next.endpoint_id, next.next_attempt_at FROM pending p CROSS JOIN LATERAL (
                 SELECT endpoint_id, next_attempt_at FROM deliveries
                 WHERE status = 'pending' AND endpoint_id > p.endpoint_id
                 ORDER BY endpoint_id, next_attempt_at LIMIT 1
             ) next
         ), open AS (
             SELECT n.id, n.version, n.failures > 0 AS is_failing, n.probe_at IS NOT NULL AS is_probe,
                    CASE WHEN n.probe_at IS NOT NULL THEN 1
                         ELSE coalesce(($4::jsonb ->> n.id)::bigint, CASE WHEN n.failures = 0 THEN $3 ELSE 1 END)
                    END AS places
             FROM pending p JOIN endpoints n ON n.id = p.endpoint_id
             WHERE p.next_attempt_at <= now() AND n.paused_at IS NULL
               AND (n.probe_at IS NULL OR n.probe_at <= now()) AND coalesce(($4::jsonb ->> n.id)::bigint, 1) > 0
             ORDER BY p.next_attempt_at LIMIT $2
         ), due AS (
             SELECT d.id, open.version, open.is_failing, open.is_probe FROM open CROSS JOIN LATERAL (
                 SELECT id FROM deliveries
                 WHERE endpoint_id = open.id AND status = 'pending' AND next_attempt_at <= now()
                 ORDER BY next_attempt_at, sequence LIMIT open.places
                 FOR UPDATE SKIP LOCKED
             ) d
             LIMIT $2
         ), claimed AS (
             UPDATE deliveries d
             SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
             FROM due WHERE d.id = due.id
             RETURNING d.id, d.event_id, d.endpoint_id, d.attempts, d.retries_from, d.sequence,
                       due.version, due.is_failing, due.is_probe
         )
         SELECT c.id, c.event_id, c.endpoint_id, c.version, c.is_failing, c.is_probe, c.attempts, c.retries_from,
                e.body
         FROM claimed c JOIN events e ON e.id = c.event_id
         ORDER BY c.sequence",
    )
    .bind(claim.lease.as_secs_f64())
    .bind(claim.limit)
    .bind(claim.per_endpoint)
    .bind(sqlx::types::Json(claim.places))
    .fetch_all(db)
    .await
}

/// An endpoint as far as sending needs it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Target {
    pub id: String,
    pub version: i32,
    pub url: String,
    #[sqlx(flatten)]
    pub keys: Keys,
}

/// How deliveries to these endpoints are sent.
pub async fn targets(db: impl PgExecutor<'_>, endpoint_ids: &[&str]) -> sqlx::Result<Vec<Target>> {
    sqlx::query_as(
        "SELECT id, version, url, secret, signing_key, previous_secret, previous_signing_key, previous_until
         FROM endpoints WHERE id = ANY($1)",
    )
    .bind(endpoint_ids)
    .fetch_all(db)
    .await
}

/// What becomes of a delivery after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Delivered,
    /// To be tried again after this time.
    Again(Duration),
    /// That was the last attempt.
    GivenUp,
}

impl Next {
    const fn status(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Again(_) => "pending",
            Self::GivenUp => "failed",
        }
    }

    fn seconds(self) -> f64 {
        match self {
            Self::Again(wait) => wait.as_secs_f64(),
            Self::Delivered | Self::GivenUp => 0.0,
        }
    }
}

/// An attempt that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub delivery_id: String,
    /// Its number.
    pub attempt: i32,
    pub at: DateTime<Utc>,
    pub duration: Duration,
    pub response_status: Option<u16>,
    /// The beginning of the answer, without zero bytes.
    pub response_body: Option<String>,
    pub error: Option<String>,
    pub next: Next,
}

/// Notes many attempts in one statement, in the log too. If a lease has run out and another attempt has
/// begun, only good news counts.
pub async fn finish(db: impl PgExecutor<'_>, ended: &[Ended]) -> sqlx::Result<()> {
    sqlx::query(
        "WITH ended AS (
             SELECT * FROM unnest($1::text[], $2::integer[], $3::timestamptz[], $4::integer[], $5::smallint[],
                 $6::text[], $7::text[], $8::text[], $9::float8[])
                 AS u (id, attempt, at, duration_ms, response_status, response_body, error, status, wait)
         ), logged AS (
             INSERT INTO delivery_attempts
                 (delivery_id, attempt, at, duration_ms, response_status, response_body, error)
             SELECT id, attempt, at, duration_ms, response_status, response_body, error FROM ended
             ON CONFLICT DO NOTHING
         )
         UPDATE deliveries d
         SET status = u.status, response_status = u.response_status, error = u.error,
             next_attempt_at = now() + make_interval(secs => u.wait),
             delivered_at = CASE WHEN u.status = 'delivered' THEN now() END
         FROM ended u
         WHERE d.id = u.id AND d.status <> 'delivered' AND (u.status = 'delivered' OR d.attempts = u.attempt)",
    )
    .bind(ended.iter().map(|ended| ended.delivery_id.as_str()).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.attempt).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.at).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| millis(ended.duration)).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.response_status.map(u16::cast_signed)).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.response_body.as_deref()).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.error.as_deref()).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.next.status()).collect::<Vec<_>>())
    .bind(ended.iter().map(|ended| ended.next.seconds()).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

fn millis(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

/// Takes back the delivery of the event numbered `sequence` to an endpoint.
pub async fn withdraw(db: impl PgExecutor<'_>, endpoint_id: &str, sequence: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM deliveries WHERE endpoint_id = $1 AND sequence = $2")
        .bind(endpoint_id)
        .bind(sequence)
        .execute(db)
        .await
        .map(drop)
}
