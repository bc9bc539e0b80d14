//! The program's history on its way into the database: what a backfill knows, so that it goes on where
//! it stood whenever it was interrupted.
//!
//! Signatures are staged here, because nodes list them from the newest to the oldest and rows are
//! written the other way round. How far the rows are is said by the checkpoint, as always.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use sqlx::{Connection, FromRow, PgConnection};

use super::Checkpoint;

/// A backfill that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// It brings what happened in this slot and after it …
    pub from_slot: i64,
    /// … up to this block, which is final.
    pub anchor: Checkpoint,
    /// Whether every signature in between is staged.
    pub is_listed: bool,
}

/// A transaction of the program, by name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StagedSignature {
    pub signature: [u8; 64],
    pub slot: i64,
    /// Its place in its block, if the node tells.
    pub index: Option<i64>,
    /// The chain's clock in its slot, in unix seconds, if the node tells.
    pub block_time: Option<i64>,
    /// It changed nothing.
    pub has_failed: bool,
}

/// How many transactions a backfill has to bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Staged {
    pub total: i64,
    /// Those of them that are beyond the checkpoint.
    pub left: i64,
}

/// The staging tables, by the connection that holds the writer's lock: two indexers never fill them
/// side by side.
pub struct Staging<'a>(&'a mut PgConnection);

impl<'a> Staging<'a> {
    pub(super) fn new(db: &'a mut PgConnection) -> Self {
        Self(db)
    }

    /// The backfill that is under way, if one is.
    pub async fn load(&mut self) -> sqlx::Result<Option<Backfill>> {
        type Row = (i64, i64, String, i64, DateTime<Utc>, bool);
        let row: Option<Row> = sqlx::query_as(
            "SELECT from_slot, anchor_slot, blockhash, block_height, block_time, is_listed FROM chain.backfill",
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(|(from_slot, slot, blockhash, block_height, block_time, is_listed)| Backfill {
            from_slot,
            anchor: Checkpoint { slot, blockhash, block_height, block_time, finalized_slot: slot },
            is_listed,
        }))
    }

    /// Notes that `backfill` is under way. There must be none.
    pub async fn begin(&mut self, backfill: &Backfill) -> sqlx::Result<()> {
        let Backfill { from_slot, anchor, is_listed } = backfill;
        sqlx::query(
            "INSERT INTO chain.backfill (from_slot, anchor_slot, blockhash, block_height, block_time, is_listed)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(from_slot)
        .bind(anchor.slot)
        .bind(&anchor.blockhash)
        .bind(anchor.block_height)
        .bind(anchor.block_time)
        .bind(is_listed)
        .execute(&mut *self.0)
        .await
        .map(drop)
    }

    /// Stages the next signatures, older ones behind newer ones: all of them or none.
    pub async fn append(&mut self, page: &[StagedSignature]) -> sqlx::Result<()> {
        let mut lines = String::with_capacity(page.len() * 192);
        for StagedSignature { signature, slot, index, block_time, has_failed } in page {
            let (signature, index, block_time) =
                (hex::encode(signature), nullable(*index), nullable(*block_time));
            writeln!(lines, "\\\\x{signature}\t{slot}\t{index}\t{block_time}\t{has_failed}")
                .expect("a string takes what is written to it");
        }
        let mut copy = self
            .0
            .copy_in_raw(
                "COPY chain.backfill_signatures (signature, slot, index, block_time, has_failed) FROM STDIN",
            )
            .await?;
        copy.send(lines.into_bytes()).await?;
        copy.finish().await.map(drop)
    }

    /// The last staged signatures, the oldest last, as many as there are up to `count`.
    pub async fn oldest(&mut self, count: i64) -> sqlx::Result<Vec<StagedSignature>> {
        let mut oldest: Vec<StagedSignature> = sqlx::query_as(
            "SELECT signature, slot, index, block_time, has_failed FROM chain.backfill_signatures ORDER BY position DESC LIMIT $1",
        )
        .bind(count)
        .fetch_all(&mut *self.0)
        .await?;
        oldest.reverse();
        Ok(oldest)
    }

    /// Forgets the signatures: the list begins anew.
    pub async fn clear(&mut self) -> sqlx::Result<()> {
        sqlx::query("TRUNCATE chain.backfill_signatures RESTART IDENTITY")
            .execute(&mut *self.0)
            .await
            .map(drop)
    }

    /// Notes that every signature is staged.
    pub async fn set_listed(&mut self) -> sqlx::Result<()> {
        sqlx::query("UPDATE chain.backfill SET is_listed = true").execute(&mut *self.0).await.map(drop)
    }

    /// How many transactions are staged, and how many of them happened after `slot`.
    pub async fn count(&mut self, slot: i64) -> sqlx::Result<Staged> {
        sqlx::query_as(
            "SELECT count(*) AS total, count(*) FILTER (WHERE slot > $1) AS left
             FROM chain.backfill_signatures WHERE NOT has_failed",
        )
        .bind(slot)
        .fetch_one(&mut *self.0)
        .await
    }

    /// The transactions that come next after `slot`, in the order of the chain: about `count` of them,
    /// and never a part of a slot.
    pub async fn next(&mut self, slot: i64, count: i64) -> sqlx::Result<Vec<StagedSignature>> {
        sqlx::query_as(
            "SELECT signature, slot, index, block_time, has_failed FROM chain.backfill_signatures
             WHERE NOT has_failed AND slot > $1 AND slot <= coalesce(
                 (SELECT slot FROM chain.backfill_signatures WHERE NOT has_failed AND slot > $1
                  ORDER BY slot OFFSET $2 LIMIT 1),
                 9223372036854775807)
             ORDER BY slot, position DESC",
        )
        .bind(slot)
        .bind((count - 1).max(0))
        .fetch_all(&mut *self.0)
        .await
    }

    /// Forgets the backfill and what it staged.
    pub async fn end(&mut self) -> sqlx::Result<()> {
        let mut tx = self.0.begin().await?;
        sqlx::raw_sql("DELETE FROM chain.backfill; TRUNCATE chain.backfill_signatures RESTART IDENTITY")
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

/// As COPY reads it.
fn nullable(value: Option<i64>) -> String {
    value.map_or_else(|| "\\N".to_owned(), |value| value.to_string())
}
