//! The statements of a commit. Each writes all rows of its kind at once, and none goes backwards.

mod accounts;
mod blocks;
mod merchants;
mod payments;
mod vaults;

pub use accounts::accounts;
pub use blocks::blocks;
pub use merchants::merchants;
pub use payments::{openings, payments, payments_before};
pub use vaults::vaults;

use rust_decimal::Decimal;
use sqlx::{PgConnection, Row};

use super::{EventKey, EventRow, LedgerLine};

/// One column of many rows.
fn column<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// Returns the keys of the events that were not there yet.
pub async fn events(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<Vec<EventKey>> {
    let inserted = sqlx::query(
        "INSERT INTO chain.events (slot, transaction_index, signature, instruction, inner_index, type,
             payment, payment_sequence, vault, vault_sequence, merchant, data, block_time)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::smallint[], $6::text[],
             $7::text[], $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::timestamptz[])
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

pub async fn ledger(db: &mut PgConnection, rows: &[&LedgerLine]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.ledger (signature, instruction, inner_index, line, vault, account, amount)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::smallint[], $5::text[], $6::text[],
             $7::numeric[])",
    )
    .bind(column(rows, |row| row.key.signature.as_str()))
    .bind(column(rows, |row| row.key.instruction))
    .bind(column(rows, |row| row.key.inner_index))
    .bind(column(rows, |row| row.line))
    .bind(column(rows, |row| row.vault.as_str()))
    .bind(column(rows, |row| row.account.as_str()))
    .bind(column(rows, |row| Decimal::from_i128_with_scale(row.amount, 0)))
    .execute(db)
    .await
    .map(drop)
}
