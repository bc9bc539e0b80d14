//! A stream that loses, repeats, and mixes up what it tells, breaks, and falls silent.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use rand::{Rng, rngs::SmallRng};
use till_indexer::{
    core::{SlotState, Update},
    sources::{Source, SourceError, Subscription},
};
use tokio::sync::mpsc;

use super::{
    plan::StreamFaults,
    shared::{Shared, up_to},
};

/// A consumer that takes nothing for so long is cut off.
const PATIENCE: Duration = Duration::from_secs(3);

/// What may be on its way.
const CHANNEL: usize = 32;

pub struct Stream(pub Arc<Shared>);

impl Source for Stream {
    fn name(&self) -> &str {
        "simulated"
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        self.begin(from_slot).boxed()
    }
}

impl Stream {
    async fn begin(&self, from_slot: Option<u64>) -> Result<Subscription, SourceError> {
        let Self(shared) = self;
        let mut random = shared.random();
        let faults = shared.plan().stream.clone();
        shared.note(|| format!("subscribe from {from_slot:?}"));
        tokio::time::sleep(up_to(&mut random, 30)).await;
        if random.gen_bool(faults.refused) {
            return Err(SourceError::Connect("refused".to_owned()));
        }
        if random.gen_bool(faults.hangs) {
            std::future::pending::<()>().await;
        }
        if from_slot.is_some() && faults.never_replays && random.gen_bool(0.5) {
            return Err(SourceError::Stream("replay is not available".to_owned()));
        }
        let (replayed, at) = {
            let chain = shared.chain();
            let replayed =
                begins(from_slot, &faults, &mut random).map(|from| chain.replay(from, faults.stale));
            (replayed.unwrap_or_default(), chain.told.len())
        };
        shared.note(|| format!("subscribed, {} updates are replayed", replayed.len()));
        let (updates, received) = mpsc::channel(CHANNEL);
        let is_silent = random.gen_bool(faults.silent);
        let telling = Telling { shared: shared.clone(), random, updates, seq: 0, late: BTreeMap::new() };
        let task = async move {
            if is_silent {
                telling.shared.note(|| "the stream tells nothing".to_owned());
                std::future::pending::<()>().await;
            }
            telling.run(replayed, at).await;
        };
        Ok(Subscription::new(received, tokio::spawn(task)))
    }
}

/// Where the stream begins that was asked to begin at `from_slot`; nothing for the present.
fn begins(from_slot: Option<u64>, faults: &StreamFaults, random: &mut SmallRng) -> Option<u64> {
    let from =
        from_slot.filter(|_| !faults.never_replays && !random.gen_bool(faults.begins_in_the_present))?;
    if random.gen_bool(faults.begins_later) {
        return Some(from + random.gen_range(1..8));
    }
    if random.gen_bool(faults.begins_earlier) {
        return Some(from - random.gen_range(1..8));
    }
    Some(from)
}

struct Telling {
    shared: Arc<Shared>,
    random: SmallRng,
    updates: mpsc::Sender<Result<Update, SourceError>>,
    /// Counts what came from the chain.
    seq: u64,
    /// What comes later than it should, by when.
    late: BTreeMap<(u64, u64), Update>,
}

/// The stream is over, for a reason that is noted.
struct Over;

impl Telling {
    async fn run(mut self, replayed: Vec<Update>, mut at: usize) {
        let mut told = self.shared.told();
        let mut fresh = replayed;
        loop {
            if self.tell(fresh).await.is_err() {
                return;
            }
            while *told.borrow_and_update() == at {
                if told.changed().await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(up_to(&mut self.random, 50)).await;
            let chain = self.shared.chain();
            fresh = chain.told[at..].to_vec();
            at = chain.told.len();
        }
    }

    async fn tell(&mut self, fresh: Vec<Update>) -> Result<(), Over> {
        let faults = self.shared.plan().stream.clone();
        for update in fresh {
            self.misfortune(&faults).await?;
            if matches!(update, Update::Slot { state: SlotState::Dead, .. }) {
                // See `Plan::tell_versions_apart`.
                for late in std::mem::take(&mut self.late).into_values() {
                    self.send(late).await?;
                }
                self.send(update).await?;
                continue;
            }
            if self.random.gen_bool(faults.drop) {
                self.shared.note(|| format!("dropped {}", about(&update)));
                continue;
            }
            if self.random.gen_bool(faults.falsely_dead) {
                let slot = update.slot();
                self.send(Update::Slot { slot, parent: None, state: SlotState::Dead }).await?;
            }
            for _ in 0..1 + usize::from(self.random.gen_bool(faults.duplicate)) {
                let due = self.seq + self.random.gen_range(0..=faults.reorder);
                self.late.insert((due, self.seq), update.clone());
                self.seq += 1;
            }
            while let Some(entry) = self.late.first_entry() {
                if entry.key().0 > self.seq {
                    break;
                }
                let update = entry.remove();
                self.send(update).await?;
            }
        }
        Ok(())
    }

    async fn misfortune(&mut self, faults: &StreamFaults) -> Result<(), Over> {
        if self.random.gen_bool(faults.stalls) {
            self.shared.note(|| "the stream falls silent".to_owned());
            std::future::pending::<()>().await;
        }
        if self.random.gen_bool(faults.breaks) {
            self.shared.note(|| "the stream breaks".to_owned());
            let _ = self.updates.send(Err(SourceError::Stream("broken".to_owned()))).await;
            return Err(Over);
        }
        if self.random.gen_bool(faults.ends) {
            self.shared.note(|| "the stream ends".to_owned());
            return Err(Over);
        }
        Ok(())
    }

    async fn send(&mut self, update: Update) -> Result<(), Over> {
        match tokio::time::timeout(PATIENCE, self.updates.send(Ok(update))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Over),
            Err(_) => {
                self.shared.note(|| "a slow consumer is cut off".to_owned());
                Err(Over)
            }
        }
    }
}

fn about(update: &Update) -> String {
    let slot = update.slot();
    match update {
        Update::Transaction(transaction) => format!("transaction {slot}/{}", transaction.index),
        Update::Executed { index, .. } => format!("status {slot}/{index}"),
        Update::Account(_) => format!("account {slot}"),
        Update::BlockMeta(_) => format!("header {slot}"),
        Update::Slot { state, .. } => format!("{state:?} {slot}"),
    }
}
