//! Blocks for a gap.

use std::{ops::RangeInclusive, sync::Arc};

use tokio::sync::mpsc;

use super::{
    client::Client,
    walk::{self, Walk},
};
use crate::sources::{Blocks, Subscription};

/// Updates between the node and the gate.
const BUFFER: usize = 1_024;

/// Whole blocks from a node.
pub struct RpcBlocks {
    client: Arc<Client>,
}

impl RpcBlocks {
    pub fn new(client: Arc<Client>) -> Self {
        Self { client }
    }
}

impl Blocks for RpcBlocks {
    fn name(&self) -> &str {
        self.client.name()
    }

    fn fetch(&self, slots: RangeInclusive<u64>) -> Subscription {
        let (sender, updates) = mpsc::channel(BUFFER);
        let mut walk = Walk::new(self.client.clone(), *slots.start());
        let task = tokio::spawn(async move {
            while !walk.is_past(*slots.end()) {
                if let Err(stop) = walk.advance(*slots.end(), &sender).await {
                    return walk::tell_stop(stop, &sender).await;
                }
            }
        });
        Subscription::new(updates, task)
    }
}
