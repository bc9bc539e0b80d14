//! How long an indexer that was killed takes to be where the chain is.

use std::time::{Duration, Instant};

use till_load::{Figure, GENESIS, Load, Node, Pace, Scale, Target, database};

use crate::indexer::Indexer;

/// As many as in a block of mainnet, votes included.
const FOREIGN: u64 = 1_500;

pub async fn catch_up(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let (before, missed) = (200, scale.of(1_000, 50));
    let load =
        Load { slots: before + missed, updates: 20, foreign: scale.of(FOREIGN, 20), ..Load::default() };
    let database = database::create().await?;
    let pause_at = Some(GENESIS + before);
    let node = Node::start(load, Pace { every_ms: 0, pause_at }).await?;
    let indexer = Indexer::start(&node.url, &database.url)?;
    let poll = Duration::from_millis(5);
    let killed_at = database::until_visible(&database.pool, GENESIS + before / 2, poll).await?;
    indexer.kill().await?;

    let begun = Instant::now();
    let _indexer = Indexer::start(&node.url, &database.url)?;
    database::until_visible(&database.pool, killed_at + missed, poll).await?;
    let what = format!("catch-up of {missed} slots after kill -9");
    Ok(vec![Figure::new(what, begun.elapsed().as_secs_f64(), "s").target(Target::AtMost(5.0))])
}
