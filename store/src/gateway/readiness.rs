//! Whether the gateway can be believed.

use std::time::Duration;

use sqlx::PgExecutor;

/// How old the last indexed block is, or how long ago it was written if that is longer (the chain's
/// clock may be ahead of ours); nothing if the indexer never wrote one.
pub async fn indexer_lag(db: impl PgExecutor<'_>) -> sqlx::Result<Option<Duration>> {
    let seconds: Option<f64> = sqlx::query_scalar(
        "SELECT extract(epoch FROM now() - least(updated_at, block_time))::float8 FROM chain.checkpoint",
    )
    .fetch_optional(db)
    .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}
