//! Takes deliveries out of the outbox and sends them, many at once, few to one endpoint.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;
use sqlx::PgPool;
use till_store::gateway::deliveries::{self, Attempt, Claim, Claimed};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::schedule;
use super::sender::{Message, Outcome, Sender};
use crate::gateway::Gateway;

/// How many attempts are under way at once.
const CONCURRENCY: usize = 128;
/// How many of them to one endpoint, from which on no more are claimed for it; and how many are
/// claimed for it at once.
const PER_ENDPOINT: usize = 8;
/// How long a claim holds: longer than an attempt takes.
const LEASE: Duration = Duration::from_secs(30);
/// Between two looks into the outbox when nobody gives notice.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN_SOONEST: Duration = Duration::from_millis(100);
/// How long attempts under way may take once the process is to stop. The others are made again
/// elsewhere, when their lease ends.
const GRACE: Duration = Duration::from_secs(3);

pub async fn run(gateway: &Gateway, shutdown: &CancellationToken) -> Result<()> {
    let mut notices = gateway.notices.deliveries();
    let mut dispatcher = Dispatcher {
        pool: gateway.pool.clone(),
        sender: Sender::new(gateway.guard)?,
        under_way: JoinSet::new(),
        by_endpoint: HashMap::new(),
    };
    while !shutdown.is_cancelled() {
        notices.mark_unchanged();
        let more = dispatcher.fill().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "deliveries could not be claimed");
            false
        });
        let pause = if more { Duration::ZERO } else { dispatcher.until_next().await };
        tokio::select! {
            _ = shutdown.cancelled() => {}
            _ = notices.changed() => {}
            Some(ended) = dispatcher.under_way.join_next() => dispatcher.ended(ended),
            _ = tokio::time::sleep(pause) => {}
        }
    }
    let rest = async { while dispatcher.under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, rest).await;
    Ok(())
}

struct Dispatcher {
    pool: PgPool,
    sender: Sender,
    /// Each attempt returns the endpoint that it went to.
    under_way: JoinSet<String>,
    by_endpoint: HashMap<String, usize>,
}

impl Dispatcher {
    /// Begins what is due and has a place, and returns whether there may be more.
    async fn fill(&mut self) -> sqlx::Result<bool> {
        let places = CONCURRENCY.saturating_sub(self.under_way.len());
        if places == 0 {
            return Ok(false);
        }
        let full = self.by_endpoint.iter().filter(|(_, count)| **count >= PER_ENDPOINT);
        let busy: Vec<String> = full.map(|(endpoint, _)| endpoint.clone()).collect();
        let claim =
            Claim { lease: LEASE, limit: places as i64, per_endpoint: PER_ENDPOINT as i64, busy: &busy };
        let claimed = deliveries::claim(&self.pool, claim).await?;
        let more = !claimed.is_empty();
        for delivery in claimed {
            *self.by_endpoint.entry(delivery.endpoint_id.clone()).or_default() += 1;
            let (pool, sender) = (self.pool.clone(), self.sender.clone());
            self.under_way.spawn(async move {
                attempt(&pool, &sender, &delivery).await;
                delivery.endpoint_id
            });
        }
        Ok(more)
    }

    fn ended(&mut self, ended: Result<String, tokio::task::JoinError>) {
        match ended {
            Ok(endpoint) => {
                let count = self.by_endpoint.entry(endpoint.clone()).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.by_endpoint.remove(&endpoint);
                }
            }
            Err(error) => tracing::error!(%error, "an attempt at a delivery ended badly"),
        }
    }

    async fn until_next(&self) -> Duration {
        let due = deliveries::next_due(&self.pool).await.ok().flatten();
        due.unwrap_or(LOOK_AGAIN).clamp(LOOK_AGAIN_SOONEST, LOOK_AGAIN)
    }
}

async fn attempt(pool: &PgPool, sender: &Sender, delivery: &Claimed) {
    let message = Message {
        url: &delivery.url,
        secret: &delivery.secret,
        event_id: &delivery.event_id,
        body: &delivery.body,
    };
    let Outcome { status, error } = sender.send(message).await;
    let attempts = delivery.attempts;
    let ended = match (&error, schedule::delay_after(attempts)) {
        (None, _) => Attempt::Delivered,
        (Some(_), Some(delay)) => Attempt::Again(delay),
        (Some(_), None) => Attempt::GivenUp,
    };
    tracing::debug!(delivery = delivery.id, attempts, ?status, ?error, "an attempt at a delivery");
    let noted = deliveries::finish(pool, &delivery.id, attempts, ended, status, error.as_deref()).await;
    if let Err(error) = noted {
        tracing::warn!(delivery = delivery.id, %error, "an attempt could not be noted; it will be made again");
    }
}
