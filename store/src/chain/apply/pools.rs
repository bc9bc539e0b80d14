//! Pools.

use std::collections::BTreeMap;

use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use super::column;
use crate::{
    Amount,
    chain::{Change, PoolBalances, PoolOpening, PoolState, State},
};

/// Pools whose sums have changed: the slot, and the sums since.
type Moved<'a> = BTreeMap<&'a str, (i64, PoolBalances)>;

/// In the order of the chain. Sums change with each stake and claim, and are written for all pools at once;
/// what else happens to a pool is rare.
pub async fn pools(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address, state, slot, .. } in changes {
        let State::Pool(state) = state else { continue };
        let statement = match state {
            PoolState::Balances(balances) => {
                moved.insert(address, (*slot, *balances));
                continue;
            }
            PoolState::Created(opening) => created(address, *slot, opening),
            PoolState::AuthorityProposed(pending_authority) => {
                sqlx::query("UPDATE chain.pools SET pending_authority = $2 WHERE address = $1")
                    .bind(address)
                    .bind(pending_authority)
            }
            PoolState::AuthorityAccepted(authority) => sqlx::query(
                "UPDATE chain.pools SET authority = $2, pending_authority = NULL WHERE address = $1",
            )
            .bind(address)
            .bind(authority),
            PoolState::Retired => {
                sqlx::query("UPDATE chain.pools SET retired = true WHERE address = $1").bind(address)
            }
            PoolState::Closed => sqlx::query("DELETE FROM chain.pools WHERE address = $1").bind(address),
        };
        balances(&mut *db, std::mem::take(&mut moved)).await?;
        statement.execute(&mut *db).await?;
    }
    balances(db, moved).await
}

fn created<'a>(address: &'a str, slot: i64, opening: &'a PoolOpening) -> Query<'a, Postgres, PgArguments> {
    sqlx::query(
        "INSERT INTO chain.pools (address, slot, founder, index, authority, rent_payer, stake_mint, stake_token,
             token_program, decimals, terms_hash, cooldown_seconds, lock_seconds, weight_bps)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (address) DO UPDATE SET
             slot = excluded.slot, authority = excluded.authority, pending_authority = excluded.pending_authority,
             rent_payer = excluded.rent_payer, stake_token = excluded.stake_token,
             token_program = excluded.token_program, decimals = excluded.decimals, staked = excluded.staked,
             cooling = excluded.cooling, weighted = excluded.weighted, positions = excluded.positions,
             retired = excluded.retired, sequence = excluded.sequence",
    )
    .bind(address)
    .bind(slot)
    .bind(&opening.founder)
    .bind(opening.index)
    .bind(&opening.authority)
    .bind(&opening.rent_payer)
    .bind(&opening.stake_mint)
    .bind(&opening.stake_token)
    .bind(&opening.token_program)
    .bind(opening.decimals)
    .bind(&opening.terms_hash)
    .bind(opening.cooldown_seconds)
    .bind(&opening.lock_seconds)
    .bind(&opening.weight_bps)
}

async fn balances(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<(&str, (i64, PoolBalances))> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&PoolBalances) -> Amount| column(&rows, |(_, (_, balances))| of(balances));
    sqlx::query(
        "UPDATE chain.pools p
         SET staked = u.staked, cooling = u.cooling, weighted = u.weighted, positions = u.positions,
             sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::bigint[], $6::bigint[], $7::bigint[])
             AS u (address, staked, cooling, weighted, positions, sequence, slot)
         WHERE p.address = u.address AND p.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(amounts(|balances| balances.staked))
    .bind(amounts(|balances| balances.cooling))
    .bind(amounts(|balances| balances.weighted))
    .bind(column(&rows, |(_, (_, balances))| balances.positions))
    .bind(column(&rows, |(_, (_, balances))| balances.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}

/// Deletes the rows of these pools, with their rewards and positions.
pub async fn forget(db: &mut PgConnection, subjects: &[String]) -> sqlx::Result<()> {
    let statements = [
        "DELETE FROM chain.pools WHERE address = ANY($1)",
        "DELETE FROM chain.rewards WHERE pool = ANY($1)",
        "DELETE FROM chain.positions WHERE pool = ANY($1)",
    ];
    for statement in statements {
        sqlx::query(statement).bind(subjects).execute(&mut *db).await?;
    }
    Ok(())
}
