//! When the indexer received what.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use futures::{FutureExt, future::BoxFuture};
use till_indexer::{
    core::Update,
    sources::{Source, SourceError, Subscription},
};
use tokio::sync::mpsc;

/// When which update came, by slot, as long as it is not visible.
#[derive(Clone, Default)]
pub struct Received(Arc<Mutex<Vec<(u64, Instant)>>>);

impl Received {
    fn note(&self, update: &Update) {
        if let Update::Transaction(transaction) = update {
            let stamp = (transaction.slot, Instant::now());
            self.0.lock().expect("nobody panics while holding it").push(stamp);
        }
    }

    /// Those of slots up to `slot`, which are forgotten with that.
    pub fn until(&self, slot: u64) -> Vec<(u64, Instant)> {
        let mut stamps = self.0.lock().expect("nobody panics while holding it");
        let later = stamps.partition_point(|(of, _)| *of <= slot);
        stamps.drain(..later).collect()
    }
}

/// A source that notes when what came.
pub struct Stamped {
    pub source: Arc<dyn Source>,
    pub received: Received,
}

impl Source for Stamped {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        async move {
            let mut subscription = self.source.subscribe(from_slot).await?;
            let received = self.received.clone();
            let (sender, updates) = mpsc::channel(8_192);
            let task = tokio::spawn(async move {
                while let Some(update) = subscription.updates.recv().await {
                    if let Ok(update) = &update {
                        received.note(update);
                    }
                    if sender.send(update).await.is_err() {
                        return;
                    }
                }
            });
            Ok(Subscription::new(updates, task))
        }
        .boxed()
    }
}
