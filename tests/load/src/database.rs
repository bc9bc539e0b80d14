//! A Postgres of its own for each measurement, as a distribution sets it up.

use std::time::{Duration, Instant};

use anyhow::ensure;
use sqlx::PgPool;
use till_store::testing::TestDatabase;

/// How long anything may take before a measurement is given up.
const PATIENCE: Duration = Duration::from_secs(300);

/// Refuses one that does not wait for its disk: its figures would mean nothing.
pub async fn create() -> anyhow::Result<TestDatabase> {
    let database = TestDatabase::create().await?;
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&database.pool).await?;
        ensure!(value == "on", "{setting} is {value}");
    }
    Ok(database)
}

/// The last slot that others can see; nothing before the first commit.
pub async fn visible_slot(pool: &PgPool) -> anyhow::Result<Option<u64>> {
    let slot: Option<i64> =
        sqlx::query_scalar("SELECT slot FROM chain.checkpoint").fetch_optional(pool).await?;
    Ok(slot.map(i64::cast_unsigned))
}

/// Waits until `slot` is visible, and returns the one that is by then.
pub async fn until_visible(pool: &PgPool, slot: u64, poll: Duration) -> anyhow::Result<u64> {
    let begun = Instant::now();
    loop {
        match visible_slot(pool).await? {
            Some(visible) if visible >= slot => return Ok(visible),
            at => ensure!(begun.elapsed() < PATIENCE, "slot {slot} did not come; the last one is {at:?}"),
        }
        tokio::time::sleep(poll).await;
    }
}
