//! Why a backfill does not go on.

use till_store::chain::CommitError;

use crate::{projection::ProjectionError, sources::rpc::RpcError};

/// Nothing is skipped, whatever it is: what was committed stands, and the rest is brought later.
#[derive(Debug, thiserror::Error)]
pub enum BackfillError {
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    #[error("the node listed the program's transactions without {0}, which it had listed before")]
    Torn(String),
    #[error("the node lists slot {slot} behind slot {before}: its list is not in the order of the chain")]
    Unordered { slot: u64, before: u64 },
    #[error(
        "the node keeps blocks from slot {first} on, and the history is wanted from slot {from_slot}: \
         ask a node that keeps all, or begin later"
    )]
    Pruned { first: u64, from_slot: u64 },
    #[error("the node contradicts itself about transaction {signature}: {what}")]
    Contradiction { signature: String, what: &'static str },
}

impl BackfillError {
    /// Whether asking again cannot help: somebody has to look.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Pruned { .. } | Self::Projection(_) => true,
            Self::Commit(error) => !error.is_transient(),
            // Behind one address there may be several nodes, and one of them may be better.
            Self::Rpc(_) | Self::Torn(_) | Self::Unordered { .. } => false,
            Self::Contradiction { .. } | Self::Database(_) => false,
        }
    }
}
