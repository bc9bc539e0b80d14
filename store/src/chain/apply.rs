//! The statements of a commit. Each writes all rows of its kind at once, and none goes backwards.

mod payments;

pub use payments::{openings, payments, payments_before};

use std::collections::HashMap;

use rust_decimal::Decimal;
use sqlx::{PgConnection, Row};

use super::{EventKey, EventRow, LedgerLine, MerchantChange, MerchantState, VaultBalances, VaultRow};

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

/// One by one, in the order of the chain: merchants change rarely.
pub async fn merchants(db: &mut PgConnection, changes: &[&MerchantChange]) -> sqlx::Result<()> {
    for change in changes {
        merchant(db, change).await?;
    }
    Ok(())
}

async fn merchant(db: &mut PgConnection, change: &MerchantChange) -> sqlx::Result<()> {
    let statement = match &change.state {
        MerchantState::Registered { founder, index, authority, operator, payout_wallet } => sqlx::query(
            "INSERT INTO chain.merchants (address, slot, founder, index, authority, operator, payout_wallet)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (address) DO UPDATE SET
                 slot = excluded.slot, authority = excluded.authority, operator = excluded.operator,
                 payout_wallet = excluded.payout_wallet, sequence = excluded.sequence",
        )
        .bind(&change.address)
        .bind(change.slot)
        .bind(founder)
        .bind(index)
        .bind(authority)
        .bind(operator)
        .bind(payout_wallet),
        MerchantState::Updated { authority, operator, payout_wallet, sequence } => sqlx::query(
            "UPDATE chain.merchants
             SET slot = $2, authority = coalesce($3, authority), operator = coalesce($4, operator),
                 payout_wallet = coalesce($5, payout_wallet), sequence = $6
             WHERE address = $1 AND sequence < $6",
        )
        .bind(&change.address)
        .bind(change.slot)
        .bind(authority)
        .bind(operator)
        .bind(payout_wallet)
        .bind(sequence),
    };
    statement.execute(db).await.map(drop)
}

pub async fn vaults(db: &mut PgConnection, rows: &[VaultRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.vaults (address, merchant, mint, vault_token, token_program, decimals, shard, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[],
             $7::integer[], $8::bigint[])
         ON CONFLICT (address) DO NOTHING",
    )
    .bind(column(rows, |row| row.address.as_str()))
    .bind(column(rows, |row| row.merchant.as_str()))
    .bind(column(rows, |row| row.mint.as_str()))
    .bind(column(rows, |row| row.vault_token.as_str()))
    .bind(column(rows, |row| row.token_program.as_str()))
    .bind(column(rows, |row| row.decimals))
    .bind(column(rows, |row| row.shard))
    .bind(column(rows, |row| row.slot))
    .execute(db)
    .await
    .map(drop)
}

/// Of several changes of a vault the last counts.
pub async fn vault_balances(db: &mut PgConnection, rows: &[VaultBalances]) -> sqlx::Result<()> {
    let last: HashMap<&str, &VaultBalances> = rows.iter().map(|row| (row.address.as_str(), row)).collect();
    let rows: Vec<&VaultBalances> = last.into_values().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.vaults v
         SET escrowed = u.escrowed, balance = u.balance, fees = u.fees, sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::bigint[], $6::bigint[])
             AS u (address, escrowed, balance, fees, sequence, slot)
         WHERE v.address = u.address AND v.sequence < u.sequence",
    )
    .bind(column(&rows, |row| row.address.as_str()))
    .bind(column(&rows, |row| row.escrowed))
    .bind(column(&rows, |row| row.balance))
    .bind(column(&rows, |row| row.fees))
    .bind(column(&rows, |row| row.sequence))
    .bind(column(&rows, |row| row.slot))
    .execute(db)
    .await
    .map(drop)
}
