//! Memory while the database takes nothing and the stream has more to say than fits.

use std::time::Duration;

use sqlx::Connection;
use till_load::{Figure, GENESIS, Load, Node, Pace, Scale, Target, database};

use crate::indexer::Indexer;

/// With a hundred updates each, ten minutes at 200 a second: far more than may wait anywhere in the indexer, so a
/// longer stall offers nothing new.
const SLOTS: u64 = 1_200;

pub async fn memory(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let database = database::create().await?;
    let load = Load { slots: scale.of(SLOTS, 40), updates: 100, foreign: 100, ..Load::default() };
    let node = Node::start(load, Pace { every_ms: 0, pause_at: None }).await?;
    let indexer = Indexer::start(&node.url, &database.url)?;
    let poll = Duration::from_millis(5);
    database::until_visible(&database.pool, GENESIS + load.slots / 10, poll).await?;

    let mut blocker = sqlx::PgConnection::connect(&database.url).await?;
    let mut stall = blocker.begin().await?;
    sqlx::raw_sql("LOCK TABLE chain.events IN ACCESS EXCLUSIVE MODE").execute(&mut *stall).await?;
    tokio::time::sleep(scale.of(Duration::from_secs(20), Duration::from_secs(1))).await;
    stall.rollback().await?;

    database::until_visible(&database.pool, load.last_slot(), poll).await?;
    let megabytes = indexer.peak_memory()? as f64 / 1e6;
    Ok(vec![
        Figure::new("peak memory through a stall of the database", megabytes, "MB")
            .target(Target::AtMost(200.0)),
    ])
}
