//! Counting in a Redis, for several processes together.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Script};
use tokio::sync::OnceCell;

use super::quota::{Budget, Quota, Subject, Verdict};

/// How long Redis may take. A request waits for it.
const TIMEOUT: Duration = Duration::from_millis(100);
/// How long it is left alone when it did not answer.
const AWAY: Duration = Duration::from_secs(1);

/// A Redis. It takes one step for a request: the script is atomic.
pub struct Shared {
    client: Client,
    connection: OnceCell<ConnectionManager>,
    script: Script,
    /// Until when it is not asked, because it did not answer.
    away_until: Mutex<Option<Instant>>,
}

impl Shared {
    pub fn new(url: &str) -> Result<Self> {
        // The error's own words would hold the URL, and that a password.
        let client = Client::open(url).map_err(|_| ()).ok().context("the Redis URL cannot be read")?;
        let script = Script::new(include_str!("gcra.lua"));
        Ok(Self { client, connection: OnceCell::new(), script, away_until: Mutex::default() })
    }

    /// Nothing if Redis does not answer.
    pub async fn take(&self, budget: Budget, quota: Quota, subject: &Subject) -> Option<Verdict> {
        if self.away_until().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let asked = tokio::time::timeout(TIMEOUT, self.ask(budget, quota, subject)).await;
        let answer = asked.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer within {TIMEOUT:?}")));
        let was_away = {
            let until = answer.is_err().then(|| Instant::now() + AWAY);
            std::mem::replace(&mut *self.away_until(), until).is_some()
        };
        match &answer {
            Ok(_) if was_away => tracing::info!("Redis answers again: limits are shared"),
            Err(error) if !was_away => {
                tracing::warn!(%error, "Redis does not answer: each process counts for itself");
            }
            _ => {}
        }
        answer.ok()
    }

    async fn ask(&self, budget: Budget, quota: Quota, subject: &Subject) -> Result<Verdict> {
        let connection = self.connection.get_or_try_init(|| {
            let patience = ConnectionManagerConfig::new()
                .set_number_of_retries(1)
                .set_connection_timeout(TIMEOUT)
                .set_response_timeout(TIMEOUT);
            ConnectionManager::new_with_config(self.client.clone(), patience)
        });
        let mut connection = connection.await?.clone();
        let key = format!("till:limit:{}:{subject}", budget.as_str());
        let interval = u64::try_from(quota.interval().as_micros()).unwrap_or(u64::MAX).max(1);
        let mut call = self.script.key(key);
        let call = call.arg(interval).arg(quota.count.get());
        let (allowed, remaining, reset, wait): (u8, u32, u64, u64) =
            call.invoke_async(&mut connection).await?;
        Ok(Verdict {
            allowed: allowed == 1,
            remaining,
            reset: Duration::from_micros(reset),
            wait: Duration::from_micros(wait),
        })
    }

    fn away_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.away_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
