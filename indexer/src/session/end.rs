//! Why a stream is over.

use std::time::Duration;

use till_store::chain::CommitError;

use crate::{
    core::{Conflict, Waiting},
    projection::ProjectionError,
    sources::SourceError,
};

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
    #[error("the chain forked, and no committed block is known to be final")]
    NoAncestor,
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl End {
    /// In a word, for metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Shutdown => "shutdown",
            Self::Source(_) | Self::Closed => "broken",
            Self::Stalled(_) => "stalled",
            Self::Gap(_) => "gap",
            Self::Conflict(Conflict::Forked { .. }) | Self::NoAncestor => "fork",
            Self::Conflict(_) => "conflict",
            Self::Projection(_) => "unknown",
            Self::Commit(_) | Self::Database(_) => "database",
        }
    }

    /// Whether a new stream cannot help: somebody has to look.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Projection(_) | Self::NoAncestor => true,
            Self::Commit(error) => !error.is_transient(),
            _ => false,
        }
    }

    /// Whether nothing is known any more of the connection to the database, nor of what it holds.
    pub fn is_of_database(&self) -> bool {
        matches!(self, Self::Commit(_) | Self::Database(_))
    }

    /// Whether what is committed has to be compared with the chain.
    pub fn is_fork(&self) -> bool {
        matches!(self, Self::Conflict(Conflict::Forked { .. }))
    }
}
