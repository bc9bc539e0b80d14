//! From an update received to its row visible to another connection.

use std::{
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use hdrhistogram::Histogram;
use sqlx::postgres::PgConnectOptions;
use till_indexer::{Config, Parts, sources::yellowstone::Yellowstone};
use till_load::{Figure, GENESIS, Load, Node, Pace, Received, Scale, Stamped, Target, database};
use tokio_util::sync::CancellationToken;

/// How often the other connection looks: what comes out is too long by up to this.
const LOOK: Duration = Duration::from_millis(1);

pub async fn latency(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let ms = |histogram: &Histogram<u64>, quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    let slots = |every_ms: u64| scale.of(15_000, 1_000) / every_ms;

    let steady = Load { slots: slots(5), updates: 10, foreign: 10, ..Load::default() };
    let steady = visible_after(steady, 5).await?;
    let bursts = Load { slots: slots(400), updates: 800, foreign: 800, ..Load::default() };
    let bursts = visible_after(bursts, 400).await?;
    Ok(vec![
        Figure::new("received to visible, steady 2,000/s, p50", ms(&steady, 0.5), "ms"),
        Figure::new("received to visible, steady 2,000/s, p99", ms(&steady, 0.99), "ms")
            .target(Target::AtMost(20.0)),
        Figure::new("received to visible, 800 every 400 ms, p50", ms(&bursts, 0.5), "ms"),
        Figure::new("received to visible, 800 every 400 ms, p99", ms(&bursts, 0.99), "ms"),
    ])
}

/// In microseconds, of each update behind the first tenth.
async fn visible_after(load: Load, every_ms: u64) -> anyhow::Result<Histogram<u64>> {
    let database = database::create().await?;
    let node = Node::start(load, Pace { every_ms, pause_at: None }).await?;
    let received = Received::default();
    let source = Stamped { source: Arc::new(Yellowstone::new(&node.url, None)), received: received.clone() };
    let config = Config { from_slot: Some(GENESIS), ..Config::new(&node.url, &database.url) };
    let parts = Parts {
        source: Arc::new(source),
        blocks: None,
        database: PgConnectOptions::from_str(&database.url)?,
    };
    let shutdown = CancellationToken::new();
    let indexer = tokio::spawn({
        let shutdown = shutdown.clone();
        async move { till_indexer::run_with(parts, &config, shutdown).await }
    });

    let warm = GENESIS + load.slots / 10;
    let mut histogram = Histogram::new(3)?;
    let mut seen = GENESIS;
    while seen < load.last_slot() {
        seen = database::until_visible(&database.pool, seen + 1, LOOK).await?;
        let now = Instant::now();
        for (slot, at) in received.until(seen) {
            if slot > warm {
                histogram.record((now - at).as_micros().try_into()?)?;
            }
        }
    }
    shutdown.cancel();
    indexer.await.context("the indexer panicked")??;
    Ok(histogram)
}
