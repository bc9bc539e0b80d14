//! Positions in pools.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::column;
use crate::{
    Amount,
    chain::{Change, PositionBalances, PositionState, State},
};

/// What never changes of a position.
struct Opening<'a> {
    pool: &'a str,
    owner: &'a str,
    rent_payer: &'a str,
    tier: i16,
}

/// Where the changes of a batch leave a position.
enum Last<'a> {
    /// Where the batch does not tell how it was opened, it has its row already.
    Open(Option<Opening<'a>>, i64, PositionBalances),
    Closed,
}

/// Where the changes leave each position, all at once: stakes and claims may come by thousands.
pub async fn positions(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let (mut staked, mut moved, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    for (address, last) in last(changes) {
        match last {
            Last::Open(Some(opening), slot, balances) => staked.push((opening, (address, slot, balances))),
            Last::Open(None, slot, balances) => moved.push((address, slot, balances)),
            Last::Closed => closed.push(address),
        }
    }
    delete(&mut *db, &closed).await?;
    upsert(&mut *db, staked).await?;
    update(db, &moved).await
}

fn last<'a>(changes: &[&'a Change]) -> BTreeMap<&'a str, Last<'a>> {
    let mut positions: BTreeMap<&str, Last> = BTreeMap::new();
    for Change { address, state, slot, .. } in changes {
        let State::Position(state) = state else { continue };
        let last = match state {
            PositionState::Staked { pool, owner, rent_payer, tier, balances } => {
                Last::Open(Some(Opening { pool, owner, rent_payer, tier: *tier }), *slot, *balances)
            }
            PositionState::Balances(balances) => {
                let opening = match positions.remove(address.as_str()) {
                    Some(Last::Open(opening, ..)) => opening,
                    _ => None,
                };
                Last::Open(opening, *slot, *balances)
            }
            PositionState::Closed => Last::Closed,
        };
        positions.insert(address, last);
    }
    positions
}

type Row<'a> = (&'a str, i64, PositionBalances);

async fn upsert(db: &mut PgConnection, staked: Vec<(Opening<'_>, Row<'_>)>) -> sqlx::Result<()> {
    if staked.is_empty() {
        return Ok(());
    }
    let (openings, rows): (Vec<Opening>, Vec<Row>) = staked.into_iter().unzip();
    let amounts = |of: fn(&PositionBalances) -> Amount| column(&rows, |(.., balances)| of(balances));
    sqlx::query(
        "INSERT INTO chain.positions (address, pool, owner, rent_payer, tier, amount, weighted, cooling, unlock_at,
             available_at, sequence, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::numeric[],
             $7::numeric[], $8::numeric[], $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::bigint[])
         ON CONFLICT (address) DO UPDATE SET
             rent_payer = excluded.rent_payer, tier = excluded.tier, amount = excluded.amount,
             weighted = excluded.weighted, cooling = excluded.cooling, unlock_at = excluded.unlock_at,
             available_at = excluded.available_at, sequence = excluded.sequence, slot = excluded.slot",
    )
    .bind(column(&rows, |(address, ..)| *address))
    .bind(column(&openings, |opening| opening.pool))
    .bind(column(&openings, |opening| opening.owner))
    .bind(column(&openings, |opening| opening.rent_payer))
    .bind(column(&openings, |opening| opening.tier))
    .bind(amounts(|balances| balances.amount))
    .bind(amounts(|balances| balances.weighted))
    .bind(amounts(|balances| balances.cooling))
    .bind(column(&rows, |(.., balances)| balances.unlock_at))
    .bind(column(&rows, |(.., balances)| balances.available_at))
    .bind(column(&rows, |(.., balances)| balances.sequence))
    .bind(column(&rows, |(_, slot, _)| *slot))
    .execute(db)
    .await
    .map(drop)
}

async fn update(db: &mut PgConnection, rows: &[Row<'_>]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&PositionBalances) -> Amount| column(rows, |(.., balances)| of(balances));
    sqlx::query(
        "UPDATE chain.positions p
         SET amount = u.amount, weighted = u.weighted, cooling = u.cooling, unlock_at = u.unlock_at,
             available_at = u.available_at, sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::timestamptz[], $6::timestamptz[],
             $7::bigint[], $8::bigint[])
             AS u (address, amount, weighted, cooling, unlock_at, available_at, sequence, slot)
         WHERE p.address = u.address AND p.sequence < u.sequence",
    )
    .bind(column(rows, |(address, ..)| *address))
    .bind(amounts(|balances| balances.amount))
    .bind(amounts(|balances| balances.weighted))
    .bind(amounts(|balances| balances.cooling))
    .bind(column(rows, |(.., balances)| balances.unlock_at))
    .bind(column(rows, |(.., balances)| balances.available_at))
    .bind(column(rows, |(.., balances)| balances.sequence))
    .bind(column(rows, |(_, slot, _)| *slot))
    .execute(db)
    .await
    .map(drop)
}

async fn delete(db: &mut PgConnection, closed: &[&str]) -> sqlx::Result<()> {
    if closed.is_empty() {
        return Ok(());
    }
    sqlx::query("DELETE FROM chain.positions WHERE address = ANY($1)")
        .bind(closed)
        .execute(db)
        .await
        .map(drop)
}
