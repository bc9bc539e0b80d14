//! Takes deliveries out of the outbox and sends them, many at once, few to one endpoint.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
        places: Places::default(),
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
            Some(ended) = dispatcher.under_way.join_next() => if let Err(error) = ended {
                tracing::error!(%error, "an attempt at a delivery ended badly");
            },
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
    under_way: JoinSet<()>,
    places: Places,
}

impl Dispatcher {
    /// Begins what is due and has a place, and returns whether there may be more.
    async fn fill(&mut self) -> sqlx::Result<bool> {
        let places = CONCURRENCY.saturating_sub(self.under_way.len());
        if places == 0 {
            return Ok(false);
        }
        let busy = self.places.busy();
        let claim =
            Claim { lease: LEASE, limit: places as i64, per_endpoint: PER_ENDPOINT as i64, busy: &busy };
        let claimed = deliveries::claim(&self.pool, claim).await?;
        let more = !claimed.is_empty();
        for delivery in claimed {
            let place = self.places.take(&delivery.endpoint_id);
            let (pool, sender) = (self.pool.clone(), self.sender.clone());
            self.under_way.spawn(async move {
                let _place = place;
                attempt(&pool, &sender, &delivery).await;
            });
        }
        Ok(more)
    }

    /// What is due and has no place is not waited for: an attempt that ends looks again.
    async fn until_next(&self) -> Duration {
        if self.under_way.len() >= CONCURRENCY {
            return LOOK_AGAIN;
        }
        let due = deliveries::next_due(&self.pool, &self.places.busy()).await.ok().flatten();
        due.unwrap_or(LOOK_AGAIN).clamp(LOOK_AGAIN_SOONEST, LOOK_AGAIN)
    }
}

/// How many attempts are under way to each endpoint.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<HashMap<String, usize>>>);

impl Places {
    fn take(&self, endpoint: &str) -> Place {
        *self.counts().entry(endpoint.to_owned()).or_default() += 1;
        Place { places: self.clone(), endpoint: endpoint.to_owned() }
    }

    fn busy(&self) -> Vec<String> {
        let counts = self.counts();
        let full = counts.iter().filter(|(_, count)| **count >= PER_ENDPOINT);
        full.map(|(endpoint, _)| endpoint.clone()).collect()
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one attempt, given back however the attempt ends, by a panic too.
struct Place {
    places: Places,
    endpoint: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.places.counts();
        let Some(count) = counts.get_mut(&self.endpoint) else { return };
        *count -= 1;
        if *count == 0 {
            counts.remove(&self.endpoint);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_attempt_that_panics_gives_its_place_back() {
        let places = Places::default();
        let mut taken: Vec<Place> = (0..PER_ENDPOINT).map(|_| places.take("end_1")).collect();
        assert_eq!(places.busy(), ["end_1"]);
        let place = taken.pop();
        let attempt = tokio::spawn(async move {
            let _place = place;
            panic!("as an attempt might");
        });
        assert!(attempt.await.unwrap_err().is_panic());
        assert!(places.busy().is_empty());
        assert_eq!(places.counts()["end_1"], PER_ENDPOINT - 1);
        drop(taken);
        assert!(places.counts().is_empty());
    }
}
