//! Payments that are asked for at the same time are read together.
//!
//! Most of what a read costs does not depend on how many payments are read: the way to Postgres and back, and the nine
//! tables that are opened. So who comes while others are being read waits until that is done, and is read with all who
//! wait by then: never longer than two statements take, and of what is so after the request came in. Nobody waits for
//! others to come.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{PgConnection, PgPool};
use till_store::domain::Payment;
use till_store::view::{self, Found, Wanted};
use till_store::{PaymentId, db};
use tokio::sync::oneshot;

use crate::problem::Result;

/// How many statements run at once: a flood of reads has no more of the database than that.
const STATEMENTS: u32 = 2;
/// How many payments one statement reads at most.
const MOST: usize = 64;

pub struct Reader(Arc<Shared>);

struct Shared {
    pool: PgPool,
    /// Of the statements alone.
    keyed: PgPool,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Asked>,
    statements: u32,
}

struct Asked {
    wanted: Wanted,
    answer: oneshot::Sender<Option<Found>>,
}

impl Reader {
    pub fn new(pool: &PgPool) -> Self {
        let keyed = db::for_keyed_statements(pool, "till-reads", STATEMENTS);
        Self(Arc::new(Shared { pool: pool.clone(), keyed, queue: Mutex::default() }))
    }

    /// A payment; nothing if it does not exist, or is another's.
    pub async fn payment(&self, wanted: Wanted) -> Result<Option<Payment>> {
        // What is no id could be no text to Postgres either, and spoil the statement for the others.
        if wanted.id.parse::<PaymentId>().is_err() {
            return Ok(None);
        }
        let (answer, answered) = oneshot::channel();
        if self.0.queue().join(Asked { wanted: wanted.clone(), answer }) {
            tokio::spawn(Statement { shared: self.0.clone(), has_ended: false }.run());
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
        let mut db = self.pool.acquire().await?;
        Ok(view::payment(&mut db, merchant_id, store_id.as_deref(), id).await?)
    }

    /// Reads for whoever waits, until nobody does.
    async fn read_together(&self) -> sqlx::Result<()> {
        let mut db = self.keyed.acquire().await?;
        loop {
            let Some(asked) = self.queue().next() else { return Ok(()) };
            read(&mut db, asked).await?;
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

impl Queue {
    /// Whether somebody has to begin a statement.
    fn join(&mut self, asked: Asked) -> bool {
        self.waiting.push(asked);
        let may_begin = self.statements < STATEMENTS;
        self.statements += u32::from(may_begin);
        may_begin
    }

    /// Those who have waited longest. If nobody has, the statement that asks is one less that runs.
    fn next(&mut self) -> Option<Vec<Asked>> {
        self.waiting.retain(|asked| !asked.answer.is_closed());
        if self.waiting.is_empty() {
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

    fn asked() -> (Asked, oneshot::Receiver<Option<Found>>) {
        let (answer, answered) = oneshot::channel();
        let wanted = Wanted { merchant_id: String::new(), store_id: None, id: String::new() };
        (Asked { wanted, answer }, answered)
    }

    #[test]
    fn so_many_statements_begin_and_no_more_until_one_has_ended() {
        let mut queue = Queue::default();
        let (begun, waiting): (Vec<_>, Vec<_>) = (0..MOST + 1)
            .map(|_| {
                let (asked, answered) = asked();
                (queue.join(asked), answered)
            })
            .unzip();
        assert_eq!(begun.iter().filter(|begun| **begun).count(), STATEMENTS as usize);
        assert_eq!(queue.next().map(|asked| asked.len()), Some(MOST));
        assert_eq!(queue.next().map(|asked| asked.len()), Some(1));
        assert!(queue.next().is_none());
        assert!(queue.join(asked().0), "one has ended");
        drop(waiting);
    }

    #[test]
    fn who_has_gone_is_not_read_for() {
        let mut queue = Queue::default();
        queue.join(asked().0);
        let (stays, _answered) = asked();
        queue.join(stays);
        assert_eq!(queue.next().map(|asked| asked.len()), Some(1));
    }

    #[test]
    fn nobody_waits_for_a_statement_that_cannot_be_run() {
        let mut queue = Queue::default();
        let (waits, mut answered) = asked();
        queue.join(waits);
        queue.give_up();
        assert_eq!(answered.try_recv().err(), Some(oneshot::error::TryRecvError::Closed));
        assert!(queue.join(asked().0));
    }
}
