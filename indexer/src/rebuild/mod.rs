//! All rows again, from the chain alone, and compared one by one with those that are there.
//!
//! ```text
//! history ──> gate, decode, projection, writer ──> a database of its own ──> chain_rebuild, beside chain
//! ```
//!
//! The live database goes on meanwhile. So the history is brought up to where it stands; then a snapshot
//! of it is taken, and the little that has happened in the meantime is brought too, up to exactly the
//! block of the snapshot. Both sides stand at the same block then, and every row has to be equal.

mod history;
mod lone;
mod until;

use std::time::Duration;

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use till_store::chain::{
    Checkpoint,
    rebuild::{Scratch, ScratchError, Second, TABLES},
};

pub use history::History;
use tokio_util::sync::CancellationToken;

use crate::{audit::Difference, progress::Progress};

/// What came of a rebuild.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuilt {
    /// Where both sides stood when they were compared.
    pub checkpoint: Checkpoint,
    /// Of each table at most the first thousand rows. When there are any, the rebuilt rows are kept in the
    /// schema `chain_rebuild`.
    pub differences: Vec<Difference>,
}

/// Why there was none.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error("nothing is indexed yet")]
    NothingIndexed,
    #[error("asked to stop")]
    Stopped,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    #[error("the history does not come to slot {slot}: {error:#}")]
    History { slot: i64, error: anyhow::Error },
    #[error("in slot {slot} the chain has block {chain}, and the database {database}")]
    OtherBlock { slot: i64, chain: String, database: String },
}

/// How often it is looked how far the history has come.
const POLL: Duration = Duration::from_millis(100);

/// Rebuilds from `from_slot` on, which is where the database at `live` began.
pub async fn rebuild(
    live: &PgConnectOptions,
    history: &History,
    from_slot: u64,
    shutdown: &CancellationToken,
) -> Result<Rebuilt, RebuildError> {
    let scratch = Scratch::create(live).await?;
    let rebuilt = shutdown.run_until_cancelled(within(live, &scratch, history, from_slot)).await;
    if let Err(error) = scratch.drop().await {
        tracing::warn!(%error, "the database of the rebuild is left behind");
    }
    rebuilt.unwrap_or(Err(RebuildError::Stopped))
}

async fn within(
    live: &PgConnectOptions,
    scratch: &Scratch,
    history: &History,
    from_slot: u64,
) -> Result<Rebuilt, RebuildError> {
    let options = scratch.options();
    let mut db = PgConnection::connect_with(live).await?;
    let at = Checkpoint::load(&mut db).await?.ok_or(RebuildError::NothingIndexed)?;
    bring(history, &options, from_slot, at.slot).await?;
    let mut second = Second::begin(&mut db).await?.ok_or(RebuildError::NothingIndexed)?;
    let slot = second.live.slot;
    tracing::info!(slot, "the live rows stand still for a moment, in a snapshot");
    bring(history, &options, from_slot, slot).await?;

    let mut rebuilt = PgConnection::connect_with(&options).await?;
    let checkpoint = Checkpoint::load(&mut rebuilt).await?.ok_or(RebuildError::NothingIndexed)?;
    if !checkpoint.same_block(&second.live) {
        let (chain, database) = (checkpoint.blockhash, second.live.blockhash.clone());
        return Err(RebuildError::OtherBlock { slot, chain, database });
    }
    second.take(&mut rebuilt).await?;
    let mut differences = Vec::new();
    for table in TABLES {
        differences.extend(lone::differences(table, second.lone_rows(table).await?, slot));
    }
    if differences.is_empty() {
        second.drop().await?
    } else {
        second.keep().await?
    }
    Ok(Rebuilt { checkpoint, differences })
}

/// Brings the history up to exactly `slot`, which has a block.
async fn bring(
    history: &History,
    database: &PgConnectOptions,
    from_slot: u64,
    slot: i64,
) -> Result<(), RebuildError> {
    let mut db = PgConnection::connect_with(database).await?;
    let arrived = async {
        let mut progress = Progress::new("slots", slot.cast_unsigned().saturating_sub(from_slot));
        loop {
            let at = Checkpoint::load(&mut db).await?.map(|checkpoint| checkpoint.slot);
            if let Some(at) = at {
                progress.set(at.cast_unsigned().saturating_sub(from_slot));
            }
            if at >= Some(slot) {
                return Ok::<_, sqlx::Error>(());
            }
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::select! {
        arrived = arrived => Ok(arrived?),
        error = history.bring(database, from_slot, slot.cast_unsigned()) => {
            Err(RebuildError::History { slot, error })
        }
    }
}
