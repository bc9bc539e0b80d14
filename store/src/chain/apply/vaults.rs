//! Vaults.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::column;
use crate::{
    Amount,
    chain::{VaultBalances, VaultChange, VaultState},
};

/// Vaults whose balances have changed: the slot, and what they hold since.
type Moved<'a> = BTreeMap<&'a str, (i64, VaultBalances)>;

/// In the order of the chain. Balances change with each payment, and are written for all vaults at
/// once; what else happens to a vault is rare.
pub async fn vaults(db: &mut PgConnection, changes: &[&VaultChange]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for VaultChange { address, state, slot, .. } in changes {
        let statement = match state {
            VaultState::Balances(balances) => {
                moved.insert(address, (*slot, *balances));
                continue;
            }
            VaultState::Opened { merchant, mint, vault_token, token_program, decimals, shard } => sqlx::query(
                "INSERT INTO chain.vaults (address, slot, merchant, mint, vault_token, token_program, decimals, shard)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (address) DO UPDATE SET
                     slot = excluded.slot, vault_token = excluded.vault_token,
                     token_program = excluded.token_program, decimals = excluded.decimals,
                     escrowed = excluded.escrowed, balance = excluded.balance, fees = excluded.fees,
                     sequence = excluded.sequence, accepting = excluded.accepting",
            )
            .bind(address)
            .bind(slot)
            .bind(merchant)
            .bind(mint)
            .bind(vault_token)
            .bind(token_program)
            .bind(decimals)
            .bind(shard),
            VaultState::Accepting(accepting) => {
                sqlx::query("UPDATE chain.vaults SET accepting = $2 WHERE address = $1")
                    .bind(address)
                    .bind(accepting)
            }
            VaultState::Closed => sqlx::query("DELETE FROM chain.vaults WHERE address = $1").bind(address),
        };
        balances(&mut *db, std::mem::take(&mut moved)).await?;
        statement.execute(&mut *db).await?;
    }
    balances(db, moved).await
}

async fn balances(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<(&str, (i64, VaultBalances))> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&VaultBalances) -> Amount| column(&rows, |(_, (_, balances))| of(balances));
    sqlx::query(
        "UPDATE chain.vaults v
         SET escrowed = u.escrowed, balance = u.balance, fees = u.fees, sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::bigint[], $6::bigint[])
             AS u (address, escrowed, balance, fees, sequence, slot)
         WHERE v.address = u.address AND v.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(amounts(|balances| balances.escrowed))
    .bind(amounts(|balances| balances.balance))
    .bind(amounts(|balances| balances.fees))
    .bind(column(&rows, |(_, (_, balances))| balances.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}
