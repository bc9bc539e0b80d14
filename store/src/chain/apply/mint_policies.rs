//! Mint policies.

use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::chain::{Change, MintPolicyState, State};

/// One by one, in the order of the chain: policies change rarely.
pub async fn mint_policies(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    for Change { address, state, slot, .. } in changes {
        let State::MintPolicy(state) = state else { continue };
        let statement = match state {
            MintPolicyState::Created { mint, rent_payer, allowed_extensions } => sqlx::query(
                "INSERT INTO chain.mint_policies (address, slot, mint, rent_payer, allowed_extensions)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (address) DO UPDATE SET
                     slot = excluded.slot, rent_payer = excluded.rent_payer,
                     allowed_extensions = excluded.allowed_extensions",
            )
            .bind(address)
            .bind(slot)
            .bind(mint)
            .bind(rent_payer)
            .bind(Decimal::from(*allowed_extensions)),
            MintPolicyState::Allowed(extensions) => sqlx::query(
                "UPDATE chain.mint_policies SET slot = $2, allowed_extensions = $3 WHERE address = $1",
            )
            .bind(address)
            .bind(slot)
            .bind(Decimal::from(*extensions)),
            MintPolicyState::Closed => {
                sqlx::query("DELETE FROM chain.mint_policies WHERE address = $1").bind(address)
            }
        };
        statement.execute(&mut *db).await?;
    }
    Ok(())
}
