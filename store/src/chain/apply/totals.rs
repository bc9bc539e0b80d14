//! What is summed up by day.

use sqlx::PgConnection;

use super::{Mints, column};
use crate::{
    Amount,
    chain::{FeeTotal, Total},
};

/// Whether events have happened, or had happened in slots that are no part of the chain any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Add,
    TakeBack,
}

impl Direction {
    const fn sign(self) -> i64 {
        match self {
            Self::Add => 1,
            Self::TakeBack => -1,
        }
    }
}

pub async fn totals(
    db: &mut PgConnection,
    rows: &[&Total],
    mints: &Mints,
    direction: Direction,
) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&Total) -> Amount| column(rows, |row| of(row));
    sqlx::query(
        "INSERT INTO chain.daily_totals AS t (day, merchant, mint, kind, count, amount, fees, shared, net, returned)
         SELECT day, merchant, mint, kind, $10 * count(*), $10 * sum(amount), $10 * sum(fees), $10 * sum(shared),
             $10 * sum(net), $10 * sum(returned)
         FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[],
             $8::numeric[], $9::numeric[]) AS u (day, merchant, mint, kind, amount, fees, shared, net, returned)
         GROUP BY day, merchant, mint, kind
         ON CONFLICT (merchant, day, mint, kind) DO UPDATE SET
             count = t.count + excluded.count, amount = t.amount + excluded.amount, fees = t.fees + excluded.fees,
             shared = t.shared + excluded.shared, net = t.net + excluded.net, returned = t.returned + excluded.returned",
    )
    .bind(column(rows, |row| row.day))
    .bind(column(rows, |row| row.merchant.as_str()))
    .bind(column(rows, |row| row.mint.as_deref().or_else(|| mints.of(&row.vault))))
    .bind(column(rows, |row| row.kind))
    .bind(amounts(|row| row.amount))
    .bind(amounts(|row| row.fees))
    .bind(amounts(|row| row.shared))
    .bind(amounts(|row| row.net))
    .bind(amounts(|row| row.returned))
    .bind(direction.sign())
    .execute(&mut *db)
    .await?;
    if direction == Direction::TakeBack {
        sqlx::query("DELETE FROM chain.daily_totals WHERE count = 0").execute(db).await?;
    }
    Ok(())
}

pub async fn fees(db: &mut PgConnection, rows: &[&FeeTotal], direction: Direction) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.daily_fees AS f (day, mint, kind, count, treasury, stakers, burned)
         SELECT day, mint, kind, $7 * count(*), $7 * sum(treasury), $7 * sum(stakers), $7 * sum(burned)
         FROM unnest($1::date[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[])
             AS u (day, mint, kind, treasury, stakers, burned)
         GROUP BY day, mint, kind
         ON CONFLICT (mint, day, kind) DO UPDATE SET
             count = f.count + excluded.count, treasury = f.treasury + excluded.treasury,
             stakers = f.stakers + excluded.stakers, burned = f.burned + excluded.burned",
    )
    .bind(column(rows, |row| row.day))
    .bind(column(rows, |row| row.mint.as_str()))
    .bind(column(rows, |row| row.kind.as_str()))
    .bind(column(rows, |row| row.treasury))
    .bind(column(rows, |row| row.stakers))
    .bind(column(rows, |row| row.burned))
    .bind(direction.sign())
    .execute(&mut *db)
    .await?;
    if direction == Direction::TakeBack {
        sqlx::query("DELETE FROM chain.daily_fees WHERE count = 0").execute(db).await?;
    }
    Ok(())
}
