//! Vestings.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use super::column;
use crate::chain::{Change, State, VestingBalances, VestingOpening, VestingState};

/// Vestings whose sums have changed: the slot, and the sums since.
type Moved<'a> = BTreeMap<&'a str, (i64, VestingBalances)>;

/// In the order of the chain. Sums change with each claim, and are written for all vestings at once; what
/// else happens to a vesting happens once.
pub async fn vestings(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address, state, slot, .. } in changes {
        let State::Vesting(state) = state else { continue };
        let statement = match state {
            VestingState::Balances(balances) => {
                moved.insert(address, (*slot, *balances));
                continue;
            }
            VestingState::Created(opening) => created(address, *slot, opening),
            VestingState::Revoked(revoked_at) => {
                sqlx::query("UPDATE chain.vestings SET revoked_at = $2 WHERE address = $1")
                    .bind(address)
                    .bind(revoked_at)
            }
            VestingState::Closed => {
                sqlx::query("UPDATE chain.vestings SET closed = true WHERE address = $1").bind(address)
            }
        };
        balances(&mut *db, std::mem::take(&mut moved)).await?;
        statement.execute(&mut *db).await?;
    }
    balances(db, moved).await
}

fn created<'a>(address: &'a str, slot: i64, opening: &'a VestingOpening) -> Query<'a, Postgres, PgArguments> {
    sqlx::query(
        "INSERT INTO chain.vestings (address, slot, grantor, beneficiary, mint, vesting_token, token_program, decimals,
             rent_payer, vesting_id, total, starts_at, cliff_at, ends_at, revocable, salt)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (address) DO UPDATE SET
             slot = excluded.slot, mint = excluded.mint, vesting_token = excluded.vesting_token,
             token_program = excluded.token_program, decimals = excluded.decimals, rent_payer = excluded.rent_payer,
             total = excluded.total, starts_at = excluded.starts_at, cliff_at = excluded.cliff_at,
             ends_at = excluded.ends_at, revocable = excluded.revocable, claimed = excluded.claimed,
             returned = excluded.returned, revoked_at = excluded.revoked_at, closed = excluded.closed,
             sequence = excluded.sequence",
    )
    .bind(address)
    .bind(slot)
    .bind(&opening.grantor)
    .bind(&opening.beneficiary)
    .bind(&opening.mint)
    .bind(&opening.vesting_token)
    .bind(&opening.token_program)
    .bind(opening.decimals)
    .bind(&opening.rent_payer)
    .bind(Decimal::from(opening.vesting_id))
    .bind(opening.total)
    .bind(opening.starts_at)
    .bind(opening.cliff_at)
    .bind(opening.ends_at)
    .bind(opening.revocable)
    .bind(opening.salt)
}

async fn balances(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<(&str, (i64, VestingBalances))> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.vestings v
         SET claimed = u.claimed, returned = u.returned, sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::bigint[], $5::bigint[])
             AS u (address, claimed, returned, sequence, slot)
         WHERE v.address = u.address AND v.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(column(&rows, |(_, (_, balances))| balances.claimed))
    .bind(column(&rows, |(_, (_, balances))| balances.returned))
    .bind(column(&rows, |(_, (_, balances))| balances.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}

/// Deletes the rows of these vestings.
pub async fn forget(db: &mut PgConnection, subjects: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chain.vestings WHERE address = ANY($1)")
        .bind(subjects)
        .execute(db)
        .await
        .map(drop)
}
