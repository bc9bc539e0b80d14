//! One stream, from its first update to its end: what it says goes through the gate and into commits.

use std::time::{Duration, Instant};

use till_store::chain::{Batch, Changes, Checkpoint, CommitError, Writer};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Timing,
    core::{CompleteSlot, Conflict, Gate, Limits, Root, Update, Waiting},
    projection::{self, ProjectionError},
    sources::{SourceError, Subscription},
};

/// Updates taken from the source at a time. What arrives during a commit is the next batch.
const TAKE: usize = 2_048;

/// The longest time without a look at the clock.
const TICK: Duration = Duration::from_millis(50);

/// Why a stream is over.
#[derive(Debug, thiserror::Error)]
pub enum End {
    #[error("asked to stop")]
    Shutdown,
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the source ended the stream")]
    Closed,
    #[error("nothing was said of any slot for {0:?}")]
    Stalled(Duration),
    #[error("{0:?} did not resolve: what is missing did not come")]
    Gap(Waiting),
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("the database did not take a commit within {0:?}")]
    CommitTimeout(Duration),
}

impl End {
    /// Whether a new stream cannot help: somebody has to look.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Conflict(conflict) => conflict.is_final(),
            Self::Projection(_) => true,
            Self::Commit(error) => !error.is_transient(),
            _ => false,
        }
    }

    /// Whether nothing is known any more of the connection to the database, nor of what it holds.
    pub fn is_of_database(&self) -> bool {
        matches!(self, Self::Commit(_) | Self::CommitTimeout(_))
    }
}

/// The longest that a commit may take: a database host that is gone does not say so.
const COMMIT: Duration = Duration::from_secs(30);

/// What outlives a stream: the right to write, and where the database stands.
pub struct Position {
    pub writer: Writer,
    pub checkpoint: Option<Checkpoint>,
    pub timing: Timing,
}

/// See the module documentation.
pub struct Session<'a> {
    position: &'a mut Position,
    gate: Gate,
    pending: Option<Batch>,
    /// Whether this stream has brought the database forward by a slot.
    pub has_progressed: bool,
    last_commit: Option<Instant>,
    /// When the source last spoke of a slot, and when one last went through the gate.
    last_slot: Instant,
    last_through: Instant,
    waiting_since: Option<Instant>,
}

impl<'a> Session<'a> {
    pub fn new(position: &'a mut Position, root: Root) -> Self {
        Self {
            position,
            gate: Gate::new(root, Limits::default()),
            pending: None,
            has_progressed: false,
            last_commit: None,
            last_slot: Instant::now(),
            last_through: Instant::now(),
            waiting_since: None,
        }
    }

    /// Runs until the stream is over. What was committed stays; what was not is asked for again.
    pub async fn run(&mut self, mut stream: Subscription, shutdown: &CancellationToken) -> End {
        let mut updates = Vec::with_capacity(TAKE);
        loop {
            let received = tokio::select! {
                biased;
                () = shutdown.cancelled() => return End::Shutdown,
                received = tokio::time::timeout(TICK, stream.updates.recv_many(&mut updates, TAKE)) => received,
            };
            if received == Ok(0) {
                return End::Closed;
            }
            if let Err(end) = self.step(updates.drain(..), shutdown).await {
                return end;
            }
        }
    }

    async fn step(
        &mut self,
        updates: impl Iterator<Item = Result<Update, SourceError>>,
        shutdown: &CancellationToken,
    ) -> Result<(), End> {
        let mut broken = None;
        for update in updates {
            match update {
                Ok(update) => {
                    if matches!(update, Update::Slot { .. }) {
                        self.last_slot = Instant::now();
                    }
                    self.gate.apply(update)?;
                }
                Err(error) => broken = Some(error),
            }
        }
        let released = self.gate.release()?;
        if !released.is_empty() {
            self.last_through = Instant::now();
        }
        self.collect(released)?;
        // What came whole before the stream broke is as good as ever.
        self.commit_if_due(broken.is_some(), shutdown).await?;
        match broken {
            Some(error) => Err(error.into()),
            None => self.require_alive(),
        }
    }

    /// Projects slots into the batch that is to be committed next.
    fn collect(&mut self, released: Vec<CompleteSlot>) -> Result<(), ProjectionError> {
        // A new stream says nothing of slots that were final before it began.
        let known = self.position.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.finalized_slot);
        for slot in released {
            let mut changes = self.pending.take().map(|pending| pending.changes).unwrap_or_default();
            let checkpoint = projection::project(&slot, known, &mut changes)?;
            self.pending = Some(Batch { after: self.position.checkpoint.clone(), changes, checkpoint });
        }
        let finalized =
            self.gate.finalized().and_then(|slot| i64::try_from(slot).ok()).unwrap_or(known).max(known);
        match (&mut self.pending, &self.position.checkpoint) {
            (Some(pending), _) => pending.checkpoint.finalized_slot = finalized,
            (None, Some(checkpoint)) if finalized > known => {
                self.pending = Some(Batch {
                    after: Some(checkpoint.clone()),
                    changes: Changes::default(),
                    checkpoint: Checkpoint { finalized_slot: finalized, ..checkpoint.clone() },
                });
            }
            (None, _) => {}
        }
        Ok(())
    }

    /// Events are committed at once, empty slots a few times a second.
    async fn commit_if_due(&mut self, now: bool, shutdown: &CancellationToken) -> Result<(), End> {
        let Some(pending) = &self.pending else { return Ok(()) };
        let rested = self.last_commit.is_none_or(|last| last.elapsed() >= self.position.timing.idle_commit);
        if pending.changes.is_empty() && !rested && !now {
            return Ok(());
        }
        let batch = self.pending.take().expect("looked at above");
        self.position.commit(&batch, shutdown).await?;
        let before = batch.after.as_ref().map(|after| after.slot);
        self.has_progressed |= before != Some(batch.checkpoint.slot);
        self.position.checkpoint = Some(batch.checkpoint);
        self.last_commit = Some(Instant::now());
        Ok(())
    }

    fn require_alive(&mut self) -> Result<(), End> {
        let timing = &self.position.timing;
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

impl Position {
    /// Tries once. What comes of an error is for the loop around streams: it begins again from what the
    /// database holds then.
    async fn commit(&mut self, batch: &Batch, shutdown: &CancellationToken) -> Result<(), End> {
        let commit = tokio::select! {
            biased;
            commit = tokio::time::timeout(COMMIT, self.writer.commit(batch)) => commit,
            // A database that does not answer must not keep the process: half a commit is none.
            () = shutdown.cancelled() => return Err(End::Shutdown),
        };
        let committed = commit.map_err(|_| End::CommitTimeout(COMMIT))??;
        for payment in &committed.unknown_payments {
            tracing::warn!(payment, "changed, but began before the first indexed slot");
        }
        if committed.events > 0 {
            let (slot, events, told) = (batch.checkpoint.slot, committed.events, committed.told);
            tracing::info!(slot, events, told, "committed");
        }
        Ok(())
    }
}
