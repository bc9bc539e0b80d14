//! Events, as they were.

use sqlx::{PgConnection, Row};

use super::column;
use crate::chain::{EventKey, EventRow};

/// Returns the keys of the events that were not there yet.
pub async fn events(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<Vec<EventKey>> {
    let inserted = sqlx::query(
        "INSERT INTO chain.events (slot, transaction_index, signature, instruction, inner_index, type,
             payment, payment_sequence, vault, vault_sequence, merchant, subject, data, block_time)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::smallint[], $6::text[],
             $7::text[], $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[],
             $14::timestamptz[])
         ON CONFLICT (signature, instruction, inner_index) DO NOTHING
         RETURNING signature, instruction, inner_index",
    )
    .bind(column(rows, |row| row.slot))
    .bind(column(rows, |row| row.transaction_index))
    .bind(column(rows, |row| row.key.signature.as_str()))
    .bind(column(rows, |row| row.key.instruction))
    .bind(column(rows, |row| row.key.inner_index))
    .bind(column(rows, |row| row.kind))
    .bind(column(rows, |row| row.payment.as_ref().map(|(address, _)| address.as_str())))
    .bind(column(rows, |row| row.payment.as_ref().map(|(_, sequence)| *sequence)))
    .bind(column(rows, |row| row.vault.as_ref().map(|(address, _)| address.as_str())))
    .bind(column(rows, |row| row.vault.as_ref().and_then(|(_, sequence)| *sequence)))
    .bind(column(rows, |row| row.merchant.as_deref()))
    .bind(column(rows, |row| row.subject.as_deref()))
    .bind(column(rows, |row| row.data.as_str()))
    .bind(column(rows, |row| row.block_time))
    .fetch_all(db)
    .await?;
    inserted
        .iter()
        .map(|row| {
            Ok(EventKey {
                signature: row.try_get(0)?,
                instruction: row.try_get(1)?,
                inner_index: row.try_get(2)?,
            })
        })
        .collect()
}
