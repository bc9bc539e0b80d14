//! Where what the chain says is kept, as the loop around streams needs it: so that a simulation can put
//! a database there that stalls, breaks, and loses answers at a seed's word.

use std::{future::Future, io, time::Duration};

use sqlx::postgres::PgConnectOptions;
use till_store::chain::{
    Batch, Block, Checkpoint, CommitError, Committed, StoredEvent, Touched, Writer as PgWriter,
};

/// A database that one indexer at a time may write.
pub trait Database: Send + Sync {
    type Writer: Writer;

    /// Connects, and waits until nobody else is the writer.
    fn connect(&self) -> impl Future<Output = sqlx::Result<Self::Writer>> + Send;
}

/// The right to write. Given up when dropped.
pub trait Writer: Send + 'static {
    /// Where the database stands; nothing before the first commit.
    fn checkpoint(&mut self) -> impl Future<Output = sqlx::Result<Option<Checkpoint>>> + Send;

    /// All of it or nothing. A batch that is there already changes nothing.
    fn commit(&mut self, batch: &Batch) -> impl Future<Output = Result<Committed, CommitError>> + Send;

    /// The last committed block that is known to be final, and those behind it, in order.
    fn recent_blocks(&mut self) -> impl Future<Output = sqlx::Result<Vec<Block>>> + Send;

    /// The events of the slots behind `slot`, in the order of the chain.
    fn events_behind(&mut self, slot: i64) -> impl Future<Output = sqlx::Result<Vec<StoredEvent>>> + Send;

    /// What the rows of `touched` are made of: their events up to `slot`, in the order of the chain.
    fn events_of(
        &mut self,
        touched: &Touched,
        slot: i64,
    ) -> impl Future<Output = sqlx::Result<Vec<StoredEvent>>> + Send;
}

/// The longest that a question may take.
const ANSWER: Duration = Duration::from_secs(30);

/// What the database answers in time. A host that is gone does not say so.
pub async fn answer<T>(question: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let late = |_| Err(io::Error::from(io::ErrorKind::TimedOut).into());
    tokio::time::timeout(ANSWER, question).await.unwrap_or_else(late)
}

impl Database for PgConnectOptions {
    type Writer = PgWriter;

    async fn connect(&self) -> sqlx::Result<PgWriter> {
        PgWriter::connect(self).await
    }
}

impl Writer for PgWriter {
    async fn checkpoint(&mut self) -> sqlx::Result<Option<Checkpoint>> {
        PgWriter::checkpoint(self).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        PgWriter::commit(self, batch).await
    }

    async fn recent_blocks(&mut self) -> sqlx::Result<Vec<Block>> {
        PgWriter::recent_blocks(self).await
    }

    async fn events_behind(&mut self, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        PgWriter::events_behind(self, slot).await
    }

    async fn events_of(&mut self, touched: &Touched, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
        PgWriter::events_of(self, touched, slot).await
    }
}
