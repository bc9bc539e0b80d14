//! Everything at once: an indexer at 2,000 updates a second, the webhooks of that, and reads at a fixed rate; then the
//! same in a flood of reads.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::Request;
use hdrhistogram::Histogram;
use rand::{Rng, thread_rng};
use sqlx::{PgPool, postgres::PgConnectOptions};
use till_indexer::{Config, Parts, sources::yellowstone::Yellowstone};
use till_load::{Figure, GENESIS, Load, Node, Pace, Received, Scale, Stamped, Target, database};
use tokio_util::sync::CancellationToken;

use crate::drive::{Driven, Way, drive};
use crate::receiver::Receiver;
use crate::server::api;
use crate::shop::Shop;

/// 2,000 updates a second.
const UPDATES: u64 = 10;
const EVERY_MS: u64 = 5;
/// How often another connection looks what is visible: what comes out is too long by up to this.
const LOOK: Duration = Duration::from_millis(1);
/// 200 reads a second.
const STEADY: Way = Way { connections: 4, time: Duration::ZERO, every: Some(Duration::from_millis(20)) };
const FLOOD: u64 = 64;

pub async fn whole(scale: Scale) -> Result<Vec<Figure>> {
    let part = Duration::from_secs(scale.of(10, 1));
    // Behind the first tenth: without the flood, in it, and some to spare.
    let slots = (part * 3).as_millis() as u64 / EVERY_MS;
    let load = Load { slots, updates: UPDATES, foreign: UPDATES, ..Load::default() };
    let database = database::create().await?;
    let receiver = Receiver::start().await?;
    let shop = Shop::open(&database.pool, load).await?;
    shop.tell(&database.pool, &receiver.url).await?;
    let api = api::start(&database.url).await?;
    let node = Node::start(load, Pace { every_ms: EVERY_MS, pause_at: None }).await?;
    let (received, shutdown) = (Received::default(), CancellationToken::new());
    let indexer =
        tokio::spawn(index(node.url.clone(), database.url.clone(), received.clone(), shutdown.clone()));
    let warm = database::until_visible(&database.pool, GENESIS + slots / 10, LOOK).await?;
    received.until(warm);

    let reader = Reader { address: api.address, shop: Arc::new(shop) };
    let calm = part_of(&database.pool, &received, &receiver, reader.steady(part)).await?;
    let flood = reader.flood(part)?;
    let flooded = part_of(&database.pool, &received, &receiver, reader.steady(part)).await?;
    let flood = tokio::task::spawn_blocking(|| flood.join()).await?;
    let flood = flood.map_err(|_| anyhow::anyhow!("the flood panicked"))??;
    shutdown.cancel();
    indexer.await.context("the indexer panicked")??;
    let ms = |histogram: &Histogram<u64>, quantile| histogram.value_at_quantile(quantile) as f64 / 1_000.0;
    Ok(vec![
        Figure::new("whole: updates a second visible", calm.updates, "/s"),
        Figure::new("whole: received to visible, p99", ms(&calm.visible, 0.99), "ms"),
        Figure::new("whole: webhooks a second taken", calm.told, "/s"),
        Figure::new("whole: GET payment at 200/s, p99", calm.reads.ms(0.99), "ms"),
        Figure::new("flood: GETs a second answered", flood.rate(), "/s"),
        Figure::new("flood: GETs a second refused", flood.refused as f64 / flood.time.as_secs_f64(), "/s"),
        Figure::new("flood: updates a second visible", flooded.updates, "/s")
            .target(Target::AtLeast(1_900.0)),
        Figure::new("flood: received to visible, p50", ms(&flooded.visible, 0.5), "ms"),
        Figure::new("flood: received to visible, p99", ms(&flooded.visible, 0.99), "ms"),
        Figure::new("flood: webhooks a second taken", flooded.told, "/s"),
        Figure::new("flood: GET payment at 200/s, p99", flooded.reads.ms(0.99), "ms"),
    ])
}

async fn index(
    grpc_url: String,
    database_url: String,
    received: Received,
    shutdown: CancellationToken,
) -> Result<()> {
    let source = Stamped { source: Arc::new(Yellowstone::new(&grpc_url, None)), received };
    let config = Config { from_slot: Some(GENESIS), ..Config::new(&grpc_url, &database_url) };
    let database = PgConnectOptions::from_str(&database_url)?;
    let parts = Parts { source: Arc::new(source), blocks: None, database };
    till_indexer::run_with(parts, &config, shutdown).await
}

/// What was seen for a while.
struct Seen {
    /// Updates a second that others could see.
    updates: f64,
    /// From received to visible, in microseconds.
    visible: Histogram<u64>,
    /// Webhooks a second.
    told: f64,
    reads: Driven,
}

/// Watches the indexer for as long as the reads take.
async fn part_of(
    pool: &PgPool,
    received: &Received,
    receiver: &Receiver,
    reads: impl Future<Output = Result<Driven>>,
) -> Result<Seen> {
    let (begun, told) = (Instant::now(), receiver.count());
    let mut visible = Histogram::new(3)?;
    let mut reads = std::pin::pin!(reads);
    let reads = loop {
        let slot = database::visible_slot(pool).await?.unwrap_or(GENESIS);
        let now = Instant::now();
        for (_, at) in received.until(slot) {
            visible.record((now - at).as_micros().try_into()?)?;
        }
        tokio::select! {
            reads = &mut reads => break reads?,
            () = tokio::time::sleep(LOOK) => {}
        }
    };
    let a_second = |count: u64| count as f64 / begun.elapsed().as_secs_f64();
    Ok(Seen { updates: a_second(visible.len()), told: a_second(receiver.count() - told), visible, reads })
}

#[derive(Clone)]
struct Reader {
    address: SocketAddr,
    shop: Arc<Shop>,
}

impl Reader {
    async fn steady(&self, time: Duration) -> Result<Driven> {
        self.read(Way { time, ..STEADY }).await
    }

    /// From threads of its own: what comes out is the indexer's delay, not this process's.
    fn flood(&self, time: Duration) -> Result<std::thread::JoinHandle<Result<Driven>>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let reader = self.clone();
        let way = Way { connections: FLOOD, time, every: None };
        Ok(std::thread::spawn(move || runtime.block_on(reader.read(way))))
    }

    /// Reads payments of all merchants, seen on the chain or not.
    async fn read(&self, way: Way) -> Result<Driven> {
        let shop = self.shop.clone();
        drive(self.address, way, move |_, _| {
            let (id, merchant) = &shop.payments[thread_rng().gen_range(0..shop.payments.len())];
            let request = Request::get(format!("/v1/payments/{id}")).header("host", "localhost");
            let key = &shop.merchants[*merchant].key;
            let request = request.header("authorization", format!("Bearer {key}"));
            request.body(Body::empty()).expect("these are headers")
        })
        .await
    }
}
