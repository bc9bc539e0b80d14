//! What came of deliveries, and having them made again.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};

use super::endpoints::Owner;
use crate::outbox::{delivery_id, endpoint_takes};

/// How long finished deliveries and attempts are kept, in days. The events stay.
pub const KEPT_DAYS: i32 = 30;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Delivery {
    pub id: String,
    pub event_id: String,
    pub endpoint_id: String,
    /// The event's.
    pub sequence: i64,
    /// The event's type.
    pub kind: String,
    pub status: String,
    pub attempts: i32,
    /// While it is pending. An attempt that is under way counts as one that is to come.
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub response_status: Option<i16>,
    pub error: Option<String>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// The columns of a [`Delivery`], as text: of `deliveries` by the name of `d` and `events` by that of `e`.
macro_rules! delivery_columns {
    () => {
        "d.id, d.event_id, d.endpoint_id, d.sequence, e.type AS kind, d.status, d.attempts,
         CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS next_attempt_at, d.response_status, d.error,
         d.delivered_at, d.created_at"
    };
}

/// Deliveries to an endpoint that come before the event numbered `before`, newest event first, of this
/// status if one is given.
pub async fn list(
    db: impl PgExecutor<'_>,
    endpoint_id: &str,
    status: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<Delivery>> {
    sqlx::query_as(concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM deliveries d JOIN events e ON e.id = d.event_id
          WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.status = $2) AND d.sequence < $3
          ORDER BY d.sequence DESC LIMIT $4",
    ))
    .bind(endpoint_id)
    .bind(status)
    .bind(before.unwrap_or(i64::MAX))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A delivery of an owner's, and the body that is sent.
pub async fn get(
    db: impl PgExecutor<'_>,
    owner: Owner<'_>,
    id: &str,
) -> sqlx::Result<Option<(Delivery, String)>> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        delivery: Delivery,
        body: String,
    }
    let found: Option<Found> = sqlx::query_as(concat!(
        "SELECT ",
        delivery_columns!(),
        ", e.body
         FROM deliveries d JOIN events e ON e.id = d.event_id JOIN endpoints n ON n.id = d.endpoint_id
         WHERE d.id = $3 AND n.merchant_id = $1 AND ($2::text IS NULL OR n.store_id = $2)",
    ))
    .bind(owner.merchant_id)
    .bind(owner.store_id)
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(found.map(|found| (found.delivery, found.body)))
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempt {
    pub attempt: i32,
    pub at: DateTime<Utc>,
    pub duration_ms: i32,
    pub response_status: Option<i16>,
    pub response_body: Option<String>,
    pub error: Option<String>,
}

/// The attempts at a delivery, oldest first.
pub async fn attempts(db: impl PgExecutor<'_>, delivery_id: &str) -> sqlx::Result<Vec<Attempt>> {
    sqlx::query_as(
        "SELECT attempt, at, duration_ms, response_status, response_body, error
         FROM delivery_attempts WHERE delivery_id = $1 ORDER BY attempt",
    )
    .bind(delivery_id)
    .fetch_all(db)
    .await
}

/// Makes a delivery due now, with all its retries before it. One whose attempt is under way, or about
/// to be, is left as it is.
pub async fn redeliver(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE deliveries
         SET status = 'pending', retries_from = attempts, next_attempt_at = now(), delivered_at = NULL
         WHERE id = $1 AND (status <> 'pending' OR error IS NOT NULL)",
    )
    .bind(id)
    .execute(db)
    .await
    .map(drop)
}

/// Which events are delivered again.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    pub merchant_id: &'a str,
    pub endpoint_id: &'a str,
    /// From the event after this one to `until`, both by sequence.
    pub after: i64,
    pub until: i64,
}

/// Makes deliveries due now of all events in the range that the endpoint takes, and returns how many.
/// An event has one delivery to an endpoint: it is written if there is none, and made again if there is.
/// What has not been taken yet is not touched but for being due, so that it is not sent twice.
pub async fn replay(db: impl PgExecutor<'_>, replay: Replay<'_>) -> sqlx::Result<i64> {
    let done = sqlx::query(concat!(
        "INSERT INTO deliveries AS d (id, event_id, endpoint_id, sequence)
         SELECT ",
        delivery_id!(),
        ", e.id, n.id, e.sequence
         FROM endpoints n JOIN events e ON e.merchant_id = n.merchant_id
         WHERE n.id = $2 AND n.merchant_id = $1 AND e.sequence > $3 AND e.sequence <= $4 AND ",
        endpoint_takes!(),
        " ORDER BY e.sequence
         ON CONFLICT (endpoint_id, sequence) DO UPDATE
         SET status = 'pending', retries_from = d.attempts, next_attempt_at = now(), delivered_at = NULL
         WHERE d.status <> 'pending' OR d.error IS NOT NULL",
    ))
    .bind(replay.merchant_id)
    .bind(replay.endpoint_id)
    .bind(replay.after)
    .bind(replay.until)
    .execute(db)
    .await?;
    Ok(done.rows_affected().cast_signed())
}

/// Forgets a bounded number of deliveries and attempts that are older than [`KEPT_DAYS`], and returns
/// how many. A delivery that is still pending by then waits for an endpoint that is paused.
pub async fn sweep(pool: &PgPool, at_most: i64) -> sqlx::Result<u64> {
    let deliveries = sqlx::query(
        "DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM deliveries WHERE created_at < now() - make_interval(days => $1) LIMIT $2))",
    )
    .bind(KEPT_DAYS)
    .bind(at_most)
    .execute(pool)
    .await?;
    let attempts = sqlx::query(
        "DELETE FROM delivery_attempts WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM delivery_attempts WHERE at < now() - make_interval(days => $1) LIMIT $2))",
    )
    .bind(KEPT_DAYS)
    .bind(at_most)
    .execute(pool)
    .await?;
    Ok(deliveries.rows_affected() + attempts.rows_affected())
}
