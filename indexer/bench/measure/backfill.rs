//! History into rows, as fast as a node could answer: what it takes to answer is left out.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use sqlx::postgres::PgConnectOptions;
use till_indexer::{
    core::{CompleteSlot, ProgramTransaction},
    projection,
};
use till_load::{Figure, Load, Scale, Target, database, memory};
use till_store::chain::{Batch, Block, Changes, Checkpoint, StagedSignature, Writer};

/// As a backfill takes them: signatures a page of a node's answer, and slots of about 2,000 transactions
/// a commit.
const PAGE: usize = 1_000;
const SLOTS: usize = 500;
const UPDATES: u64 = 4;

pub async fn backfill(scale: Scale) -> anyhow::Result<Vec<Figure>> {
    let slots =
        memory::slots(Load { slots: scale.of(20_000, 500), updates: UPDATES, foreign: 0, ..Load::default() });
    let database = database::create().await?;
    let mut writer = Writer::connect(&PgConnectOptions::from_str(&database.url)?).await?;
    let staged = stage(&mut writer, &slots).await?;
    let merged = merge(&mut writer, &slots).await?;
    Ok(vec![
        Figure::new("backfill, signatures staged", staged, "/s"),
        Figure::new("backfill, rows written", merged, "/s").target(Target::AtLeast(50_000.0)),
    ])
}

/// Signatures a second, the newest first.
async fn stage(writer: &mut Writer, slots: &[CompleteSlot]) -> anyhow::Result<f64> {
    let signatures: Vec<_> =
        slots.iter().rev().flat_map(|slot| slot.transactions.iter().rev()).map(signature).collect();
    let begun = Instant::now();
    for page in signatures.chunks(PAGE) {
        writer.staging().append(page).await?;
    }
    Ok(a_second(signatures.len(), begun.elapsed()))
}

fn signature(transaction: &ProgramTransaction) -> StagedSignature {
    StagedSignature {
        signature: transaction.signature,
        slot: transaction.slot.cast_signed(),
        index: Some(transaction.index.cast_signed()),
        block_time: Some(0),
        has_failed: false,
    }
}

/// Rows a second, decoding and projection included.
async fn merge(writer: &mut Writer, slots: &[CompleteSlot]) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut rows = 0;
    let mut after: Option<Checkpoint> = None;
    for slots in slots.chunks(SLOTS) {
        let mut changes = Changes::default();
        for CompleteSlot { meta, transactions, .. } in slots {
            projection::transactions(meta.slot, meta.time, transactions, &mut changes)?;
        }
        let last = &slots[slots.len() - 1].meta;
        let checkpoint = projection::checkpoint(last, last.slot.cast_signed())?;
        let blocks = vec![Block::from(&checkpoint)];
        let batch = Batch { changes, blocks, ..Batch::new(after.take(), checkpoint) };
        writer.commit(&batch).await?;
        rows += batch.rows();
        after = Some(batch.checkpoint);
    }
    Ok(a_second(rows, begun.elapsed()))
}

fn a_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
