//! Writes down what came of attempts, many at once.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Utc;
use sqlx::PgPool;
use till_store::db;
use till_store::gateway::deliveries::{self, Ended};
use till_store::gateway::endpoint_health as rows;
use tokio::sync::mpsc;

use super::circuit::{self, Seen};
use super::pausing::{self, Reason};

/// How many attempts are written in one statement at most.
const BATCH: usize = 512;
/// How often a batch is tried to be written. If it never is, its leases end, and the attempts are made again.
const TRIES: u32 = 3;
const TRY_AGAIN: Duration = Duration::from_millis(200);

/// An attempt that has ended, and whose it was.
pub struct Report {
    pub endpoint_id: String,
    /// Whether the endpoint was failing before it.
    pub was_failing: bool,
    pub taken: bool,
    pub gone: bool,
    pub ended: Ended,
}

/// Until all senders of reports are gone.
pub async fn run(pool: &PgPool, mut reports: mpsc::Receiver<Report>) {
    let mut batch = Vec::with_capacity(BATCH);
    while reports.recv_many(&mut batch, BATCH).await > 0 {
        let health = Changes::of(&batch);
        let ended: Vec<Ended> = batch.drain(..).map(|report| report.ended).collect();
        write(pool, &ended).await;
        for (endpoint, change) in health.0 {
            if let Err(error) = db::in_time(note(pool, &endpoint, &change)).await {
                tracing::warn!(endpoint, %error, "the health of an endpoint could not be noted");
            }
        }
    }
}

async fn write(pool: &PgPool, ended: &[Ended]) {
    for attempt in 1..=TRIES {
        match db::in_time(deliveries::finish(pool, ended)).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, attempt, "attempts could not be noted; unnoted ones are made again");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }
}

/// What changes in the health of endpoints: nothing for one that is well and takes everything.
struct Changes(BTreeMap<String, Change>);

#[derive(Default)]
struct Change {
    seen: Seen,
    gone: bool,
    last_error: Option<String>,
}

impl Changes {
    fn of(batch: &[Report]) -> Self {
        let mut changes: BTreeMap<String, Change> = BTreeMap::new();
        for report in batch {
            let is_news = !report.taken || report.was_failing || changes.contains_key(&report.endpoint_id);
            if !is_news {
                continue;
            }
            let change = changes.entry(report.endpoint_id.clone()).or_default();
            change.seen.note(report.taken);
            change.gone |= report.gone;
            change.last_error = report.ended.error.clone().or(change.last_error.take());
        }
        Self(changes)
    }
}

async fn note(pool: &PgPool, endpoint_id: &str, change: &Change) -> sqlx::Result<()> {
    let mut db = db::begin(pool).await?;
    let Some((health, merchant_id)) = rows::lock(&mut db, endpoint_id).await? else { return Ok(()) };
    let now = Utc::now();
    let health = circuit::after(health, change.seen, now);
    rows::save(&mut *db, endpoint_id, &health).await?;
    let reason = match (change.gone, circuit::is_dead(&health, now)) {
        (true, _) => Some(Reason::Gone),
        (false, true) => Some(Reason::Failing),
        (false, false) => None,
    };
    if let Some(reason) = reason {
        // It is told as an event, with a number that is given only once: no crash may take that back.
        db::wait_for_disk(&mut db).await?;
        pausing::pause(&mut db, &merchant_id, endpoint_id, reason, change.last_error.as_deref()).await?;
        tracing::warn!(endpoint_id, ?reason, "an endpoint is paused");
    }
    db.commit().await
}
