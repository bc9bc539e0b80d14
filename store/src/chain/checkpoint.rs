//! How far the indexer has come.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The last slot whose changes are committed, with everything before it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Checkpoint {
    pub slot: i64,
    pub blockhash: String,
    pub block_height: i64,
    /// The chain's clock in that slot.
    pub block_time: DateTime<Utc>,
    /// Everything up to it is final; 0 until something is known to be.
    pub finalized_slot: i64,
}

impl Checkpoint {
    /// The committed one; nothing before the first commit. That is not slot 0.
    pub async fn load(db: &mut PgConnection) -> sqlx::Result<Option<Self>> {
        sqlx::query_as(
            "SELECT slot, blockhash, block_height, block_time, finalized_slot FROM chain.checkpoint",
        )
        .fetch_optional(db)
        .await
    }

    /// Locks the committed one until the end of the transaction.
    pub(super) async fn lock(db: &mut PgConnection) -> sqlx::Result<Option<Self>> {
        sqlx::query_as(
            "SELECT slot, blockhash, block_height, block_time, finalized_slot FROM chain.checkpoint FOR UPDATE",
        )
        .fetch_optional(db)
        .await
    }

    pub(super) async fn save(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO chain.checkpoint (slot, blockhash, block_height, block_time, finalized_slot)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET
                 slot = excluded.slot, blockhash = excluded.blockhash, block_height = excluded.block_height,
                 block_time = excluded.block_time, finalized_slot = excluded.finalized_slot, updated_at = now()",
        )
        .bind(self.slot)
        .bind(&self.blockhash)
        .bind(self.block_height)
        .bind(self.block_time)
        .bind(self.finalized_slot)
        .execute(db)
        .await
        .map(drop)
    }

    /// Whether both are the same block; how much is final may differ.
    pub fn same_block(&self, other: &Self) -> bool {
        self.slot == other.slot && self.blockhash == other.blockhash
    }
}
