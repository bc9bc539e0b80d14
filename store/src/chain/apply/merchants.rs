//! Merchants.

use sqlx::PgConnection;

use crate::chain::{Change, MerchantState, State};

/// One by one, in the order of the chain: merchants change rarely.
pub async fn merchants(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    for Change { address, state, slot, .. } in changes {
        let State::Merchant(state) = state else { continue };
        change(&mut *db, address, state, *slot).await?;
    }
    Ok(())
}

async fn change(db: &mut PgConnection, address: &str, state: &MerchantState, slot: i64) -> sqlx::Result<()> {
    let statement = match state {
        MerchantState::Registered { founder, index, authority, operator, payout_wallet, rent_payer } => {
            sqlx::query(
                "INSERT INTO chain.merchants (address, slot, founder, index, authority, operator, payout_wallet,
                     rent_payer)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (address) DO UPDATE SET
                     slot = excluded.slot, authority = excluded.authority, operator = excluded.operator,
                     payout_wallet = excluded.payout_wallet, rent_payer = excluded.rent_payer,
                     pending_authority = excluded.pending_authority, sequence = excluded.sequence",
            )
            .bind(address)
            .bind(slot)
            .bind(founder)
            .bind(index)
            .bind(authority)
            .bind(operator)
            .bind(payout_wallet)
            .bind(rent_payer)
        }
        MerchantState::Updated { operator, payout_wallet, sequence } => sqlx::query(
            "UPDATE chain.merchants
             SET slot = $2, sequence = $3, operator = coalesce($4, operator),
                 payout_wallet = coalesce($5, payout_wallet)
             WHERE address = $1 AND sequence < $3",
        )
        .bind(address)
        .bind(slot)
        .bind(sequence)
        .bind(operator)
        .bind(payout_wallet),
        MerchantState::AuthorityProposed { pending_authority, sequence } => sqlx::query(
            "UPDATE chain.merchants SET slot = $2, sequence = $3, pending_authority = $4
             WHERE address = $1 AND sequence < $3",
        )
        .bind(address)
        .bind(slot)
        .bind(sequence)
        .bind(pending_authority),
        MerchantState::AuthorityAccepted { authority, sequence } => sqlx::query(
            "UPDATE chain.merchants SET slot = $2, sequence = $3, authority = $4, pending_authority = NULL
             WHERE address = $1 AND sequence < $3",
        )
        .bind(address)
        .bind(slot)
        .bind(sequence)
        .bind(authority),
        MerchantState::Closed => sqlx::query("DELETE FROM chain.merchants WHERE address = $1").bind(address),
    };
    statement.execute(db).await.map(drop)
}

/// Deletes the rows of these merchants.
pub async fn forget(db: &mut PgConnection, addresses: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chain.merchants WHERE address = ANY($1)")
        .bind(addresses)
        .execute(db)
        .await
        .map(drop)
}
