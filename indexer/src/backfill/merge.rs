//! Staged transactions become rows, in the order of the chain.

use till_store::chain::{Backfill, Batch, Block, Changes, Checkpoint, StagedSignature, Writer};

use super::{
    BackfillError,
    fetch::{self, SlotTransactions},
};
use crate::{progress::Progress, projection, sources::rpc::Client};

/// Transactions of a batch, about: many, because each batch waits for the disk once.
const BATCH: i64 = 2_000;

/// Commits what is staged behind `checkpoint`, and then stands at the anchor.
pub async fn merge(
    client: &Client,
    writer: &mut Writer,
    checkpoint: Option<Checkpoint>,
    round: &Backfill,
) -> Result<(), BackfillError> {
    let slot = checkpoint.as_ref().map_or(round.from_slot - 1, |checkpoint| checkpoint.slot);
    let mut at = checkpoint;
    let staged = writer.staging().count(slot).await?;
    let mut done = staged.total - staged.left;
    let mut progress = Progress::new("writing transactions", staged.total.cast_unsigned());

    let first = writer.staging().next(slot, BATCH).await?;
    let mut prepared = prepare(client, first).await?;
    while let Some(Prepared { count, changes, checkpoint }) = prepared {
        let next = writer.staging().next(checkpoint.slot, BATCH).await?;
        let batch = batch(at.take(), changes, checkpoint);
        // The one is committed while the other is fetched.
        let (committed, following) = tokio::join!(writer.commit(&batch), prepare(client, next));
        committed?;
        done += count;
        progress.set(done.cast_unsigned());
        at = Some(batch.checkpoint);
        prepared = following?;
    }
    if at.as_ref().is_none_or(|at| at.slot < round.anchor.slot) {
        let checkpoint = round.anchor.clone();
        writer.commit(&batch(at, Changes::default(), checkpoint)).await?;
    }
    Ok(())
}

/// What slots change, and where the database stands after them.
struct Prepared {
    /// Of how many transactions that is made.
    count: i64,
    changes: Changes,
    checkpoint: Checkpoint,
}

async fn prepare(client: &Client, staged: Vec<StagedSignature>) -> Result<Option<Prepared>, BackfillError> {
    let Some(last) = staged.last().map(|staged| staged.slot) else { return Ok(None) };
    let count = staged.len() as i64;
    let header = client.header(last.cast_unsigned()).await?;
    let checkpoint = projection::checkpoint(&header, last)?;
    let slots = fetch::slots(client, staged).await?;
    let mut changes = Changes::default();
    for SlotTransactions { slot, time, transactions } in slots {
        projection::transactions(slot, time, &transactions, &mut changes)?;
    }
    Ok(Some(Prepared { count, changes, checkpoint }))
}

/// The blocks are final: the last of them is all that a fork can be compared with.
fn batch(after: Option<Checkpoint>, changes: Changes, checkpoint: Checkpoint) -> Batch {
    Batch { changes, blocks: vec![Block::from(&checkpoint)], ..Batch::new(after, checkpoint) }
}
