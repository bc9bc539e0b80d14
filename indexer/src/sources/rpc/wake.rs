//! A node's WebSocket, as far as it says that it is time to ask again.
//!
//! Nothing that it tells is believed, and nothing is lost when it says nothing.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use solana_client::nonblocking::pubsub_client::PubsubClient;
use tokio::{sync::Notify, task::JoinHandle};

use crate::retry::Backoff;

const RETRY_FIRST: Duration = Duration::from_millis(500);
const RETRY_LONGEST: Duration = Duration::from_secs(30);

/// Wakes whoever waits for a new slot; ends when it is dropped.
pub struct Wake {
    slots: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Wake {
    pub fn new(ws_url: String) -> Self {
        let slots = Arc::new(Notify::new());
        let task = tokio::spawn(listen(ws_url, slots.clone()));
        Self { slots, task }
    }

    /// Waits for a slot that has begun since the last call.
    pub async fn slot(&self) {
        self.slots.notified().await;
    }
}

async fn listen(ws_url: String, slots: Arc<Notify>) {
    let mut backoff = Backoff::new(RETRY_FIRST, RETRY_LONGEST);
    loop {
        match PubsubClient::new(&ws_url).await {
            // What the library says of a connection may hold its URL, and that a token.
            Err(_) => tracing::debug!("the WebSocket does not answer"),
            Ok(client) => match client.slot_subscribe().await {
                Err(error) => tracing::debug!(%error, "the WebSocket does not tell slots"),
                Ok((mut notices, _)) => {
                    while notices.next().await.is_some() {
                        backoff.reset();
                        slots.notify_one();
                    }
                    tracing::debug!("the WebSocket was closed");
                }
            },
        }
        tokio::time::sleep(backoff.next_wait()).await;
    }
}
