//! Faults of others, as problems. The cause goes to the log; it may say what no stranger should read.

use super::{Code, Problem};
use crate::chain::ChainError;

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            tracing::error!(%error, "the database does not answer");
            return Self::new(Code::DatabaseUnavailable, "the database does not answer; try again");
        }
        if holds_a_zero_byte(&error) {
            return Self::new(Code::InvalidText, "a zero byte is not text");
        }
        tracing::error!(%error, "the database refused a statement");
        Self::new(Code::InternalError, "the fault has been logged under this request id")
    }
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    use sqlx::Error::*;
    match error {
        Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        // Connection exceptions, too many connections, shutting down.
        Database(error) => {
            error.code().is_some_and(|code| ["08", "53", "57"].iter().any(|class| code.starts_with(class)))
        }
        _ => false,
    }
}

/// Postgres keeps no zero byte in a text; wherever in a request one comes from, it ends here.
fn holds_a_zero_byte(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("22021"))
}

impl From<ChainError> for Problem {
    fn from(error: ChainError) -> Self {
        tracing::warn!(%error, "the Solana node does not answer");
        Self::new(Code::ChainUnavailable, "the Solana node does not answer; try again")
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "a fault");
        Self::new(Code::InternalError, "the fault has been logged under this request id")
    }
}
