//! Campaigns.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use super::column;
use crate::{
    Amount,
    chain::{CampaignBalances, CampaignOpening, CampaignState, Change, State},
};

/// Campaigns whose sums have changed: the slot, and the sums since.
type Moved<'a> = BTreeMap<&'a str, (i64, CampaignBalances)>;

/// In the order of the chain. Sums change with each donation, and are written for all campaigns at once;
/// what else happens to a campaign is rare. Only a clock that went back could make an address a campaign
/// twice: then the row is the second one.
pub async fn campaigns(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut moved = Moved::new();
    for Change { address, state, slot, .. } in changes {
        let State::Campaign(state) = state else { continue };
        let statement = match state {
            CampaignState::Balances(balances) => {
                moved.insert(address, (*slot, *balances));
                continue;
            }
            CampaignState::Created(opening) => created(address, *slot, opening),
            CampaignState::Cancelled => {
                sqlx::query("UPDATE chain.campaigns SET cancelled = true WHERE address = $1").bind(address)
            }
            CampaignState::Closed => {
                sqlx::query("UPDATE chain.campaigns SET closed = true WHERE address = $1").bind(address)
            }
        };
        balances(&mut *db, std::mem::take(&mut moved)).await?;
        statement.execute(&mut *db).await?;
    }
    balances(db, moved).await
}

fn created<'a>(
    address: &'a str,
    slot: i64,
    opening: &'a CampaignOpening,
) -> Query<'a, Postgres, PgArguments> {
    sqlx::query(
        "INSERT INTO chain.campaigns (address, slot, creator, beneficiary, mint, campaign_token, token_program, decimals,
             rent_payer, campaign_id, goal, deadline, kind, salt)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (address) DO UPDATE SET
             slot = excluded.slot, campaign_token = excluded.campaign_token, token_program = excluded.token_program,
             decimals = excluded.decimals, rent_payer = excluded.rent_payer, raised = excluded.raised,
             withdrawn = excluded.withdrawn, refunded = excluded.refunded, receipts = excluded.receipts,
             cancelled = excluded.cancelled, closed = excluded.closed, sequence = excluded.sequence",
    )
    .bind(address)
    .bind(slot)
    .bind(&opening.creator)
    .bind(&opening.beneficiary)
    .bind(&opening.mint)
    .bind(&opening.campaign_token)
    .bind(&opening.token_program)
    .bind(opening.decimals)
    .bind(&opening.rent_payer)
    .bind(Decimal::from(opening.campaign_id))
    .bind(opening.goal)
    .bind(opening.deadline)
    .bind(opening.kind)
    .bind(opening.salt)
}

async fn balances(db: &mut PgConnection, moved: Moved<'_>) -> sqlx::Result<()> {
    let rows: Vec<(&str, (i64, CampaignBalances))> = moved.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&CampaignBalances) -> Amount| column(&rows, |(_, (_, balances))| of(balances));
    sqlx::query(
        "UPDATE chain.campaigns c
         SET raised = u.raised, withdrawn = u.withdrawn, refunded = u.refunded, receipts = u.receipts,
             sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::bigint[], $6::bigint[], $7::bigint[])
             AS u (address, raised, withdrawn, refunded, receipts, sequence, slot)
         WHERE c.address = u.address AND c.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(amounts(|balances| balances.raised))
    .bind(amounts(|balances| balances.withdrawn))
    .bind(amounts(|balances| balances.refunded))
    .bind(column(&rows, |(_, (_, balances))| balances.receipts))
    .bind(column(&rows, |(_, (_, balances))| balances.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}

/// Deletes the rows of these campaigns, with their receipts and donations.
pub async fn forget(db: &mut PgConnection, subjects: &[String]) -> sqlx::Result<()> {
    let statements = [
        "DELETE FROM chain.campaigns WHERE address = ANY($1)",
        "DELETE FROM chain.receipts WHERE campaign = ANY($1)",
        "DELETE FROM chain.donations WHERE campaign = ANY($1)",
    ];
    for statement in statements {
        sqlx::query(statement).bind(subjects).execute(&mut *db).await?;
    }
    Ok(())
}
