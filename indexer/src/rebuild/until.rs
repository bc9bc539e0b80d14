//! A stream that ends before it is over.

use std::sync::Arc;

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::mpsc;

use crate::sources::{Source, SourceError, Subscription};

/// A source of which nothing behind `last` is heard.
pub struct Until {
    pub source: Arc<dyn Source>,
    pub last: u64,
}

impl Source for Until {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        let last = self.last;
        async move {
            let mut whole = self.source.subscribe(from_slot).await?;
            let (sender, updates) = mpsc::channel(1_024);
            let task = tokio::spawn(async move {
                while let Some(update) = whole.updates.recv().await {
                    let is_behind = update.as_ref().is_ok_and(|update| update.slot() > last);
                    if !is_behind && sender.send(update).await.is_err() {
                        return;
                    }
                }
            });
            Ok(Subscription::new(updates, task))
        }
        .boxed()
    }
}
