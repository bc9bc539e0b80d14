//! Callbacks: a shop is told which payment has changed, and asks how it stands.
//!
//! <https://docs.barion.com/Callback_mechanism>: a POST with the payment's id, to be answered with 200 within 15 seconds;
//! if it is not, five more follow, 2, 6, 18, 54 and 162 seconds apart.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::{Client, StatusCode, redirect};
use till_store::db;
use till_store::gateway::barion::callbacks::{self, Claimed};
use till_store::gateway::deliveries::Next;
use tokio::task::JoinSet;

use super::booked::their_id;
use crate::gateway::Gateway;

/// How long a shop may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long a claim holds: longer than an attempt takes.
const LEASE: Duration = Duration::from_secs(30);
/// How many attempts are under way at once.
const CONCURRENCY: usize = 32;
/// Seconds from one attempt to the next.
const DELAYS: [u64; 5] = [2, 6, 18, 54, 162];
/// Between two looks when nobody gives notice.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const LOOK_AGAIN_SOONEST: Duration = Duration::from_millis(100);

/// How long to wait after the `attempts`-th attempt (from 1) has failed; nothing when it was the last.
fn delay_after(attempts: i32) -> Option<Duration> {
    let index = usize::try_from(attempts - 1).ok()?;
    DELAYS.get(index).map(|seconds| Duration::from_secs(*seconds))
}

/// Makes callbacks.
pub struct Callbacks {
    gateway: Arc<Gateway>,
    client: Client,
}

impl Callbacks {
    pub fn new(gateway: &Arc<Gateway>) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Till/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name again, behind the guard's back.
            .no_proxy()
            .dns_resolver(Arc::new(gateway.guard))
            .build()
            .context("the client for callbacks cannot be built")?;
        Ok(Self { gateway: gateway.clone(), client })
    }

    /// Whatever is dropped on the way is made again, here or elsewhere, when its lease ends.
    pub async fn run(&self) {
        let mut changed = self.gateway.notices.payments();
        let mut under_way = JoinSet::new();
        loop {
            changed.mark_unchanged();
            let places = CONCURRENCY - under_way.len();
            let claimed = self.claim(places).await;
            let is_more = !claimed.is_empty() && claimed.len() == places;
            for callback in claimed {
                under_way.spawn(attempt(self.gateway.clone(), self.client.clone(), callback));
            }
            if is_more && under_way.len() < CONCURRENCY {
                continue;
            }
            let pause = self.until_next(under_way.len()).await;
            tokio::select! {
                _ = changed.changed() => {}
                Some(ended) = under_way.join_next() => if let Err(error) = ended {
                    tracing::error!(%error, "an attempt at a callback ended badly");
                },
                _ = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn claim(&self, places: usize) -> Vec<Claimed> {
        if places == 0 {
            return Vec::new();
        }
        db::in_time(callbacks::claim(&self.gateway.pool, LEASE, places as i64)).await.unwrap_or_else(
            |error| {
                tracing::warn!(%error, "callbacks could not be claimed");
                Vec::new()
            },
        )
    }

    async fn until_next(&self, under_way: usize) -> Duration {
        if under_way >= CONCURRENCY {
            return LOOK_AGAIN;
        }
        let due = db::in_time(callbacks::next_due(&self.gateway.pool)).await.ok().flatten();
        due.unwrap_or(LOOK_AGAIN).clamp(LOOK_AGAIN_SOONEST, LOOK_AGAIN)
    }
}

async fn attempt(gateway: Arc<Gateway>, client: Client, callback: Claimed) {
    let (status, error) = match send(&gateway, &client, &callback).await {
        Ok(StatusCode::OK) => (Some(StatusCode::OK), None),
        Ok(status) => (Some(status), Some(format!("the shop answered {status}"))),
        Err(error) => (None, Some(error)),
    };
    let ended = match (&error, delay_after(callback.attempts)) {
        (None, _) => Next::Delivered,
        (Some(_), Some(delay)) => Next::Again(delay),
        (Some(_), None) => Next::GivenUp,
    };
    let status = status.map(|status| status.as_u16());
    let noted = callbacks::finish(&gateway.pool, &callback, ended, status, error.as_deref());
    if let Err(error) = db::in_time(noted).await {
        tracing::warn!(callback = callback.id, %error, "a callback could not be noted; it will be made again");
    }
}

/// The id stands in the query, as in the address that the shop was shown, and in the body.
async fn send(gateway: &Gateway, client: &Client, callback: &Claimed) -> Result<StatusCode, String> {
    let url = gateway
        .guard
        .check_url(&callback.url)
        .map_err(|reason| format!("the URL is not allowed: {reason}"))?;
    let id = their_id(&callback.payment_id);
    let answer = client.post(url).form(&[("PaymentId", id)]).send().await;
    // Without the URL, whose query may hold a secret of the shop.
    answer.map(|answer| answer.status()).map_err(|error| error.without_url().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_more_attempts_follow_the_first_as_barion_documents_them() {
        let delays: Vec<u64> = (1..).map_while(delay_after).map(|delay| delay.as_secs()).collect();
        assert_eq!(delays, [2, 6, 18, 54, 162]);
    }
}
