//! What has to sum up.

use sqlx::{FromRow, PgConnection};

/// Two places of the database that do not agree about a sum. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Imbalance {
    /// The table whose sum it is, and of what.
    pub table: String,
    pub key: String,
    pub field: String,
    pub sum: String,
    /// What it has to be, as the other place has it.
    pub expected: String,
}

pub async fn imbalances(db: &mut PgConnection) -> sqlx::Result<Vec<Imbalance>> {
    let mut found = events(&mut *db).await?;
    found.extend(accounts(db).await?);
    Ok(found)
}

/// The lines of an event sum to zero.
async fn events(db: &mut PgConnection) -> sqlx::Result<Vec<Imbalance>> {
    sqlx::query_as(
        r#"SELECT 'ledger' AS "table", format('%s/%s/%s', signature, instruction, inner_index) AS key,
             'lines' AS field, sum(amount)::text AS sum, '0' AS expected
         FROM chain.ledger GROUP BY signature, instruction, inner_index HAVING sum(amount) <> 0"#,
    )
    .fetch_all(db)
    .await
}

/// The lines of a part of a vault, campaign, pool or vesting sum to what its row holds. Lines without a
/// mint are of owners that began before the first indexed slot, and have no rows.
async fn accounts(db: &mut PgConnection) -> sqlx::Result<Vec<Imbalance>> {
    sqlx::query_as(
        r#"WITH held (owner, account, mint, amount) AS (
             SELECT address, account, mint, amount FROM chain.vaults CROSS JOIN LATERAL (
                 VALUES ('escrow', escrowed), ('balance', balance), ('fees', fees)) AS part (account, amount)
             UNION ALL
             SELECT address, 'donations', mint, raised - withdrawn - refunded FROM chain.campaigns
             UNION ALL
             SELECT address, 'stake', stake_mint, staked + cooling FROM chain.pools
             UNION ALL
             SELECT pool, 'rewards', mint, funded - claimed FROM chain.rewards
             UNION ALL
             SELECT address, 'vesting', mint, total - claimed - returned FROM chain.vestings
         ), booked AS (
             SELECT owner, account, mint, sum(amount) AS amount FROM chain.ledger
             WHERE account <> 'external' AND mint IS NOT NULL GROUP BY owner, account, mint
         )
         SELECT 'ledger' AS "table", owner AS key, format('%s of %s', account, mint) AS field,
             coalesce(booked.amount, 0)::text AS sum, coalesce(held.amount, 0)::text AS expected
         FROM held FULL JOIN booked USING (owner, account, mint)
         WHERE coalesce(held.amount, 0) <> coalesce(booked.amount, 0)
         ORDER BY owner, account, mint"#,
    )
    .fetch_all(db)
    .await
}
