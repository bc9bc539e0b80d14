//! Burn records, and each burn.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::column;
use crate::chain::{Burn, BurnRecordState, BurnTotals, Change, State};

/// Records whose totals have changed: the slot, and the totals since.
type Moved<'a> = BTreeMap<&'a str, (i64, BurnTotals)>;

/// In the order of the chain. Totals change with each burn, and are written for all records at once; a
/// record is opened and closed with its mint.
pub async fn burn_records(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address, state, slot, .. } in changes {
        let State::BurnRecord(state) = state else { continue };
        let statement = match state {
            BurnRecordState::Totals(totals) => {
                moved.insert(address, (*slot, *totals));
                continue;
            }
            BurnRecordState::Opened { mint, decimals, rent_payer } => sqlx::query(
                "INSERT INTO chain.burn_records (address, slot, mint, decimals, rent_payer)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (address) DO UPDATE SET
                     slot = excluded.slot, decimals = excluded.decimals, rent_payer = excluded.rent_payer,
                     burned_by_holders = excluded.burned_by_holders, burned_from_fees = excluded.burned_from_fees,
                     sequence = excluded.sequence",
            )
            .bind(address)
            .bind(slot)
            .bind(mint)
            .bind(decimals)
            .bind(rent_payer),
            BurnRecordState::Closed => {
                sqlx::query("DELETE FROM chain.burn_records WHERE address = $1").bind(address)
            }
        };
        totals(&mut *db, std::mem::take(&mut moved)).await?;
        statement.execute(&mut *db).await?;
    }
    totals(db, moved).await
}

async fn totals(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<(&str, (i64, BurnTotals))> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.burn_records r
         SET burned_by_holders = u.burned_by_holders, burned_from_fees = u.burned_from_fees, sequence = u.sequence,
             slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::bigint[], $5::bigint[])
             AS u (address, burned_by_holders, burned_from_fees, sequence, slot)
         WHERE r.address = u.address AND r.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(column(&rows, |(_, (_, totals))| totals.burned_by_holders))
    .bind(column(&rows, |(_, (_, totals))| totals.burned_from_fees))
    .bind(column(&rows, |(_, (_, totals))| totals.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}

/// All at once: each is a row of its own.
pub async fn burns(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let rows: Vec<(&Change, &Burn)> = changes
        .iter()
        .filter_map(|change| match &change.state {
            State::Burn(burn) => Some((*change, burn)),
            _ => None,
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.burns (signature, instruction, inner_index, record, sequence, mint, owner, amount, burned_at,
             slot)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::text[], $5::bigint[], $6::text[], $7::text[],
             $8::numeric[], $9::timestamptz[], $10::bigint[])",
    )
    .bind(column(&rows, |(change, _)| change.key.signature.as_str()))
    .bind(column(&rows, |(change, _)| change.key.instruction))
    .bind(column(&rows, |(change, _)| change.key.inner_index))
    .bind(column(&rows, |(change, _)| change.address.as_str()))
    .bind(column(&rows, |(_, burn)| burn.sequence))
    .bind(column(&rows, |(_, burn)| burn.mint.as_str()))
    .bind(column(&rows, |(_, burn)| burn.owner.as_deref()))
    .bind(column(&rows, |(_, burn)| burn.amount))
    .bind(column(&rows, |(_, burn)| burn.burned_at))
    .bind(column(&rows, |(change, _)| change.slot))
    .execute(db)
    .await
    .map(drop)
}

/// Deletes the rows of these records, with their burns.
pub async fn forget(db: &mut PgConnection, subjects: &[String]) -> sqlx::Result<()> {
    let statements = [
        "DELETE FROM chain.burn_records WHERE address = ANY($1)",
        "DELETE FROM chain.burns WHERE record = ANY($1)",
    ];
    for statement in statements {
        sqlx::query(statement).bind(subjects).execute(&mut *db).await?;
    }
    Ok(())
}
