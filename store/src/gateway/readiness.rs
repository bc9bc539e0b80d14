//! Whether the gateway can be believed.

use std::time::Duration;

use sqlx::PgExecutor;

/// How long ago the indexer wrote how far it has come; nothing if it never did.
pub async fn indexer_lag(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Duration>> {
    let seconds: Option<f64> =
        sqlx::query_scalar("SELECT extract(epoch FROM now() - updated_at)::float8 FROM chain.checkpoint")
            .fetch_optional(db)
            .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}
