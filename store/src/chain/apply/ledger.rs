//! The ledger.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::{Mints, column};
use crate::chain::{Account, LedgerLine};

pub async fn ledger(db: &mut PgConnection, rows: &[&LedgerLine], mints: &Mints) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.ledger (signature, instruction, inner_index, line, owner, account, mint, amount)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::smallint[], $5::text[], $6::text[],
             $7::text[], $8::numeric[])",
    )
    .bind(column(rows, |row| row.key.signature.as_str()))
    .bind(column(rows, |row| row.key.instruction))
    .bind(column(rows, |row| row.key.inner_index))
    .bind(column(rows, |row| row.line))
    .bind(column(rows, |row| row.owner.as_str()))
    .bind(column(rows, |row| row.account.as_str()))
    .bind(in_mints(rows, mints))
    .bind(column(rows, |row| Decimal::from_i128_with_scale(row.amount, 0)))
    .execute(db)
    .await
    .map(drop)
}

/// The mint of each line. A vesting that is created again may be in another one from then on.
fn in_mints<'a>(rows: &[&'a LedgerLine], mints: &'a Mints) -> Vec<Option<&'a str>> {
    let mut vestings: HashMap<&str, &str> = HashMap::new();
    let mint = |row: &&'a LedgerLine| {
        let owner = row.owner.as_str();
        if let (Account::Vesting, Some(mint)) = (row.account, &row.mint) {
            vestings.insert(owner, mint);
        }
        row.mint.as_deref().or_else(|| vestings.get(owner).copied()).or_else(|| mints.of(owner))
    };
    rows.iter().map(mint).collect()
}
