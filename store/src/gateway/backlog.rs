//! How much the gateway has yet to do, for who watches it.

use sqlx::PgExecutor;

#[derive(Clone, Copy, Debug, PartialEq, sqlx::FromRow)]
pub struct Backlog {
    /// Operations that are neither confirmed nor failed.
    pub open_operations: i64,
    /// Deliveries that could be attempted now.
    pub deliveries_due: i64,
    /// For how long the oldest of them could have been, in seconds.
    pub oldest_delivery_seconds: f64,
}

/// What has not been done yet, of all merchants.
pub async fn backlog(db: impl PgExecutor<'_>) -> sqlx::Result<Backlog> {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM transactions
                 WHERE status IN ('recorded', 'signed', 'sent')) AS open_operations,
                count(*) AS deliveries_due,
                coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0)::float8 AS oldest_delivery_seconds
         FROM deliveries WHERE status = 'pending' AND next_attempt_at <= now()",
    )
    .fetch_one(db)
    .await
}
