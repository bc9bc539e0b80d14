//! The program's history, for an index that begins at a slot that no stream replays any more.
//!
//! ```text
//! anchor ──> list: signatures, newest to oldest, staged ──> merge: transactions, oldest to newest, committed
//! ```
//!
//! A stream proves by counting and by parents that it has left nothing out, block by block. That takes
//! every block of the chain, and years have too many. A backfill asks for the program's transactions
//! alone, and rests on what a node says about an address:
//!
//! - it is bounded by the **anchor**, a block that is final, and nodes that have not come so far are not
//!   heard. Nothing that is brought can be undone;
//! - the **list** of signatures has no holes between its pages: each begins with the signature that
//!   ended the one before. It ends with a transaction that is older than what is wanted, or, where the
//!   node says that it keeps all blocks from there on, with the first transaction of the program;
//! - every listed transaction is **fetched**, and stands in its block where the node says it does, or
//!   where the block's own list of signatures has it;
//! - the events of payments are numbered, and the writer accepts no gap in them.
//!
//! What is missing is never skipped: it is asked for again, and nothing behind it is committed.
//!
//! While it works the chain goes on. So there are rounds, each from the last anchor to a new one, until
//! a stream can take over. The stream begins right behind the last anchor: the gate checks its parent.
//!
//! An interruption costs what was not committed yet, at any point: the list goes on behind the last
//! staged page, and the merge behind the checkpoint.

mod error;
mod fetch;
mod list;
mod merge;

pub use error::BackfillError;

use std::time::Duration;

use solana_commitment_config::CommitmentConfig;
use sqlx::postgres::PgConnectOptions;
use till_store::chain::{Backfill, Checkpoint, Writer};
use tokio_util::sync::CancellationToken;

use crate::{
    projection,
    retry::Backoff,
    sources::rpc::{Client, RpcError},
};

/// What a backfill is told.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where an empty database begins. Without it in the present, and there is nothing to bring. A
    /// database that is not empty goes on where it stands.
    pub from_slot: Option<u64>,
    /// How many slots a stream, and who fills its gaps, bring by themselves: a backfill leaves these.
    pub within: u64,
    /// The first wait before trying again, and the longest.
    pub retry_first: Duration,
    pub retry_longest: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            from_slot: None,
            within: 1_000,
            retry_first: Duration::from_millis(200),
            retry_longest: Duration::from_secs(30),
        }
    }
}

/// Brings the database up to where a stream takes over, if it is not there yet. Returns when that is
/// done, when `shutdown` asks, or when somebody has to look.
///
/// As every writer it waits until nobody else is one, and keeps the others waiting until it is done.
pub async fn run(
    database: &PgConnectOptions,
    client: &Client,
    options: Options,
    shutdown: &CancellationToken,
) -> Result<(), BackfillError> {
    let mut backoff = Backoff::new(options.retry_first, options.retry_longest);
    loop {
        let attempt = tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            attempt = attempt(database, client, options) => attempt,
        };
        let error = match attempt {
            Ok(()) => return Ok(()),
            Err(error) if error.is_final() => return Err(error),
            Err(error) => error,
        };
        let wait = backoff.next_wait();
        tracing::error!(%error, ?wait, "the backfill is held up: nothing behind what is missing is committed");
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn attempt(
    database: &PgConnectOptions,
    client: &Client,
    options: Options,
) -> Result<(), BackfillError> {
    let mut writer = Writer::connect(database).await?;
    loop {
        let checkpoint = writer.checkpoint().await?;
        let under_way = writer.staging().load().await?;
        let round = match under_way {
            Some(round) => round,
            None => match next_round(client, checkpoint.as_ref(), options).await {
                Ok(Some(round)) => {
                    writer.staging().begin(&round).await?;
                    round
                }
                Ok(None) => return Ok(()),
                Err(BackfillError::Rpc(error)) if checkpoint.is_some() => {
                    tracing::warn!(%error, "whether history is missing is unknown: the stream has to show it");
                    return Ok(());
                }
                Err(error) => return Err(error),
            },
        };
        let (from_slot, to_slot) = (round.from_slot, round.anchor.slot);
        tracing::info!(from_slot, to_slot, "bringing the program's history");
        if !round.is_listed {
            list::list(client, &mut writer.staging(), &round).await?;
        }
        merge::merge(client, &mut writer, checkpoint, &round).await?;
        writer.staging().end().await?;
    }
}

/// From where the database stands to the last final block; nothing when a stream brings that by itself, or
/// has to take something back first.
async fn next_round(
    client: &Client,
    checkpoint: Option<&Checkpoint>,
    options: Options,
) -> Result<Option<Backfill>, BackfillError> {
    let from_slot = match (checkpoint, options.from_slot) {
        (Some(checkpoint), _) => checkpoint.slot.cast_unsigned() + 1,
        (None, Some(from_slot)) => from_slot,
        (None, None) => return Ok(None),
    };
    let anchor = client.slot(CommitmentConfig::finalized()).await?;
    if anchor < from_slot.saturating_add(options.within) {
        return Ok(None);
    }
    if let Some(checkpoint) = checkpoint
        && !is_on_chain(client, checkpoint).await?
    {
        tracing::warn!(slot = checkpoint.slot, "the chain undid the last committed block: no backfill");
        return Ok(None);
    }
    let header = client.header(anchor).await?;
    Ok(Some(Backfill {
        from_slot: from_slot.cast_signed(),
        anchor: projection::checkpoint(&header, anchor.cast_signed())?,
        is_listed: false,
    }))
}

async fn is_on_chain(client: &Client, checkpoint: &Checkpoint) -> Result<bool, RpcError> {
    match client.header(checkpoint.slot.cast_unsigned()).await {
        Ok(header) => Ok(header.blockhash == checkpoint.blockhash),
        Err(RpcError::Missing(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
