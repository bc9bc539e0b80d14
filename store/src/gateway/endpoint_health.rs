//! Whether an endpoint takes what it is sent.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

/// What is remembered of an endpoint's attempts. How it changes is the dispatcher's rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Health {
    /// Attempts that failed since the last one that did not.
    pub failures: i32,
    pub failing_since: Option<DateTime<Utc>>,
    /// Set while the circuit is open: nothing is attempted before.
    pub probe_at: Option<DateTime<Utc>>,
    /// How many attempts failed while it was open.
    pub probes: i32,
}

/// The health of an endpoint and its merchant, locked until the transaction ends; nothing if it is gone
/// or paused.
pub async fn lock(db: &mut PgConnection, endpoint_id: &str) -> sqlx::Result<Option<(Health, String)>> {
    #[derive(sqlx::FromRow)]
    struct Locked {
        #[sqlx(flatten)]
        health: Health,
        merchant_id: String,
    }
    let locked: Option<Locked> = sqlx::query_as(
        "SELECT failures, failing_since, probe_at, probes, merchant_id FROM endpoints
         WHERE id = $1 AND paused_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(endpoint_id)
    .fetch_optional(db)
    .await?;
    Ok(locked.map(|locked| (locked.health, locked.merchant_id)))
}

pub async fn save(db: impl PgExecutor<'_>, endpoint_id: &str, health: &Health) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE endpoints SET failures = $2, failing_since = $3, probe_at = $4, probes = $5 WHERE id = $1",
    )
    .bind(endpoint_id)
    .bind(health.failures)
    .bind(health.failing_since)
    .bind(health.probe_at)
    .bind(health.probes)
    .execute(db)
    .await
    .map(drop)
}

/// Keeps others from probing these endpoints while somebody does.
pub async fn probing(db: impl PgExecutor<'_>, endpoint_ids: &[&str], seconds: f64) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE endpoints SET probe_at = now() + make_interval(secs => $2)
         WHERE id = ANY($1) AND probe_at IS NOT NULL",
    )
    .bind(endpoint_ids)
    .bind(seconds)
    .execute(db)
    .await
    .map(drop)
}
