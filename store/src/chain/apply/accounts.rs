//! Accounts as the source told them.

use sqlx::PgConnection;

use super::column;
use crate::chain::AccountRow;

/// Each address at most once. A later write is never overwritten by an earlier one, whichever came first.
pub async fn accounts(db: &mut PgConnection, rows: &[AccountRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.accounts AS a (address, lamports, data, slot, write_version)
         SELECT * FROM unnest($1::text[], $2::numeric[], $3::bytea[], $4::bigint[], $5::bigint[])
         ON CONFLICT (address) DO UPDATE SET
             lamports = excluded.lamports, data = excluded.data, slot = excluded.slot,
             write_version = excluded.write_version
         WHERE (a.slot, a.write_version) < (excluded.slot, excluded.write_version)",
    )
    .bind(column(rows, |row| row.address.as_str()))
    .bind(column(rows, |row| row.lamports))
    .bind(column(rows, |row| row.data.as_slice()))
    .bind(column(rows, |row| row.slot))
    .bind(column(rows, |row| row.write_version))
    .execute(db)
    .await
    .map(drop)
}
