//! Committed events and blocks, read again.

use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};

use super::{Block, EventKey, StoredEvent, Touched};

impl FromRow<'_, PgRow> for StoredEvent {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            key: EventKey {
                signature: row.try_get("signature")?,
                instruction: row.try_get("instruction")?,
                inner_index: row.try_get("inner_index")?,
            },
            slot: row.try_get("slot")?,
            transaction_index: row.try_get("transaction_index")?,
            kind: row.try_get("type")?,
            data: row.try_get("data")?,
            block_time: row.try_get("block_time")?,
        })
    }
}

/// The last block that is known to be final, and those behind it, in order.
pub async fn recent_blocks(db: &mut PgConnection) -> sqlx::Result<Vec<Block>> {
    sqlx::query_as(
        "SELECT slot, blockhash, block_height, block_time FROM chain.blocks
         WHERE slot >= (
             SELECT max(b.slot) FROM chain.blocks b, chain.checkpoint c WHERE b.slot <= c.finalized_slot
         )
         ORDER BY slot",
    )
    .fetch_all(db)
    .await
}

pub async fn events_behind(db: &mut PgConnection, slot: i64) -> sqlx::Result<Vec<StoredEvent>> {
    sqlx::query_as(
        "SELECT signature, instruction, inner_index, slot, transaction_index, type, data, block_time
         FROM chain.events WHERE slot > $1
         ORDER BY slot, transaction_index, instruction, inner_index",
    )
    .bind(slot)
    .fetch_all(db)
    .await
}

/// What the rows of `touched` are made of, up to `slot`. A vault's sums are those of the last event that
/// tells them, and it may have a million of these: the others are left out.
pub async fn events_of(
    db: &mut PgConnection,
    touched: &Touched,
    slot: i64,
) -> sqlx::Result<Vec<StoredEvent>> {
    let keys = |keys: &std::collections::BTreeSet<String>| keys.iter().cloned().collect::<Vec<_>>();
    sqlx::query_as(
        "SELECT signature, instruction, inner_index, slot, transaction_index, type, data, block_time
         FROM (
             SELECT * FROM chain.events WHERE payment = ANY($1)
             UNION
             SELECT * FROM chain.events WHERE vault = ANY($2) AND type LIKE 'Vault%'
             UNION
             SELECT last.* FROM unnest($2) AS v (address) CROSS JOIN LATERAL (
                 SELECT * FROM chain.events WHERE vault = v.address AND slot <= $4 AND vault_sequence IS NOT NULL
                 ORDER BY slot DESC, transaction_index DESC, instruction DESC, inner_index DESC LIMIT 1
             ) AS last
             UNION
             SELECT * FROM chain.events WHERE merchant = ANY($3) AND payment IS NULL AND vault IS NULL
             UNION
             SELECT * FROM chain.events WHERE subject = ANY($5)
         ) AS e
         WHERE slot <= $4
         ORDER BY slot, transaction_index, instruction, inner_index",
    )
    .bind(keys(&touched.payments))
    .bind(keys(&touched.vaults))
    .bind(keys(&touched.merchants))
    .bind(slot)
    .bind(keys(&touched.subjects))
    .fetch_all(db)
    .await
}
