//! One stream, from its first update to its end: what it says goes through the gate and into commits.
//!
//! While a batch is being committed the next one is collected. How much that may become is bounded;
//! beyond it nothing is taken from the source any more, and so the source is slowed down.

mod collect;
mod end;
mod fill;

use std::{sync::Arc, time::Duration};

use till_store::chain::{Batch, Block, Checkpoint, CommitError, Committed, Reversal};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    config::{Bounds, Timing},
    core::{BlockId, Gate, Retrace, Root, Update, Waiting},
    database::Writer,
    sources::{Blocks, SourceError, Subscription},
    status::{self, Status},
};
pub use end::End;
use fill::Filler;

/// The longest time without a look at the clock.
const TICK: Duration = Duration::from_millis(50);

/// The longest that a commit may take: a database host that is gone does not say so.
const COMMIT: Duration = Duration::from_secs(30);

/// How long a commit that is on its way keeps a process that was asked to stop.
const LAST_COMMIT: Duration = Duration::from_secs(5);

/// What outlives a stream: the right to write, and where the database stands.
pub struct Position<W> {
    /// Away while it commits.
    pub writer: Option<W>,
    pub checkpoint: Option<Checkpoint>,
    pub timing: Timing,
    pub bounds: Bounds,
    pub status: Arc<Status>,
}

/// A commit on its way.
type InFlight<W> = AbortOnDropHandle<(W, Batch, Result<Committed, CommitError>)>;

/// See the module documentation.
pub struct Session<'a, W> {
    position: &'a mut Position<W>,
    gate: Gate,
    /// After a fork, until it is known which committed blocks the chain has.
    retrace: Option<Retrace>,
    recent: Vec<Block>,
    /// For the next batch.
    reversal: Option<Reversal>,
    /// Where the database will stand when all that was begun is committed.
    tip: Option<Checkpoint>,
    pending: Option<Batch>,
    in_flight: Option<InFlight<W>>,
    filler: Filler,
    /// Whether this stream has brought the database forward by a slot.
    pub has_progressed: bool,
    last_commit: Option<Instant>,
    /// When the source last spoke of a slot, and when one last went through the gate.
    last_slot: Instant,
    last_through: Instant,
    waiting_since: Option<Instant>,
}

impl<'a, W: Writer> Session<'a, W> {
    /// A stream that begins at `root`. What it lacks comes from `blocks`, if there are any.
    pub fn new(position: &'a mut Position<W>, root: Root, blocks: Option<Arc<dyn Blocks>>) -> Self {
        let now = Instant::now();
        Self {
            filler: Filler::new(blocks, position.timing),
            tip: position.checkpoint.clone(),
            gate: Gate::new(root, position.bounds.gate),
            position,
            retrace: None,
            recent: Vec::new(),
            reversal: None,
            pending: None,
            in_flight: None,
            has_progressed: false,
            last_commit: None,
            last_slot: now,
            last_through: now,
            waiting_since: None,
        }
    }

    /// A stream that begins behind the first of `recent`, which is final, to see which of the others
    /// the chain still has.
    pub fn retracing(
        position: &'a mut Position<W>,
        recent: Vec<Block>,
        blocks: Option<Arc<dyn Blocks>>,
    ) -> Result<Self, End> {
        let mut ids = recent.iter().map(BlockId::from);
        let base = ids.next().ok_or(End::NoAncestor)?;
        let root = Root::After { slot: base.slot, blockhash: base.blockhash.clone() };
        let retrace = Some(Retrace::new(base, ids));
        let session = Self::new(position, root, blocks);
        Ok(Self { retrace, recent, gate: session.gate.await_finality(), ..session })
    }

    /// Runs until the stream is over. What was committed stays; what was not is asked for again.
    pub async fn run(&mut self, mut stream: Subscription, shutdown: &CancellationToken) -> End {
        let take = self.position.bounds.take;
        let mut updates = Vec::with_capacity(take);
        let end = loop {
            let has_room = self.has_room();
            let stepped = tokio::select! {
                biased;
                () = shutdown.cancelled() => {
                    let _ = tokio::time::timeout(LAST_COMMIT, self.finish_commit()).await;
                    return End::Shutdown;
                }
                done = joined(&mut self.in_flight) => self.committed(done),
                filled = self.filler.recv(take), if has_room => match filled {
                    Some(filled) => self.apply(filled).map(drop),
                    None => Ok(()),
                },
                received = stream.updates.recv_many(&mut updates, take), if has_room => match received {
                    0 => Err(End::Closed),
                    _ => self.received(&mut updates),
                },
                () = tokio::time::sleep(TICK) => Ok(()),
            };
            if let Err(end) = match stepped {
                Ok(()) => self.advance().await,
                broken => broken,
            } {
                break end;
            }
        };
        self.flush(end).await
    }

    /// What came whole before the stream broke is as good as ever.
    async fn flush(&mut self, end: End) -> End {
        if end.is_of_database() {
            return end;
        }
        let end = match self.collect().await {
            Err(worse) if worse.is_of_database() => return worse,
            Err(worse) => worse,
            Ok(()) => end,
        };
        for _ in 0..2 {
            if let Err(worse) = self.finish_commit().await {
                return worse;
            }
            self.begin_commit();
        }
        end
    }

    fn received(&mut self, updates: &mut Vec<Result<Update, SourceError>>) -> Result<(), End> {
        if updates.iter().any(|update| matches!(update, Ok(Update::Slot { .. }))) {
            self.last_slot = Instant::now();
        }
        self.apply(updates.drain(..))?.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Returns the error that the updates end with, if they do.
    fn apply(
        &mut self,
        updates: impl IntoIterator<Item = Result<Update, SourceError>>,
    ) -> Result<Option<SourceError>, End> {
        for update in updates {
            match update {
                Ok(update) => self.gate.apply(update)?,
                Err(error) => return Ok(Some(error)),
            }
        }
        Ok(None)
    }

    async fn advance(&mut self) -> Result<(), End> {
        self.collect().await?;
        self.commit_if_due();
        self.require_alive()?;
        let waiting = self.gate.waiting();
        self.report(waiting.as_ref());
        self.filler.fill(waiting, self.gate.first(), self.last_through);
        Ok(())
    }

    fn report(&self, waiting: Option<&Waiting>) {
        let (slots, messages) = self.gate.depth();
        status::queue(slots, messages, self.pending.as_ref().map_or(0, |it| it.changes.events.len()));
        self.position.status.update(|snapshot| {
            snapshot.confirmed_slot = self.gate.confirmed().or(snapshot.confirmed_slot);
            snapshot.waiting = waiting.map(|waiting| format!("{waiting:?}"));
            if let Some(checkpoint) = &self.position.checkpoint {
                snapshot.slot = Some(checkpoint.slot);
                snapshot.block_time = Some(checkpoint.block_time);
                snapshot.finalized_slot = Some(checkpoint.finalized_slot);
            }
        });
    }

    fn has_room(&self) -> bool {
        let most = self.position.bounds.pending;
        self.pending.as_ref().is_none_or(|pending| pending.changes.events.len() < most)
    }

    /// Events are committed at once, empty slots a few times a second.
    fn commit_if_due(&mut self) {
        let Some(pending) = &self.pending else { return };
        let rested = self.last_commit.is_none_or(|last| last.elapsed() >= self.position.timing.idle_commit);
        if rested || !pending.changes.is_empty() {
            self.begin_commit();
        }
    }

    /// One at a time: a batch follows the one before it.
    fn begin_commit(&mut self) {
        if self.in_flight.is_some() {
            return;
        }
        let Some(batch) = self.pending.take() else { return };
        let Some(mut writer) = self.position.writer.take() else { return };
        self.tip = Some(batch.checkpoint.clone());
        self.in_flight = Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let began = Instant::now();
            let committed = tokio::time::timeout(COMMIT, writer.commit(&batch)).await;
            status::committed(batch.changes.events.len(), batch.rows(), began.elapsed());
            let committed = committed.unwrap_or_else(|_| Err(CommitError::Timeout(COMMIT)));
            (writer, batch, committed)
        })));
    }

    async fn finish_commit(&mut self) -> Result<(), End> {
        if self.in_flight.is_none() {
            return Ok(());
        }
        let done = joined(&mut self.in_flight).await;
        self.committed(done)
    }

    /// Tried once. What comes of an error is for the loop around streams: it begins again from what the
    /// database holds then.
    fn committed(&mut self, done: Done<W>) -> Result<(), End> {
        let (writer, batch, committed) = done;
        self.position.writer = Some(writer);
        let committed = committed?;
        for payment in &committed.unknown_payments {
            tracing::warn!(payment, "changed, but began before the first indexed slot");
        }
        if committed.events > 0 {
            let (slot, events, told) = (batch.checkpoint.slot, committed.events, committed.told);
            tracing::info!(slot, events, told, "committed");
        }
        let before = batch.after.as_ref().map(|after| after.slot);
        self.has_progressed |= before != Some(batch.checkpoint.slot);
        self.position.checkpoint = Some(batch.checkpoint);
        self.last_commit = Some(Instant::now());
        Ok(())
    }

    fn require_alive(&mut self) -> Result<(), End> {
        let timing = &self.position.timing;
        if !self.has_room() {
            // It is the database that is slow, and nothing is taken from the source meanwhile.
            self.last_slot = Instant::now();
        }
        if self.last_slot.elapsed() > timing.stall {
            return Err(End::Stalled(timing.stall));
        }
        let Some(waiting) = self.gate.waiting() else {
            self.waiting_since = None;
            return Ok(());
        };
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        // Slots that go through meanwhile are progress: then it is not this one that is stuck.
        if since.max(self.last_through).elapsed() > timing.gap { Err(End::Gap(waiting)) } else { Ok(()) }
    }
}

type Done<W> = (W, Batch, Result<Committed, CommitError>);

/// Waits for the commit on its way; forever when there is none.
async fn joined<W>(in_flight: &mut Option<InFlight<W>>) -> Done<W> {
    let Some(commit) = in_flight else { return std::future::pending().await };
    let done = commit.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    *in_flight = None;
    done
}
