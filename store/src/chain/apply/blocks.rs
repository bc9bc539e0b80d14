//! The blocks that a fork could undo.

use sqlx::PgConnection;

use super::column;
use crate::chain::Block;

/// Adds blocks, and forgets those before the last that is final.
pub async fn blocks(db: &mut PgConnection, rows: &[Block], finalized_slot: i64) -> sqlx::Result<()> {
    sqlx::query(
        "WITH kept AS (
             INSERT INTO chain.blocks (slot, blockhash, block_height, block_time)
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[])
         )
         DELETE FROM chain.blocks WHERE slot < (SELECT max(slot) FROM chain.blocks WHERE slot <= $5)",
    )
    .bind(column(rows, |row| row.slot))
    .bind(column(rows, |row| row.blockhash.as_str()))
    .bind(column(rows, |row| row.block_height))
    .bind(column(rows, |row| row.block_time))
    .bind(finalized_slot)
    .execute(db)
    .await
    .map(drop)
}
