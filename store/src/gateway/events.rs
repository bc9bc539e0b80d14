//! What a merchant has been told, in order and without a gap.

use sqlx::PgExecutor;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    pub id: String,
    pub sequence: i64,
    /// The whole body, as it was signed and sent.
    pub body: String,
}

/// At most `limit` events of a merchant that come after the one numbered `after`.
pub async fn after(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "SELECT id, sequence, body FROM events
         WHERE merchant_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
    )
    .bind(merchant_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}
