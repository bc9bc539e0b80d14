//! What a stream left out, from elsewhere.

use std::{ops::RangeInclusive, sync::Arc};

use tokio::time::Instant;

use crate::{
    config::Timing,
    core::{Update, Waiting},
    retry::Backoff,
    sources::{Blocks, SourceError, Subscription},
    status,
};

/// Slots asked for at a time: what is filled goes through the gate before more is asked for.
const MOST: u64 = 512;

/// Fetches the blocks that the gate waits for. What comes goes through the gate like everything else,
/// which holds what the stream tells meanwhile: so nothing falls between the two.
pub struct Filler {
    blocks: Option<Arc<dyn Blocks>>,
    timing: Timing,
    fetching: Option<Subscription>,
    backoff: Backoff,
    not_before: Instant,
}

impl Filler {
    pub fn new(blocks: Option<Arc<dyn Blocks>>, timing: Timing) -> Self {
        let backoff = Backoff::of(&timing);
        Self { blocks, timing, fetching: None, backoff, not_before: Instant::now() }
    }

    /// Begins to fetch what the gate waits for, which passes from `first` on, unless that is being done
    /// or the stream may still bring it.
    pub fn fill(&mut self, waiting: Option<Waiting>, first: Option<u64>, last_through: Instant) {
        let (Some(blocks), Some(waiting), None) = (&self.blocks, waiting, &self.fetching) else { return };
        let now = Instant::now();
        if now < self.not_before || now < last_through + self.timing.fill {
            return;
        }
        let Some(slots) = missing(waiting, first) else { return };
        tracing::info!(from = slots.start(), to = slots.end(), source = blocks.name(), "filling a gap");
        status::filling_a_gap();
        self.fetching = Some(blocks.fetch(slots));
    }

    /// What has been fetched; nothing when it is over. Waits forever when nothing is being fetched.
    pub async fn recv(&mut self, most: usize) -> Option<Vec<Result<Update, SourceError>>> {
        let Some(fetching) = &mut self.fetching else { return std::future::pending().await };
        let mut updates = Vec::new();
        let received = fetching.updates.recv_many(&mut updates, most).await;
        match updates.last() {
            Some(Ok(_)) => return Some(updates),
            Some(Err(error)) => {
                let wait = self.backoff.next_wait();
                tracing::warn!(%error, ?wait, "a gap is not filled yet");
                self.not_before = Instant::now() + wait;
            }
            None => self.backoff.reset(),
        }
        self.fetching = None;
        (received > 0).then_some(updates)
    }
}

fn missing(waiting: Waiting, first: Option<u64>) -> Option<RangeInclusive<u64>> {
    match waiting {
        Waiting::Gap { slot } => {
            let first = first?;
            (first < slot).then(|| first..=(slot - 1).min(first.saturating_add(MOST - 1)))
        }
        Waiting::Incomplete { slot, .. } => Some(slot..=slot),
    }
}
