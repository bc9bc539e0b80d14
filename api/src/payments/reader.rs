//! Payments that are asked for at the same time are read together.
//!
//! Most of what a read costs does not depend on how many payments are read: the way to Postgres and back, and the nine
//! tables that are opened. So who comes while others are being read waits until that is done, and is read with all who
//! wait by then: what is so after the request came in. Nobody waits for others to come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{PgConnection, PgPool};
use till_store::domain::Payment;
use till_store::view::{self, Found, Wanted};
use till_store::{PaymentId, db};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::http::load::too_many_reads;
use crate::problem::Result;

/// How many statements run at once: a flood of reads has no more of the database than that.
const STATEMENTS: u32 = 2;
/// How many while the indexer writes: what it writes is what they want to read, and it is not to wait for them.
const STATEMENTS_BESIDE_WRITES: u32 = 1;
/// For how long after it has changed a payment the indexer is believed to write.
const WRITES: Duration = Duration::from_millis(100);
/// How many payments one statement reads at most.
const MOST: usize = 64;
/// How many may wait.
const MOST_WAITING: usize = 1_024;
/// How long a statement may take, and a turn to read alone: a database host that is gone does not say so.
const STATEMENT: Duration = Duration::from_secs(5);
/// How many are read alone at once, of those that could not be read with others.
const ALONE: usize = 8;

pub struct Reader(Arc<Shared>);

struct Shared {
    pool: PgPool,
    /// Of the statements alone.
    keyed: PgPool,
    queue: Mutex<Queue>,
    alone: Semaphore,
}

struct Queue {
    waiting: Vec<Asked>,
    statements: u32,
    changes: watch::Receiver<()>,
    changed_at: Option<Instant>,
}

struct Asked {
    wanted: Wanted,
    answer: oneshot::Sender<Option<Found>>,
}

impl Reader {
    /// `changes` wakes when any payment has changed on the chain.
    pub fn new(pool: &PgPool, changes: watch::Receiver<()>) -> Self {
        let keyed = db::for_keyed_statements(pool, "till-reads", STATEMENTS);
        let (queue, alone) = (Mutex::new(Queue::new(changes)), Semaphore::new(ALONE));
        Self(Arc::new(Shared { pool: pool.clone(), keyed, queue, alone }))
    }

    /// A payment; nothing if it does not exist, or is another's.
    pub async fn payment(&self, wanted: Wanted) -> Result<Option<Payment>> {
        // What is no id could be no text to Postgres either, and spoil the statement for the others.
        if wanted.id.parse::<PaymentId>().is_err() {
            return Ok(None);
        }
        let (answer, answered) = oneshot::channel();
        let joined = self.0.queue().join(Asked { wanted: wanted.clone(), answer });
        match joined {
            Joined::Waits => {}
            Joined::Begins => {
                drop(tokio::spawn(Statement { shared: self.0.clone(), has_ended: false }.run()))
            }
            Joined::IsTooMany => return Err(too_many_reads()),
        }
        // One that cannot be read with the others is read alone: what is wrong may be theirs.
        let Ok(found) = answered.await else { return self.0.read_alone(&wanted).await };
        Ok(found.as_ref().map(Found::payment).transpose()?)
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here panics, and a queue that was left in the middle is still a queue.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read_alone(&self, Wanted { merchant_id, store_id, id }: &Wanted) -> Result<Option<Payment>> {
        let Ok(Ok(_place)) = timeout(STATEMENT, self.alone.acquire()).await else {
            return Err(too_many_reads());
        };
        let mut db = self.pool.acquire().await?;
        Ok(view::payment(&mut db, merchant_id, store_id.as_deref(), id).await?)
    }

    /// Reads for whoever waits, until nobody does.
    async fn read_together(&self) -> sqlx::Result<()> {
        let mut db = self.keyed.acquire().await?;
        loop {
            let Some(asked) = self.queue().next() else { return Ok(()) };
            let began = Instant::now();
            let Ok(read) = timeout(STATEMENT, read(&mut db, asked)).await else {
                // Given back, it would be asked first whether it is still there.
                db.close_on_drop();
                return Err(sqlx::Error::PoolTimedOut);
            };
            read?;
            if self.queue().most_statements() < STATEMENTS {
                // Half of the time is the indexer's.
                sleep(began.elapsed()).await;
            }
        }
    }
}

async fn read(db: &mut PgConnection, asked: Vec<Asked>) -> sqlx::Result<()> {
    let (wanted, answers): (Vec<_>, Vec<_>) =
        asked.into_iter().map(|Asked { wanted, answer }| (wanted, answer)).unzip();
    for (found, answer) in view::find(db, &wanted).await?.into_iter().zip(answers) {
        // Whoever asked may have gone.
        let _ = answer.send(found);
    }
    Ok(())
}

/// What becomes of who joins the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Waits,
    /// And has to begin a statement.
    Begins,
    IsTooMany,
}

impl Queue {
    fn new(changes: watch::Receiver<()>) -> Self {
        Self { waiting: Vec::new(), statements: 0, changes, changed_at: None }
    }

    /// How many statements may run now.
    fn most_statements(&mut self) -> u32 {
        if self.changes.has_changed().unwrap_or(false) {
            self.changes.mark_unchanged();
            self.changed_at = Some(Instant::now());
        }
        match self.changed_at {
            Some(changed_at) if changed_at.elapsed() < WRITES => STATEMENTS_BESIDE_WRITES,
            _ => STATEMENTS,
        }
    }

    fn join(&mut self, asked: Asked) -> Joined {
        if self.waiting.len() >= MOST_WAITING {
            return Joined::IsTooMany;
        }
        self.waiting.push(asked);
        if self.statements >= self.most_statements() {
            return Joined::Waits;
        }
        self.statements += 1;
        Joined::Begins
    }

    /// Those who have waited longest. If nobody has, or too many statements run, the one that asks is one less that runs.
    fn next(&mut self) -> Option<Vec<Asked>> {
        self.waiting.retain(|asked| !asked.answer.is_closed());
        if self.waiting.is_empty() || self.statements > self.most_statements() {
            self.statements -= 1;
            return None;
        }
        let most = self.waiting.len().min(MOST);
        Some(self.waiting.drain(..most).collect())
    }

    /// A statement could not be run. Nobody waits for others then: each reads alone, and learns why.
    fn give_up(&mut self) {
        self.statements -= 1;
        self.waiting.clear();
    }
}

/// One of the statements that may run, again and again while anybody waits.
struct Statement {
    shared: Arc<Shared>,
    has_ended: bool,
}

impl Statement {
    async fn run(mut self) {
        match self.shared.read_together().await {
            Ok(()) => self.has_ended = true,
            Err(error) => tracing::warn!(%error, "payments could not be read together"),
        }
    }
}

/// Also if it panics.
impl Drop for Statement {
    fn drop(&mut self) {
        if !self.has_ended {
            self.shared.queue().give_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A queue of a database that nobody writes to, and what says that somebody does.
    fn queue() -> (watch::Sender<()>, Queue) {
        let (changes, changed) = watch::channel(());
        (changes, Queue::new(changed))
    }

    fn asked() -> (Asked, oneshot::Receiver<Option<Found>>) {
        let (answer, answered) = oneshot::channel();
        let wanted = Wanted { merchant_id: String::new(), store_id: None, id: String::new() };
        (Asked { wanted, answer }, answered)
    }

    #[test]
    fn so_many_statements_begin_and_no_more_until_one_has_ended() {
        let (_changes, mut queue) = queue();
        let (begun, waiting): (Vec<_>, Vec<_>) = (0..MOST + 1)
            .map(|_| {
                let (asked, answered) = asked();
                (queue.join(asked), answered)
            })
            .unzip();
        assert_eq!(begun.iter().filter(|joined| **joined == Joined::Begins).count(), STATEMENTS as usize);
        assert_eq!(queue.next().map(|asked| asked.len()), Some(MOST));
        assert_eq!(queue.next().map(|asked| asked.len()), Some(1));
        assert!(queue.next().is_none());
        assert_eq!(queue.join(asked().0), Joined::Begins, "one has ended");
        drop(waiting);
    }

    #[test]
    fn who_has_gone_is_not_read_for() {
        let (_changes, mut queue) = queue();
        queue.join(asked().0);
        let (stays, _answered) = asked();
        queue.join(stays);
        assert_eq!(queue.next().map(|asked| asked.len()), Some(1));
    }

    #[test]
    fn nobody_waits_for_a_statement_that_cannot_be_run() {
        let (_changes, mut queue) = queue();
        let (waits, mut answered) = asked();
        queue.join(waits);
        queue.give_up();
        assert_eq!(answered.try_recv().err(), Some(oneshot::error::TryRecvError::Closed));
        assert_eq!(queue.join(asked().0), Joined::Begins);
    }

    #[test]
    fn one_statement_runs_while_payments_change() {
        let (changes, mut queue) = queue();
        let mut answers = Vec::new();
        let mut join = |queue: &mut Queue| {
            let (asked, answered) = asked();
            answers.push(answered);
            queue.join(asked)
        };
        assert_eq!([join(&mut queue), join(&mut queue)], [Joined::Begins; 2]);
        changes.send_replace(());
        assert!(queue.next().is_none(), "one of two ends, though somebody waits");
        assert_eq!(queue.next().map(|asked| asked.len()), Some(2), "the other reads for all");
        assert_eq!(join(&mut queue), Joined::Waits);
        queue.changed_at = Instant::now().checked_sub(WRITES);
        assert_eq!(join(&mut queue), Joined::Begins);
    }

    #[test]
    fn a_queue_has_an_end() {
        let (_changes, mut queue) = queue();
        let joined: Vec<_> = (0..=MOST_WAITING).map(|_| queue.join(asked().0)).collect();
        assert_eq!(joined.iter().position(|joined| *joined == Joined::IsTooMany), Some(MOST_WAITING));
    }
}
