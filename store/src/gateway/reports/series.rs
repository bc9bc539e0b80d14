//! Numbers over time, for a dashboard.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgExecutor};

use super::Scope;

/// One bucket of time. What nothing happened in is there too, with zero.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Point {
    pub at: DateTime<Utc>,
    /// Base units, or a number of payments.
    pub value: Decimal,
    /// What the value is a part of, for a rate.
    pub of: Decimal,
}

/// What is summed up of a merchant's operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// What customers paid, by plain transfers too.
    Volume,
    /// What became the merchant's, the protocol's and the payees': captures and transfers.
    Captured,
    Refunded,
    Fees,
}

/// Sums of operations by buckets of `step` (`hour` or `day`).
pub async fn sums(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    through: Option<i64>,
    sum: Sum,
    step: &'static str,
) -> sqlx::Result<Vec<Point>> {
    let kinds: &[&str] = match sum {
        Sum::Volume => &["authorize", "charge", "transfer"],
        Sum::Captured | Sum::Fees => &["charge", "capture", "release", "resolve", "transfer"],
        Sum::Refunded => &["refund"],
    };
    sqlx::query_as(
        "WITH summed AS (
             SELECT date_trunc($8, block_time AT TIME ZONE 'UTC' + make_interval(secs => $7)) AS bucket,
                 sum(CASE WHEN $10 THEN fee ELSE amount END) AS value
             FROM merchant_operations
             WHERE merchant = $1 AND block_time >= $2 AND block_time < $3 AND slot <= $4
               AND ($5::text IS NULL OR store_id = $5) AND ($6::text IS NULL OR mint = $6) AND kind = ANY($9)
             GROUP BY bucket
         )
         SELECT (bucket - make_interval(secs => $7)) AT TIME ZONE 'UTC' AS at, coalesce(value, 0) AS value,
             0::numeric AS of
         FROM generate_series(date_trunc($8, $2 AT TIME ZONE 'UTC' + make_interval(secs => $7)),
             $3 AT TIME ZONE 'UTC' + make_interval(secs => $7) - interval '1 microsecond',
             ('1 ' || $8)::interval) AS bucket
         LEFT JOIN summed USING (bucket)
         ORDER BY bucket",
    )
    .bind(&scope.merchant)
    .bind(scope.from)
    .bind(scope.to)
    .bind(through)
    .bind(&scope.store_id)
    .bind(&scope.mint)
    .bind(f64::from(scope.offset_seconds))
    .bind(step)
    .bind(kinds)
    .bind(sum == Sum::Fees)
    .fetch_all(db)
    .await
}

/// How many payments were asked for by buckets of `step`, as `of`, and how many of those have been paid, as `value`:
/// through the program, or by transfers that have brought the amount, however late. What was paid in addition to
/// another payment was not asked for.
pub async fn payments(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    through: Option<i64>,
    merchant_id: &str,
    step: &'static str,
) -> sqlx::Result<Vec<Point>> {
    sqlx::query_as(
        "WITH counted AS (
             SELECT date_trunc($8, p.created_at AT TIME ZONE 'UTC' + make_interval(secs => $7)) AS bucket,
                 count(*) AS asked,
                 count(*) FILTER (WHERE c.address IS NOT NULL OR (p.accepts_transfer AND p.amount <= (
                     SELECT sum(f.amount) FROM transfers f
                     WHERE f.payment_id = p.id AND f.mint = p.mint AND f.slot <= $4
                 ))) AS paid
             FROM payments p LEFT JOIN chain.payments c ON c.address = p.address
             WHERE p.merchant_id = $1 AND p.created_at >= $2 AND p.created_at < $3 AND p.duplicate_of IS NULL
               AND ($5::text IS NULL OR p.store_id = $5) AND ($6::text IS NULL OR p.mint = $6)
             GROUP BY bucket
         )
         SELECT (bucket - make_interval(secs => $7)) AT TIME ZONE 'UTC' AS at,
             coalesce(paid, 0)::numeric AS value, coalesce(asked, 0)::numeric AS of
         FROM generate_series(date_trunc($8, $2 AT TIME ZONE 'UTC' + make_interval(secs => $7)),
             $3 AT TIME ZONE 'UTC' + make_interval(secs => $7) - interval '1 microsecond',
             ('1 ' || $8)::interval) AS bucket
         LEFT JOIN counted USING (bucket)
         ORDER BY bucket",
    )
    .bind(merchant_id)
    .bind(scope.from)
    .bind(scope.to)
    .bind(through)
    .bind(&scope.store_id)
    .bind(&scope.mint)
    .bind(f64::from(scope.offset_seconds))
    .bind(step)
    .fetch_all(db)
    .await
}
