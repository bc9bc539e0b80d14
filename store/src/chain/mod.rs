//! What the chain says: rows as the indexer commits them, one transaction a batch of slots.

mod advance;
mod apply;
mod checkpoint;
mod error;
mod rows;
mod writer;

pub(crate) use advance::advance;
pub use checkpoint::Checkpoint;
pub use error::CommitError;
pub use rows::*;
pub use writer::{Batch, Committed, Writer};
