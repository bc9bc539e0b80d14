//! Updates a second, and what the same rows take without the stream, or without batches.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use sqlx::postgres::PgConnectOptions;
use till_load::{Figure, GENESIS, Load, Node, Pace, Scale, Target, database, memory};
use till_store::chain::Writer;

use crate::indexer::Indexer;

/// Of a slot: a tenth of what the program could fill a block with.
const UPDATES: u64 = 100;

/// Slots a batch where nothing but the database sets the pace: more gained nothing.
const BATCH: usize = 20;

pub async fn throughput(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let load = Load { slots: scale.of(1_000, 20), updates: UPDATES, foreign: UPDATES, ..Load::default() };
    let streamed = streamed(load).await?;
    let single =
        fed(Load { slots: scale.of(2_000, 50), updates: 1, foreign: 0, ..Load::default() }, 1).await?;
    let fed = fed(load, BATCH).await?;
    Ok(vec![
        Figure::new("updates a second, gRPC into Postgres", streamed, "/s").target(Target::AtLeast(14_000.0)),
        Figure::new("(a) the same rows, one commit an update", single, "/s"),
        Figure::new("gRPC, in times of (a)", streamed / single, "x").target(Target::AtLeast(10.0)),
        Figure::new("(b) the same commits, fed from memory", fed, "/s"),
        Figure::new("gRPC, as a part of (b)", streamed / fed, "x").target(Target::AtLeast(0.75)),
    ])
}

/// Through the whole indexer.
async fn streamed(load: Load) -> anyhow::Result<f64> {
    let database = database::create().await?;
    let node = Node::start(load, Pace { every_ms: 0, pause_at: None }).await?;
    let _indexer = Indexer::start(&node.url, &database.url)?;
    let warm = GENESIS + load.slots / 10;
    let poll = Duration::from_millis(5);
    let warm = database::until_visible(&database.pool, warm, poll).await?;
    let begun = Instant::now();
    let last = database::until_visible(&database.pool, load.last_slot(), poll).await?;
    Ok(((last - warm) * load.updates) as f64 / begun.elapsed().as_secs_f64())
}

/// By the writer alone.
async fn fed(load: Load, slots_a_batch: usize) -> anyhow::Result<f64> {
    let database = database::create().await?;
    let mut writer = Writer::connect(&PgConnectOptions::from_str(&database.url)?).await?;
    let batches = memory::batches(load, slots_a_batch)?;
    let (warm, measured) = batches.split_at(batches.len() / 10);
    for batch in warm {
        writer.commit(batch).await?;
    }
    let begun = Instant::now();
    let mut events = 0;
    for batch in measured {
        events += writer.commit(batch).await?.events;
    }
    Ok(events as f64 / begun.elapsed().as_secs_f64())
}
