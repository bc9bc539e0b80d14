//! From an update received to its row visible to another connection.

use std::{
    str::FromStr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::Context;
use futures::{FutureExt, future::BoxFuture};
use hdrhistogram::Histogram;
use sqlx::postgres::PgConnectOptions;
use till_indexer::{
    Config, Parts,
    core::Update,
    sources::{Source, SourceError, Subscription, yellowstone::Yellowstone},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Scale;
use crate::{
    database,
    load::{GENESIS, Load, Pace, node::Node},
    report::{Figure, Target},
};

/// How often the other connection looks: what comes out is too long by up to this.
const LOOK: Duration = Duration::from_millis(1);

pub async fn latency(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let ms = |histogram: &Histogram<u64>, quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    let slots = |every_ms: u64| scale.of(15_000, 1_000) / every_ms;

    let steady = Load { slots: slots(5), updates: 10, foreign: 10 };
    let steady = visible_after(steady, 5).await?;
    let bursts = Load { slots: slots(400), updates: 800, foreign: 800 };
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

/// When which update came, by slot, as long as it is not visible.
#[derive(Clone, Default)]
struct Received(Arc<Mutex<Vec<(u64, Instant)>>>);

impl Received {
    fn note(&self, update: &Update) {
        if let Update::Transaction(transaction) = update {
            let stamp = (transaction.slot, Instant::now());
            self.0.lock().expect("nobody panics while holding it").push(stamp);
        }
    }

    fn until(&self, slot: u64) -> Vec<(u64, Instant)> {
        let mut stamps = self.0.lock().expect("nobody panics while holding it");
        let later = stamps.partition_point(|(of, _)| *of <= slot);
        stamps.drain(..later).collect()
    }
}

/// A source that notes when what came.
struct Stamped {
    source: Arc<dyn Source>,
    received: Received,
}

impl Source for Stamped {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        async move {
            let mut subscription = self.source.subscribe(from_slot).await?;
            let received = self.received.clone();
            let (sender, updates) = mpsc::channel(8_192);
            let task = tokio::spawn(async move {
                while let Some(update) = subscription.updates.recv().await {
                    if let Ok(update) = &update {
                        received.note(update);
                    }
                    if sender.send(update).await.is_err() {
                        return;
                    }
                }
            });
            Ok(Subscription::new(updates, task))
        }
        .boxed()
    }
}
