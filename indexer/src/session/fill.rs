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
    fetching: Option<Fetching>,
    /// What is missing, and up to where that has been fetched.
    missing_from: Option<u64>,
    fetched_to: u64,
    backoff: Backoff,
    not_before: Instant,
}

struct Fetching {
    subscription: Subscription,
    to: u64,
}

impl Filler {
    pub fn new(blocks: Option<Arc<dyn Blocks>>, timing: Timing) -> Self {
        let (backoff, not_before) = (Backoff::of(&timing), Instant::now());
        Self { blocks, timing, fetching: None, missing_from: None, fetched_to: 0, backoff, not_before }
    }

    /// Begins to fetch what the gate waits for, which passes from `first` on, unless that is being done
    /// or the stream may still bring it.
    pub fn fill(&mut self, waiting: Option<Waiting>, first: Option<u64>, last_through: Instant) {
        let (Some(blocks), Some(waiting), None) = (&self.blocks, waiting, &self.fetching) else { return };
        let now = Instant::now();
        if now < self.not_before || now < last_through + self.timing.fill {
            return;
        }
        let Some(missing) = missing(waiting, first) else { return };
        let is_same = self.missing_from.replace(*missing.start()) == Some(*missing.start());
        // Hundreds of slots may be skipped: then the gate waits at the same place for what comes behind.
        if !is_same {
            self.backoff.reset();
            self.fetched_to = missing.start().saturating_sub(1);
        }
        let from = (self.fetched_to + 1).max(*missing.start());
        if from > *missing.end() {
            let wait = self.backoff.next_wait();
            tracing::warn!(?missing, ?wait, "everything there was fetched, and it does not fill the gap");
            self.not_before = now + wait;
            self.fetched_to = missing.start().saturating_sub(1);
            return;
        }
        let slots = from..=(*missing.end()).min(from.saturating_add(MOST - 1));
        tracing::info!(from = slots.start(), to = slots.end(), source = blocks.name(), "filling a gap");
        status::filling_a_gap();
        let to = *slots.end();
        self.fetching = Some(Fetching { subscription: blocks.fetch(slots), to });
    }

    /// What has been fetched; nothing when it is over. Waits forever when nothing is being fetched.
    pub async fn recv(&mut self, most: usize) -> Option<Vec<Result<Update, SourceError>>> {
        let Some(fetching) = &mut self.fetching else { return std::future::pending().await };
        let mut updates = Vec::new();
        let received = fetching.subscription.updates.recv_many(&mut updates, most).await;
        match updates.last() {
            Some(Ok(_)) => return Some(updates),
            Some(Err(error)) => {
                let wait = self.backoff.next_wait();
                tracing::warn!(%error, ?wait, "a gap is not filled yet");
                self.not_before = Instant::now() + wait;
            }
            None => self.fetched_to = fetching.to,
        }
        self.fetching = None;
        (received > 0).then_some(updates)
    }
}

fn missing(waiting: Waiting, first: Option<u64>) -> Option<RangeInclusive<u64>> {
    match waiting {
        // A stream that began behind the header of `slot` has only told that it is confirmed.
        Waiting::Gap { slot } => first.map(|first| first..=first.max(slot.saturating_sub(1))),
        Waiting::Incomplete { slot, .. } => Some(slot..=slot),
    }
}
