//! A database in memory. A commit is one step: it happens or it does not, and the answer can be lost
//! either way. What it holds is checked against the chain at each commit, and the SQL is not simulated.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use rand::{Rng, rngs::SmallRng};
use till_indexer::database::{Database, Writer};
use till_store::chain::{
    AccountRow, Batch, Block, Checkpoint, CommitError, Committed, EventRow, PaymentStep, StoredEvent, Touched,
};

use super::{
    check,
    shared::{Shared, up_to},
};

const STANDBY_POLL: Duration = Duration::from_millis(500);

/// Its clone is the same database.
#[derive(Clone)]
pub struct Simulated {
    shared: Arc<Shared>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub struct State {
    pub checkpoint: Option<Checkpoint>,
    /// In the order of the chain.
    pub events: Vec<EventRow>,
    pub steps: Vec<PaymentStep>,
    pub blocks: Vec<Block>,
    pub accounts: BTreeMap<String, AccountRow>,
    /// What a check found wrong first.
    pub wrong: Option<String>,
    /// Who holds the lock, and how many have connected.
    writer: Option<u64>,
    connections: u64,
}

impl Simulated {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared, state: Arc::default() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Begun anew by a person, with the lock left to who has it.
    pub fn empty(&self) {
        let mut state = self.state();
        let State { writer, connections, wrong, .. } = std::mem::take(&mut *state);
        *state = State { writer, connections, wrong, ..State::default() };
    }
}

impl Database for Simulated {
    type Writer = Connection;

    async fn connect(&self) -> sqlx::Result<Connection> {
        let mut random = self.shared.random();
        let faults = self.shared.plan().database.clone();
        tokio::time::sleep(up_to(&mut random, 10)).await;
        if random.gen_bool(faults.refuses) {
            return Err(gone());
        }
        let id = {
            let mut state = self.state();
            state.connections += 1;
            state.connections
        };
        loop {
            let is_mine = *self.state().writer.get_or_insert(id) == id;
            if is_mine {
                self.shared.note(|| format!("connection {id} is the writer"));
                return Ok(Connection { database: self.clone(), id, random });
            }
            tokio::time::sleep(STANDBY_POLL).await;
        }
    }
}

pub struct Connection {
    database: Simulated,
    id: u64,
    random: SmallRng,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.lose();
    }
}

fn gone() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::ConnectionReset).into()
}

impl Connection {
    /// The server notices at once, and another writer may take over.
    fn lose(&self) {
        let mut state = self.database.state();
        if state.writer == Some(self.id) {
            state.writer = None;
        }
    }

    /// On the way to the server, or back.
    async fn travel(&mut self, fails: f64) -> sqlx::Result<()> {
        let shared = self.database.shared.clone();
        let faults = shared.plan().database.clone();
        tokio::task::yield_now().await;
        if self.random.gen_bool(faults.slow) {
            tokio::time::sleep(up_to(&mut self.random, 300)).await;
        }
        if self.random.gen_bool(faults.stalls) {
            shared.note(|| "the database stalls".to_owned());
            tokio::time::sleep(up_to(&mut self.random, 40_000)).await;
        }
        if faults.hangs > 0.0 && self.random.gen_bool(faults.hangs) {
            shared.note(|| "the database never answers".to_owned());
            std::future::pending::<()>().await;
        }
        if self.random.gen_bool(fails) {
            shared.note(|| "the connection to the database is gone".to_owned());
            self.lose();
        }
        if self.database.state().writer == Some(self.id) { Ok(()) } else { Err(gone()) }
    }

    async fn read<T>(&mut self, read: impl FnOnce(&State) -> T) -> sqlx::Result<T> {
        let faults = self.database.shared.plan().database.clone();
        self.travel(faults.fails_before).await?;
        let answer = read(&self.database.state());
        self.travel(faults.answer_lost).await?;
        Ok(answer)
    }
}

/// A commit that the server has and has not answered. Whether it happens when nobody waits for the
/// answer any more is chance.
struct Doubt<'a> {
    database: &'a Simulated,
    batch: &'a Batch,
    happens: bool,
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        if self.happens {
            self.database.shared.note(|| "nobody waited for this commit:".to_owned());
            let _ = self.database.apply(self.batch);
        }
    }
}

impl Writer for Connection {
    async fn checkpoint(&mut self) -> sqlx::Result<Option<Checkpoint>> {
        self.read(|state| state.checkpoint.clone()).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        let faults = self.database.shared.plan().database.clone();
        let database = self.database.clone();
        let happens = self.random.gen_bool(0.5);
        let mut doubt = Doubt { database: &database, batch, happens };
        let arrived = self.travel(faults.fails_before).await;
        doubt.happens = false;
        arrived?;
        let committed = database.apply(batch);
        self.travel(faults.answer_lost).await?;
        committed
    }

    async fn recent_blocks(&mut self) -> sqlx::Result<Vec<Block>> {
        self.read(State::recent_blocks).await
    }

    async fn events_behind(&mut self, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        self.read(|state| stored(state.events.iter().filter(|event| event.slot > slot))).await
    }

    async fn events_of(&mut self, touched: &Touched, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        let is_theirs = |event: &&EventRow| {
            event.payment.as_ref().is_some_and(|(address, _)| touched.payments.contains(address))
                || event.vault.as_ref().is_some_and(|(address, _)| touched.vaults.contains(address))
                || event.merchant.as_ref().is_some_and(|address| touched.merchants.contains(address))
        };
        self.read(|state| stored(state.events.iter().filter(|event| event.slot <= slot).filter(is_theirs)))
            .await
    }
}

fn stored<'a>(events: impl Iterator<Item = &'a EventRow>) -> Vec<StoredEvent> {
    events
        .map(|event| StoredEvent {
            key: event.key.clone(),
            slot: event.slot,
            transaction_index: event.transaction_index,
            kind: event.kind.to_owned(),
            data: event.data.clone(),
            block_time: event.block_time,
        })
        .collect()
}

impl Simulated {
    fn apply(&self, batch: &Batch) -> Result<Committed, CommitError> {
        let mut state = self.state();
        let chain = self.shared.chain();
        if let Err(wrong) = check::batch(&state, batch, &chain) {
            self.shared.note(|| format!("WRONG: {wrong}"));
            state.wrong.get_or_insert(wrong);
        }
        self.shared.note(|| {
            let (slot, finalized, events) =
                (batch.checkpoint.slot, batch.checkpoint.finalized_slot, batch.changes.events.len());
            let undone = batch.reversal.as_ref().map(|reversal| reversal.ancestor.slot);
            format!("commit of {slot}, {finalized} final, {events} events, undone to {undone:?}")
        });
        Ok(Committed { events: state.take(batch), ..Committed::default() })
    }
}

impl State {
    /// Returns how many events are new.
    fn take(&mut self, batch: &Batch) -> usize {
        if let Some(reversal) = &batch.reversal {
            let ancestor = reversal.ancestor.slot;
            self.events.retain(|event| event.slot <= ancestor);
            self.steps.retain(|step| step.slot <= ancestor);
            self.blocks.retain(|block| block.slot <= ancestor);
            self.accounts.retain(|_, account| account.slot <= ancestor);
        }
        self.events.extend(batch.changes.events.iter().cloned());
        self.steps.extend(batch.changes.steps.iter().cloned());
        self.blocks.extend(batch.blocks.iter().cloned());
        for row in &batch.accounts {
            let known = self.accounts.get(&row.address);
            if known.is_none_or(|known| (known.slot, known.write_version) < (row.slot, row.write_version)) {
                self.accounts.insert(row.address.clone(), row.clone());
            }
        }
        self.checkpoint = Some(batch.checkpoint.clone());
        batch.changes.events.len()
    }

    /// The last block that is known to be final, and those behind it.
    pub fn recent_blocks(&self) -> Vec<Block> {
        let finalized = self.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.finalized_slot);
        let last = self.blocks.iter().rposition(|block| block.slot <= finalized);
        last.map_or_else(Vec::new, |last| self.blocks[last..].to_vec())
    }
}
