//! A stream of the chain for who has no gRPC endpoint: blocks are asked for as soon as they are confirmed.
//!
//! It is later than a gRPC stream, by the questions and by the wait for a new slot, and not less right:
//! what it tells goes through the same gate.

use std::{convert::Infallible, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use solana_commitment_config::CommitmentConfig;
use tokio::sync::mpsc;

use super::{
    client::Client,
    wake::Wake,
    walk::{self, Sender, Stop, Walk},
};
use crate::{
    core::{SlotState, Update},
    sources::{Source, SourceError, Subscription},
};

/// Updates between the node and the gate.
const BUFFER: usize = 1_024;

/// How often a node is asked for a new slot that has no WebSocket, and one whose WebSocket is silent.
const POLL: Duration = Duration::from_millis(400);
const POLL_AWAKENED: Duration = Duration::from_secs(2);

/// A node, asked over JSON-RPC, and over a WebSocket when it is time to.
pub struct RpcStream {
    client: Arc<Client>,
    ws_url: Option<String>,
}

impl RpcStream {
    pub fn new(client: Arc<Client>, ws_url: Option<String>) -> Self {
        Self { client, ws_url }
    }
}

impl Source for RpcStream {
    fn name(&self) -> &str {
        self.client.name()
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        Box::pin(async move {
            let confirmed = self.client.slot(CommitmentConfig::confirmed()).await;
            let confirmed = confirmed.map_err(|error| SourceError::Connect(error.to_string()))?;
            let walk = Walk::new(self.client.clone(), from_slot.unwrap_or(confirmed));
            let wake = self.ws_url.clone().map(Wake::new);
            let (sender, updates) = mpsc::channel(BUFFER);
            let follow = Follow { client: self.client.clone(), walk, wake, finalized: None };
            let task = tokio::spawn(async move {
                let Err(stop) = follow.run(&sender).await;
                walk::tell_stop(stop, &sender).await;
            });
            Ok(Subscription::new(updates, task))
        })
    }
}

struct Follow {
    client: Arc<Client>,
    walk: Walk,
    wake: Option<Wake>,
    /// The last slot that was told to be final.
    finalized: Option<u64>,
}

impl Follow {
    async fn run(mut self, sender: &Sender) -> Result<Infallible, Stop> {
        loop {
            let confirmed = self.client.slot(CommitmentConfig::confirmed()).await?;
            while !self.walk.is_past(confirmed) {
                self.walk.advance(confirmed, sender).await?;
                self.tell_finalized(sender).await?;
            }
            self.sleep().await;
        }
    }

    /// The last slot that was told, or the last final one if that comes before: both have a block.
    async fn tell_finalized(&mut self, sender: &Sender) -> Result<(), Stop> {
        let Some(told) = self.walk.last() else { return Ok(()) };
        let slot = self.client.slot(CommitmentConfig::finalized()).await?.min(told);
        if self.finalized.is_some_and(|finalized| finalized >= slot) {
            return Ok(());
        }
        self.finalized = Some(slot);
        let update = Update::Slot { slot, parent: None, state: SlotState::Finalized };
        sender.send(Ok(update)).await.map_err(|_| Stop::Unheard)
    }

    async fn sleep(&self) {
        match &self.wake {
            Some(wake) => {
                // Which of both it was does not matter: the node is asked.
                let _ = tokio::time::timeout(POLL_AWAKENED, wake.slot()).await;
            }
            None => tokio::time::sleep(POLL).await,
        }
    }
}
