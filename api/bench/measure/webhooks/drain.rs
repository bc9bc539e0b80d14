//! Deliveries a second when many are due, next to what the HTTP client does alone.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sqlx::{PgPool, postgres::PgConnectOptions};
use till_load::{Figure, Load, Scale, Target, database, memory};
use till_store::chain::Writer;
use tokio::task::JoinSet;

use crate::receiver::Receiver;
use crate::server::api;
use crate::shop::Shop;

/// Deliveries of a slot.
const UPDATES: u64 = 100;
/// Slots a commit while rows are made.
const BATCH: usize = 20;
/// As many attempts as the dispatcher has under way to one endpoint.
const CONCURRENCY: u64 = 128;
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn drain(scale: Scale) -> Result<Vec<Figure>> {
    let load = Load { slots: scale.of(500, 3), updates: UPDATES, ..Load::default() };
    let database = database::create().await?;
    let receiver = Receiver::start().await?;
    let shop = Shop::open(&database.pool, load).await?;
    shop.tell(&database.pool, &receiver.url).await?;
    let mut writer = Writer::connect(&database.url.parse::<PgConnectOptions>()?).await?;
    for batch in memory::batches(load, BATCH)? {
        writer.commit(&batch).await?;
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&database.pool).await?;
    let body: String =
        sqlx::query_scalar("SELECT body FROM events LIMIT 1").fetch_one(&database.pool).await?;

    let due = load.slots * UPDATES;
    let through_outbox = through_outbox(&database.url, &database.pool, &receiver, due).await?;
    let raw = raw(&receiver.url, &body, due).await?;
    Ok(vec![
        Figure::new(format!("deliveries a second, {due} due, to one receiver"), through_outbox, "/s")
            .target(Target::AtLeast(10_000.0_f64.min(raw * 0.45))),
        Figure::new("(c) the HTTP client alone, the same bodies", raw, "/s"),
        Figure::new("deliveries, as a part of (c)", through_outbox / raw, "x"),
    ])
}

/// From the tenth that came first, so that the start of the process is not counted, to the last one noted.
async fn through_outbox(database_url: &str, pool: &PgPool, receiver: &Receiver, due: u64) -> Result<f64> {
    let _api = api::start(database_url).await?;
    let warm = until_taken(receiver, due / 10).await?;
    let begun = Instant::now();
    until_taken(receiver, due).await?;
    let taken = Instant::now();
    loop {
        let is_pending: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM deliveries WHERE status = 'pending')")
                .fetch_one(pool)
                .await?;
        if !is_pending {
            break;
        }
        ensure!(taken.elapsed() < PATIENCE, "deliveries that were taken are still pending");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok((due - warm) as f64 / begun.elapsed().as_secs_f64())
}

/// Returns how many it were by then.
async fn until_taken(receiver: &Receiver, wanted: u64) -> Result<u64> {
    let begun = Instant::now();
    loop {
        let count = receiver.count();
        if count >= wanted {
            return Ok(count);
        }
        ensure!(begun.elapsed() < PATIENCE, "{count} of {wanted} deliveries came");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Requests a second without outbox, signature or guard.
async fn raw(url: &str, body: &str, count: u64) -> Result<f64> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let begun = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (client, url, body) = (client.clone(), url.to_owned(), body.to_owned());
        senders.spawn(async move {
            for _ in 0..count / CONCURRENCY {
                let request = client.post(&url).header("content-type", "application/json").body(body.clone());
                request.send().await?.error_for_status()?.bytes().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent.context("a sender panicked")??;
    }
    Ok((count / CONCURRENCY * CONCURRENCY) as f64 / begun.elapsed().as_secs_f64())
}
