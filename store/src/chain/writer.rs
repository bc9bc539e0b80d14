//! The one writer of the chain's rows.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    Batch, Block, Changes, Checkpoint, CommitError, Committed, EventKey, PaymentStep, Staging, StoredEvent,
    Touched,
    apply::{self, Direction, Mints},
    history,
    reverse::reverse,
};
use crate::{domain::ChainPayment, outbox};

/// "till" in ASCII: the key of the advisory lock that the writer holds.
const WRITER_LOCK: i64 = 0x7469_6c6c;

/// How often a second writer looks whether the first is gone.
const STANDBY_POLL: Duration = Duration::from_millis(500);

/// The right to write what the chain says, and the connection to do it with.
///
/// The lock belongs to the session that also writes. So a writer that lost its lock has lost its
/// connection too, and cannot write beside its successor.
pub struct Writer {
    db: PgConnection,
}

impl Writer {
    /// Connects, and waits until nobody else is the writer.
    pub async fn connect(options: &PgConnectOptions) -> sqlx::Result<Self> {
        // The server notices within a minute that this host is gone, and gives the lock to another.
        let options = options.clone().options([
            ("tcp_keepalives_idle", "15"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
            // Every statement here looks rows up by their keys. A planner that has no statistics yet of a table
            // that grows by thousands of rows a second takes it for small, and reads all of it each time.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("plan_cache_mode", "force_generic_plan"),
            // What is avoided counts as dear, and dear statements would be compiled first.
            ("jit", "off"),
        ]);
        let mut db = PgConnection::connect_with(&options).await?;
        let mut told = false;
        loop {
            let is_mine: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(WRITER_LOCK)
                .fetch_one(&mut db)
                .await?;
            if is_mine {
                return Ok(Self { db });
            }
            if !std::mem::replace(&mut told, true) {
                tracing::info!("another indexer is writing: standing by");
            }
            tokio::time::sleep(STANDBY_POLL).await;
        }
    }

    /// Where the database stands; nothing before the first commit.
    pub async fn checkpoint(&mut self) -> sqlx::Result<Option<Checkpoint>> {
        Checkpoint::load(&mut self.db).await
    }

    /// The last committed block that is known to be final, and those behind it, in order.
    pub async fn recent_blocks(&mut self) -> sqlx::Result<Vec<Block>> {
        history::recent_blocks(&mut self.db).await
    }

    /// The events of the slots behind `slot`, in the order of the chain.
    pub async fn events_behind(&mut self, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        history::events_behind(&mut self.db, slot).await
    }

    /// What the rows of `touched` are made of: their events up to `slot`, in the order of the chain.
    pub async fn events_of(&mut self, touched: &Touched, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        history::events_of(&mut self.db, touched, slot).await
    }

    /// What a backfill stages.
    pub fn staging(&mut self) -> Staging<'_> {
        Staging::new(&mut self.db)
    }

    /// Writes rows, ledger, events, outbox and checkpoint, all or nothing. A batch that is there
    /// already, because the answer to its commit was lost, changes nothing.
    pub async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        let mut tx = self.db.begin().await?;
        let found = Checkpoint::lock(&mut tx).await?;
        if found.as_ref().is_some_and(|found| found.same_block(&batch.checkpoint))
            && !batch.after.as_ref().is_some_and(|after| after.same_block(&batch.checkpoint))
        {
            return Ok(Committed::default());
        }
        let follows = match (&found, &batch.after) {
            (Some(found), Some(after)) => found.same_block(after),
            (None, None) => true,
            _ => false,
        };
        if !follows {
            return Err(CommitError::NotNext {
                expected: batch.after.as_ref().map(|after| after.slot),
                found: found.map(|found| found.slot),
            });
        }

        let finalized_slot = batch.checkpoint.finalized_slot;
        let mut committed = Committed::default();
        let reverted = match &batch.reversal {
            Some(reversal) => reverse(&mut tx, reversal, finalized_slot).await?,
            None => 0,
        };
        if !batch.changes.is_empty() {
            committed = write(&mut tx, &batch.changes, finalized_slot).await?;
        }
        committed.told += reverted;
        apply::accounts(&mut tx, &batch.accounts).await?;
        apply::blocks(&mut tx, &batch.blocks, finalized_slot).await?;
        batch.checkpoint.save(&mut tx).await?;
        tx.commit().await?;
        Ok(committed)
    }
}

async fn write(
    db: &mut PgConnection,
    changes: &Changes,
    finalized_slot: i64,
) -> Result<Committed, CommitError> {
    let new: HashSet<EventKey> = apply::events(&mut *db, &changes.events).await?.into_iter().collect();
    let ledger: Vec<_> = changes.ledger.iter().filter(|line| new.contains(&line.key)).collect();
    let totals: Vec<_> = changes.totals.iter().filter(|total| new.contains(&total.key)).collect();
    let fees: Vec<_> = changes.fees.iter().filter(|total| new.contains(&total.key)).collect();
    let states: Vec<_> = changes.states.iter().filter(|change| new.contains(&change.key)).collect();
    let steps: Vec<_> = changes.steps.iter().filter(|step| new.contains(&step.key)).collect();
    let mints = Mints::load(&mut *db, &ledger, &totals, &new).await?;
    apply::ledger(&mut *db, &ledger, &mints).await?;
    apply::totals(&mut *db, &totals, &mints, Direction::Add).await?;
    apply::fees(&mut *db, &fees, Direction::Add).await?;
    apply::states(&mut *db, &states).await?;

    let before = apply::payments_before(&mut *db, &steps).await?;
    require_contiguous(&before, &steps)?;
    let unknown_payments = unknown(&before, &steps);
    apply::openings(&mut *db, &steps).await?;
    apply::payments(&mut *db, &before, &steps).await?;
    let told = outbox::write(db, before, &steps, finalized_slot).await?;
    Ok(Committed { events: new.len(), told, unknown_payments })
}

type Before = HashMap<String, ChainPayment>;

fn unknown(before: &Before, steps: &[&PaymentStep]) -> Vec<String> {
    let opened: HashSet<&str> =
        steps.iter().filter(|step| step.opening.is_some()).map(|step| step.address.as_str()).collect();
    let unknown: BTreeSet<&str> = steps
        .iter()
        .map(|step| step.address.as_str())
        .filter(|address| !before.contains_key(*address) && !opened.contains(address))
        .collect();
    unknown.into_iter().map(str::to_owned).collect()
}

/// A payment's transitions are numbered without a gap: a gap is an event that was lost on its way,
/// and nothing is committed on top of it.
fn require_contiguous(before: &Before, steps: &[&PaymentStep]) -> Result<(), CommitError> {
    let mut known: HashMap<&str, i64> =
        before.iter().map(|(address, payment)| (address.as_str(), payment.sequence)).collect();
    for step in steps {
        let next = step.after.sequence;
        let last = if step.opening.is_some() { Some(0) } else { known.get(step.address.as_str()).copied() };
        if let Some(last) = last
            && next != last + 1
        {
            return Err(CommitError::EventsMissing { payment: step.address.clone(), known: last, next });
        }
        known.insert(&step.address, next);
    }
    Ok(())
}
