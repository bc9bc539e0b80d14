//! Shops of merchants.

use sqlx::PgExecutor;

/// The store that a merchant began with, and that is meant when none is named.
pub async fn default_of(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT id FROM stores WHERE merchant_id = $1 AND is_default")
        .bind(merchant_id)
        .fetch_one(db)
        .await
}

/// Whether a store is one of this merchant's, and not archived.
pub async fn is_open(db: impl PgExecutor<'_>, merchant_id: &str, id: &str) -> sqlx::Result<bool> {
    let found =
        sqlx::query("SELECT 1 FROM stores WHERE id = $1 AND merchant_id = $2 AND archived_at IS NULL")
            .bind(id)
            .bind(merchant_id)
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}
