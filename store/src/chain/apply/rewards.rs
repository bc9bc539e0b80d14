//! Rewards of pools.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::column;
use crate::chain::{Change, RewardBalances, RewardChange, RewardState, State};

/// Rewards whose sums have changed, by pool and mint: the slot, and the sums since.
type Moved<'a> = BTreeMap<(&'a str, &'a str), (i64, RewardBalances)>;

/// In the order of the chain. Sums change with each claim, and are written for all rewards at once; one is
/// rarely added or removed.
pub async fn rewards(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address: pool, state, slot, .. } in changes {
        let State::Reward(RewardChange { mint, state }) = state else { continue };
        if let RewardState::Balances(balances) = state {
            moved.insert((pool, mint), (*slot, *balances));
            continue;
        }
        balances(&mut *db, std::mem::take(&mut moved)).await?;
        match state {
            RewardState::Balances(_) => {}
            RewardState::Added { index, reward_token, token_program, decimals, rent_payer } => {
                sqlx::query(
                    "INSERT INTO chain.rewards (pool, mint, slot, index, reward_token, token_program, decimals, rent_payer)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                )
                .bind(pool)
                .bind(mint)
                .bind(slot)
                .bind(index)
                .bind(reward_token)
                .bind(token_program)
                .bind(decimals)
                .bind(rent_payer)
                .execute(&mut *db)
                .await?;
            }
            RewardState::Removed { index } => removed(&mut *db, pool, mint, *index).await?,
        }
    }
    balances(db, moved).await
}

/// The last one takes the place of the one that is gone, unless it was the last itself.
async fn removed(db: &mut PgConnection, pool: &str, mint: &str, index: i16) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chain.rewards WHERE pool = $1 AND mint = $2")
        .bind(pool)
        .bind(mint)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "UPDATE chain.rewards SET index = $2
         WHERE pool = $1 AND index > $2 AND index = (SELECT max(index) FROM chain.rewards WHERE pool = $1)",
    )
    .bind(pool)
    .bind(index)
    .execute(db)
    .await
    .map(drop)
}

async fn balances(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<_> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.rewards r SET funded = u.funded, claimed = u.claimed, slot = u.slot
         FROM unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::bigint[])
             AS u (pool, mint, funded, claimed, slot)
         WHERE r.pool = u.pool AND r.mint = u.mint",
    )
    .bind(column(&rows, |((pool, _), _)| *pool))
    .bind(column(&rows, |((_, mint), _)| *mint))
    .bind(column(&rows, |(_, (_, balances))| balances.funded))
    .bind(column(&rows, |(_, (_, balances))| balances.claimed))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}
