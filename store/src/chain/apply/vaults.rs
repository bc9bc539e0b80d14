//! Vaults.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::column;
use crate::{
    Amount,
    chain::{Change, State, VaultBalances, VaultState},
};

/// Vaults whose balances have changed: the slot, and what they hold since.
type Moved<'a> = BTreeMap<&'a str, (i64, VaultBalances)>;

/// In the order of the chain. Balances change with each payment, and are written for all vaults at
/// once; what else happens to a vault is rare.
pub async fn vaults(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address, state, slot, .. } in changes {
        let State::Vault(state) = state else { continue };
        let statement = match state {
            VaultState::Balances(balances) => {
                moved.insert(address, (*slot, *balances));
                continue;
            }
            VaultState::Opened {
                merchant,
                mint,
                vault_token,
                token_program,
                decimals,
                shard,
                rent_payer,
                allowed_extensions,
            } => sqlx::query(
                "INSERT INTO chain.vaults (address, slot, merchant, mint, vault_token, token_program, decimals, shard,
                     rent_payer, allowed_extensions)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (address) DO UPDATE SET
                     slot = excluded.slot, vault_token = excluded.vault_token,
                     token_program = excluded.token_program, decimals = excluded.decimals,
                     escrowed = excluded.escrowed, balance = excluded.balance, fees = excluded.fees,
                     sequence = excluded.sequence, accepting = excluded.accepting,
                     rent_payer = excluded.rent_payer, allowed_extensions = excluded.allowed_extensions",
            )
            .bind(address)
            .bind(slot)
            .bind(merchant)
            .bind(mint)
            .bind(vault_token)
            .bind(token_program)
            .bind(decimals)
            .bind(shard)
            .bind(rent_payer)
            .bind(Decimal::from(*allowed_extensions)),
            VaultState::Accepting(accepting) => {
                sqlx::query("UPDATE chain.vaults SET accepting = $2 WHERE address = $1")
                    .bind(address)
                    .bind(accepting)
            }
            VaultState::Allowed(extensions) => {
                sqlx::query("UPDATE chain.vaults SET allowed_extensions = $2 WHERE address = $1")
                    .bind(address)
                    .bind(Decimal::from(*extensions))
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

/// Deletes the rows of these vaults.
pub async fn forget(db: &mut PgConnection, addresses: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chain.vaults WHERE address = ANY($1)")
        .bind(addresses)
        .execute(db)
        .await
        .map(drop)
}
