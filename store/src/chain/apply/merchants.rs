//! Merchants.

use sqlx::PgConnection;

use crate::chain::{MerchantChange, MerchantState};

/// One by one, in the order of the chain: merchants change rarely.
pub async fn merchants(db: &mut PgConnection, changes: &[&MerchantChange]) -> sqlx::Result<()> {
    for change in changes {
        merchant(db, change).await?;
    }
    Ok(())
}

async fn merchant(db: &mut PgConnection, change: &MerchantChange) -> sqlx::Result<()> {
    let MerchantChange { address, slot, .. } = change;
    let statement = match &change.state {
        MerchantState::Registered { founder, index, authority, operator, payout_wallet } => sqlx::query(
            "INSERT INTO chain.merchants (address, slot, founder, index, authority, operator, payout_wallet)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (address) DO UPDATE SET
                 slot = excluded.slot, authority = excluded.authority, operator = excluded.operator,
                 payout_wallet = excluded.payout_wallet, sequence = excluded.sequence",
        )
        .bind(address)
        .bind(slot)
        .bind(founder)
        .bind(index)
        .bind(authority)
        .bind(operator)
        .bind(payout_wallet),
        MerchantState::Updated { authority, operator, payout_wallet, sequence } => sqlx::query(
            "UPDATE chain.merchants
             SET slot = $2, authority = coalesce($3, authority), operator = coalesce($4, operator),
                 payout_wallet = coalesce($5, payout_wallet), sequence = $6
             WHERE address = $1 AND sequence < $6",
        )
        .bind(address)
        .bind(slot)
        .bind(authority)
        .bind(operator)
        .bind(payout_wallet)
        .bind(sequence),
        MerchantState::Closed => sqlx::query("DELETE FROM chain.merchants WHERE address = $1").bind(address),
    };
    statement.execute(db).await.map(drop)
}
