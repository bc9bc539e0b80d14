//! Why a batch was not committed.

use std::time::Duration;

/// Nothing of the batch is in the database, unless the connection broke at the very end: then the
/// same batch committed again says so and changes nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database did not take a commit within {0:?}")]
    Timeout(Duration),
    #[error("the database stands at slot {found:?}, and this batch follows slot {expected:?}")]
    NotNext { expected: Option<i64>, found: Option<i64> },
    #[error(
        "payment {payment} stands at sequence {known}, and the next event has {next}: events are missing"
    )]
    EventsMissing { payment: String, known: i64, next: i64 },
    #[error(
        "payment {payment} was asked for here, and its first event is older than the first slot that was indexed: \
         index from an earlier slot"
    )]
    OpeningMissing { payment: String },
}

/// Classes of SQLSTATE that the same statements will meet again: bad data, violated constraints,
/// another schema than expected.
const PERMANENT_CLASSES: [&str; 3] = ["22", "23", "42"];

impl CommitError {
    /// Whether it may go well when begun again from what is committed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                error.code().is_none_or(|code| !PERMANENT_CLASSES.iter().any(|class| code.starts_with(class)))
            }
            Self::Database(error) => !matches!(
                error,
                sqlx::Error::ColumnDecode { .. }
                    | sqlx::Error::Decode(_)
                    | sqlx::Error::Encode(_)
                    | sqlx::Error::ColumnNotFound(_)
                    | sqlx::Error::Configuration(_)
            ),
            // another writer has been here in between: what is committed has to be looked up again
            Self::Timeout(_) | Self::NotNext { .. } => true,
            Self::EventsMissing { .. } | Self::OpeningMissing { .. } => false,
        }
    }
}
