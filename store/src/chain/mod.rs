//! What the chain says: rows as the indexer commits them, one transaction a batch of slots.

mod advance;
mod apply;
mod backfill;
mod batch;
mod checkpoint;
mod error;
mod history;
mod reverse;
mod rows;
mod writer;

pub(crate) use advance::advance;
pub(crate) use apply::payments_before as payments_at;
pub use backfill::{Backfill, Staged, StagedSignature, Staging};
pub use batch::{AccountRow, Batch, Block, Committed, Reversal, StoredEvent, Touched};
pub use checkpoint::Checkpoint;
pub use error::CommitError;
pub use rows::*;
pub use writer::Writer;
