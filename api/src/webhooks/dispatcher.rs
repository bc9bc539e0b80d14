//! Takes deliveries out of the outbox and sends them, many at once, few to one endpoint.
//!
//! Three things go on beside each other: batches are claimed, attempts are made, and what came of them is
//! written in batches. Whoever is killed between a claim and the writing leaves leases that end, and the
//! attempts are made again under the same event id.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use sqlx::PgPool;
use till_store::db;
use till_store::gateway::deliveries::{self, Claim, Claimed, Ended, Next};
use till_store::gateway::{delivery_log, endpoint_health};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::finisher::{self, Report};
use super::lanes::{FIRST_WINDOW, Lanes, Places};
use super::schedule;
use super::sender::{Receiver, Sender};
use super::targets::Targets;
use crate::gateway::Gateway;

/// How many deliveries are claimed at once.
const BATCH: usize = 512;
/// Within which time an attempt ends that earns its endpoint more places.
const QUICK: Duration = Duration::from_secs(1);
/// How long a claim holds: longer than an attempt takes, and its writing.
const LEASE: Duration = Duration::from_secs(30);
/// Commits that come so close together are looked for together.
const COALESCE: Duration = Duration::from_millis(3);
/// Between two looks into the outbox when nobody gives notice: of what has become due, nobody does.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How many connections to the database: for claims, for what ended, and for what is swept.
const CONNECTIONS: u32 = 3;
/// How many ended attempts may wait to be written before no new ones end.
const UNWRITTEN: usize = 4096;
/// How often old deliveries are swept, and how many in one statement.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
const SWEEP_BATCH: i64 = 5_000;
/// How long attempts under way may take once the process is to stop. The others are made again
/// elsewhere, when their lease ends.
const GRACE: Duration = Duration::from_secs(3);

/// Delivers until `shutdown`. Any number of processes may do so on one database.
pub async fn run(gateway: &Gateway, shutdown: &CancellationToken) -> Result<()> {
    // What is forgotten was sent, and is sent again: at least once, as receivers are told.
    let pool = db::for_repeatable_statements(&gateway.pool, "till-deliveries", CONNECTIONS);
    let (reports, ended) = mpsc::channel(UNWRITTEN);
    let mut dispatcher = Dispatcher {
        pool: pool.clone(),
        sender: gateway.sender.clone(),
        lanes: Arc::default(),
        targets: Targets::default(),
        under_way: JoinSet::new(),
        reports,
    };
    let dispatching = async {
        dispatcher.dispatch(gateway, shutdown).await;
        let rest = async { while dispatcher.under_way.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, rest).await;
        // With the last attempt the last sender of reports is gone, and the finisher ends.
        drop(dispatcher);
    };
    tokio::join!(dispatching, finisher::run(&pool, ended), shutdown.run_until_cancelled(sweep(&pool)));
    pool.close().await;
    Ok(())
}

struct Dispatcher {
    pool: PgPool,
    sender: Sender,
    lanes: Arc<Lanes>,
    targets: Targets,
    under_way: JoinSet<()>,
    reports: mpsc::Sender<Report>,
}

impl Dispatcher {
    async fn dispatch(&mut self, gateway: &Gateway, shutdown: &CancellationToken) {
        let mut notices = gateway.notices.deliveries();
        let lanes = self.lanes.clone();
        while !shutdown.is_cancelled() {
            notices.mark_unchanged();
            let left = self.fill().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "deliveries could not be claimed");
                Left::Nothing
            });
            while let Some(ended) = self.under_way.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "an attempt at a delivery ended badly");
                }
            }
            match left {
                Left::More => continue,
                Left::Behind => {}
                Left::Nothing => tokio::select! {
                    _ = shutdown.cancelled() => return,
                    _ = notices.changed() => {}
                    () = lanes.freed() => {}
                    () = tokio::time::sleep(LOOK_AGAIN) => {}
                },
            }
            tokio::time::sleep(COALESCE).await;
        }
    }

    /// Begins what is due and has a place.
    async fn fill(&mut self) -> sqlx::Result<Left> {
        let places = self.lanes.places();
        let limit = places.all.min(BATCH);
        if limit == 0 {
            return Ok(Left::Nothing);
        }
        let claim = Claim {
            lease: LEASE,
            limit: limit as i64,
            per_endpoint: FIRST_WINDOW as i64,
            places: &places.by_endpoint,
        };
        let claimed = db::in_time(deliveries::claim(&self.pool, claim)).await?;
        let count = claimed.len();
        let used_up = used_up(&claimed, &places);
        db::in_time(self.targets.refresh(&self.pool, &self.sender, &claimed)).await?;
        let probed: Vec<&str> = claimed
            .iter()
            .filter(|delivery| delivery.is_probe)
            .map(|delivery| delivery.endpoint_id.as_str())
            .collect();
        if !probed.is_empty() {
            db::in_time(endpoint_health::probing(&self.pool, &probed, LEASE.as_secs_f64())).await?;
        }
        for delivery in claimed {
            // Without one the endpoint has just been deleted, and the delivery with it.
            let Some(receiver) = self.targets.of(&delivery) else { continue };
            // Taken before the task runs, so that the next claim counts it.
            let place = self.lanes.take(&delivery.endpoint_id);
            let (sender, reports) = (self.sender.clone(), self.reports.clone());
            self.under_way.spawn(async move {
                let report = attempt(&sender, &receiver, delivery).await;
                // A slow endpoint gets no more places, however friendly its answers are.
                place.end(report.taken && report.ended.duration < QUICK);
                let _ = reports.send(report).await;
            });
        }
        // Places that became free since they were counted wake nobody.
        let is_behind = || count == limit || used_up.iter().any(|endpoint| self.lanes.has_place(endpoint));
        Ok(match count {
            BATCH => Left::More,
            _ if is_behind() => Left::Behind,
            _ => Left::Nothing,
        })
    }
}

/// What may be due beside what was claimed.
enum Left {
    /// Nothing that has a place.
    Nothing,
    /// More, of which there were not enough places: soon there are.
    Behind,
    /// More than is claimed at once.
    More,
}

/// The endpoints of which as much was claimed as had places.
fn used_up(claimed: &[Claimed], places: &Places) -> Vec<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for delivery in claimed {
        *counts.entry(&delivery.endpoint_id).or_default() += 1;
    }
    let had = |endpoint: &str| places.by_endpoint.get(endpoint).copied().unwrap_or(FIRST_WINDOW as i64);
    let used = counts.into_iter().filter(|(endpoint, count)| *count >= had(endpoint));
    used.map(|(endpoint, _)| endpoint.to_owned()).collect()
}

async fn attempt(sender: &Sender, receiver: &Receiver, delivery: Claimed) -> Report {
    let outcome = sender.send(receiver, &delivery.event_id, delivery.body).await;
    let taken = outcome.error.is_none();
    let next = match schedule::delay_after(delivery.attempts - delivery.retries_from, outcome.retry_after) {
        _ if taken => Next::Delivered,
        Some(delay) => Next::Again(delay),
        None => Next::GivenUp,
    };
    let (status, error) = (outcome.status, outcome.error.as_deref());
    tracing::debug!(delivery = delivery.id, attempt = delivery.attempts, status, error, "an attempt");
    Report {
        endpoint_id: delivery.endpoint_id,
        was_failing: delivery.is_failing,
        taken,
        gone: outcome.is_gone(),
        ended: Ended {
            delivery_id: delivery.id,
            attempt: delivery.attempts,
            at: outcome.at,
            duration: outcome.duration,
            response_status: outcome.status,
            response_body: outcome.body,
            error: outcome.error,
            next,
        },
    }
}

async fn sweep(pool: &PgPool) {
    loop {
        match db::in_time(delivery_log::sweep(pool, SWEEP_BATCH)).await {
            Ok(swept) if swept >= SWEEP_BATCH.unsigned_abs() => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "old deliveries could not be swept"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(endpoint: &str) -> Claimed {
        Claimed {
            id: String::new(),
            event_id: String::new(),
            endpoint_id: endpoint.to_owned(),
            version: 1,
            is_failing: false,
            is_probe: false,
            attempts: 1,
            retries_from: 0,
            body: String::new(),
        }
    }

    #[test]
    fn an_endpoint_that_had_fewer_due_than_places_is_not_behind() {
        let claimed =
            [vec![claimed("new"); FIRST_WINDOW], vec![claimed("wide"); 9], vec![claimed("narrow"); 2]];
        let by_endpoint = BTreeMap::from([("wide".to_owned(), 10), ("narrow".to_owned(), 2)]);
        let places = Places { all: 100, by_endpoint };
        assert_eq!(used_up(&claimed.concat(), &places), ["narrow", "new"]);
        assert!(used_up(&[], &places).is_empty());
    }
}
