//! From the commit to the receiver's answer, at 500 events a second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;
use sqlx::postgres::PgConnectOptions;
use till_load::{Figure, Load, Scale, Target, database, memory};
use till_store::chain::{Batch, Writer};

use crate::receiver::Receiver;
use crate::server::api;
use crate::shop::Shop;

/// So many events a commit, and so many commits a second: 500 events.
const UPDATES: u64 = 5;
const EVERY: Duration = Duration::from_millis(10);
/// What is committed before anything is measured.
const WARM_UP: usize = 100;
/// How long what was committed last may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Of which one hangs.
const ENDPOINTS: u64 = 1_000;

pub async fn one_receiver(scale: Scale) -> Result<Vec<Figure>> {
    let slots = scale.of(3_000, 300);
    let mut stage = Stage::open(Load { slots, updates: UPDATES, merchants: 1, ..Load::default() }).await?;
    let latency = stage.play(slots as usize - WARM_UP, None).await?;
    Ok(vec![
        Figure::new("events a second committed, of 500", stage.paced, "/s"),
        Figure::new("commit to 2xx at 500/s, one receiver, p50", ms(&latency, 0.5), "ms"),
        Figure::new("commit to 2xx at 500/s, one receiver, p99", ms(&latency, 0.99), "ms")
            .target(Target::AtMost(20.0)),
    ])
}

/// Rounds with one that hangs alternate with rounds without.
pub async fn many_endpoints(scale: Scale) -> Result<Vec<Figure>> {
    let (rounds, slots) = (scale.of(4, 1), scale.of(700, 100));
    let all = WARM_UP as u64 + 2 * rounds * slots;
    let load = Load { slots: all, updates: UPDATES, merchants: scale.of(ENDPOINTS, 50), ..Load::default() };
    let mut stage = Stage::open(load).await?;
    let (mut alone, mut beside) = (Histogram::new(3)?, Histogram::new(3)?);
    for _ in 0..rounds {
        alone.add(&stage.play(slots as usize, None).await?)?;
        // It is told as often as the others: what is due to it waits, and is not counted.
        beside.add(&stage.play(slots as usize, Some(0)).await?)?;
    }
    let moved = |quantile| ms(&beside, quantile) / ms(&alone, quantile);
    Ok(vec![
        Figure::new("commit to 2xx at 500/s, 1,000 endpoints, p50", ms(&alone, 0.5), "ms"),
        Figure::new("commit to 2xx at 500/s, 1,000 endpoints, p99", ms(&alone, 0.99), "ms")
            .target(Target::AtMost(20.0)),
        Figure::new("the same while one of them hangs, p50", ms(&beside, 0.5), "ms"),
        Figure::new("the same while one of them hangs, p99", ms(&beside, 0.99), "ms"),
        Figure::new("moved by the one that hangs, p50", moved(0.5), "x").target(Target::AtMost(1.1)),
        Figure::new("moved by the one that hangs, p99", moved(0.99), "x").target(Target::AtMost(1.1)),
    ])
}

fn ms(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1_000.0
}

/// A chain that goes on, an API, and who is told.
struct Stage {
    database: till_store::testing::TestDatabase,
    _api: crate::server::Server,
    receiver: Receiver,
    shop: Shop,
    writer: Writer,
    batches: std::vec::IntoIter<Batch>,
    /// Events a second that were committed of late: fewer than wanted where the disk is slow.
    paced: f64,
}

impl Stage {
    /// With the first slots committed and told.
    async fn open(load: Load) -> Result<Self> {
        let database = database::create().await?;
        let receiver = Receiver::start().await?;
        let shop = Shop::open(&database.pool, load).await?;
        shop.tell(&database.pool, &receiver.url).await?;
        let writer = Writer::connect(&database.url.parse::<PgConnectOptions>()?).await?;
        let batches = memory::batches(load, 1)?.into_iter();
        let _api = api::start(&database.url).await?;
        let mut stage = Self { database, _api, receiver, shop, writer, batches, paced: 0.0 };
        stage.play(WARM_UP, None).await?;
        Ok(stage)
    }

    /// Commits so many slots at the pace, and returns how long it took from each commit to each answer, in
    /// microseconds. The merchant `hanging` is told by nobody who answers, and left out.
    async fn play(&mut self, slots: usize, hanging: Option<usize>) -> Result<Histogram<u64>> {
        let left_out = hanging.map(|index| &self.shop.merchants[index]);
        if let Some(merchant) = left_out {
            merchant.tell(&self.database.pool, &self.receiver.hanging_url).await?;
        }
        self.receiver.noted();
        let mut committed: HashMap<i64, Instant> = HashMap::new();
        let mut expected = 0;
        let begun = Instant::now();
        for (batch, count) in self.batches.by_ref().take(slots).zip(0u32..) {
            tokio::time::sleep_until((begun + EVERY * count).into()).await;
            self.writer.commit(&batch).await?;
            committed.insert(batch.checkpoint.slot, Instant::now());
            // Of a payment: that a merchant registered or opened a vault nobody is told.
            let told = batch.changes.events.iter().filter(|event| event.payment.is_some());
            let merchants = told.filter_map(|event| event.merchant.as_deref());
            let address = left_out.map(|merchant| merchant.address.to_string());
            expected += merchants.filter(|merchant| Some(*merchant) != address.as_deref()).count();
        }
        self.paced = expected as f64 / begun.elapsed().as_secs_f64();
        let answered = self.until_answered(expected).await?;
        if let Some(merchant) = left_out {
            merchant.tell(&self.database.pool, &self.receiver.url).await?;
        }
        let mut latency = Histogram::new(3)?;
        for (slot, times) in answered {
            let Some(committed) = committed.get(&slot) else { continue };
            for time in times {
                latency.record(time.saturating_duration_since(*committed).as_micros().try_into()?)?;
            }
        }
        Ok(latency)
    }

    async fn until_answered(&self, expected: usize) -> Result<HashMap<i64, Vec<Instant>>> {
        let begun = Instant::now();
        let mut answered: HashMap<i64, Vec<Instant>> = HashMap::new();
        loop {
            for (slot, times) in self.receiver.noted() {
                answered.entry(slot).or_default().extend(times);
            }
            let count: usize = answered.values().map(Vec::len).sum();
            if count >= expected {
                return Ok(answered);
            }
            ensure!(begun.elapsed() < PATIENCE, "{count} of {expected} events came");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
