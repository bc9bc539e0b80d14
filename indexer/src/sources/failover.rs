//! Several sources for one stream: when one is of no use, the next has its turn.
//!
//! Who subscribes again has lost the stream before, whatever the reason: it was refused, it broke, it
//! stalled, it lacked what a gap needs. So each subscription goes to the source behind the last one, and
//! one only: the pause between two attempts, and its growth, are the runner's.
//!
//! The order is a preference. While another source than the first is read, the first is asked now and
//! then whether it tells anything; when it does, the stream ends, and the next subscription is the
//! first's. Nothing is lost by that: a stream begins where the last commit stands.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::{Source, SourceError, Subscription};

/// Between two looks at the first source.
const RETURN: Duration = Duration::from_secs(120);

/// How long the first source may take to show that it is back.
const PROOF: Duration = Duration::from_secs(10);

/// Updates between the source that is read and the gate: enough to keep both busy.
const BUFFER: usize = 1_024;

/// See the module documentation.
pub struct Failover {
    name: String,
    /// The preferred one first.
    sources: Vec<Arc<dyn Source>>,
    return_after: Duration,
    /// Whose turn is next; counts on and on.
    turn: Arc<AtomicUsize>,
}

impl Failover {
    /// Of `sources`, the preferred one first. There must be one at least.
    pub fn new(sources: Vec<Arc<dyn Source>>) -> Self {
        assert!(!sources.is_empty(), "a stream needs a source");
        let names: Vec<&str> = sources.iter().map(|source| source.name()).collect();
        Self { name: names.join(", "), sources, return_after: RETURN, turn: Arc::default() }
    }

    /// With another pause between two looks at the first source.
    pub fn returning_after(self, return_after: Duration) -> Self {
        Self { return_after, ..self }
    }

    /// Passes `stream` on until the first source is back.
    fn in_place_of_the_first(&self, mut stream: Subscription) -> Subscription {
        let (first, turn, pause) = (self.sources[0].clone(), self.turn.clone(), self.return_after);
        let (sender, updates) = mpsc::channel(BUFFER);
        let task = tokio::spawn(async move {
            let passed_on = async {
                while let Some(update) = stream.updates.recv().await {
                    if sender.send(update).await.is_err() {
                        return;
                    }
                }
            };
            tokio::select! {
                () = passed_on => {}
                () = is_back(first.as_ref(), pause) => {
                    turn.store(0, Ordering::Relaxed);
                    let back = format!("{} tells something again: going back to it", first.name());
                    let _ = sender.send(Err(SourceError::Stream(back))).await;
                }
            }
        });
        Subscription::new(updates, task)
    }
}

impl Source for Failover {
    fn name(&self) -> &str {
        &self.name
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        Box::pin(async move {
            // Taken before the attempt: one that is given up because it takes too long counts too.
            let index = self.turn.fetch_add(1, Ordering::Relaxed) % self.sources.len();
            let source = &self.sources[index];
            tracing::info!(source = source.name(), "has its turn");
            let stream = source.subscribe(from_slot).await?;
            Ok(if index == 0 { stream } else { self.in_place_of_the_first(stream) })
        })
    }
}

/// Returns when `source` accepts a stream and says something on it.
async fn is_back(source: &dyn Source, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        let proof = async { source.subscribe(None).await.ok()?.updates.recv().await?.ok() };
        if let Ok(Some(_)) = tokio::time::timeout(PROOF, proof).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
