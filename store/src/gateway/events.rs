//! What a merchant has been told, in order and without a gap.

use sqlx::PgExecutor;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    pub id: String,
    pub sequence: i64,
    #[sqlx(rename = "type")]
    pub kind: String,
    /// The whole body, as it was signed and sent.
    pub body: String,
}

/// Which events of a merchant are wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub merchant_id: &'a str,
    /// Only of payments of this store.
    pub store_id: Option<&'a str>,
    /// Types and patterns such as `payment.*`; all unless given.
    pub types: Option<&'a [String]>,
    /// Only of this payment.
    pub payment_id: Option<&'a str>,
}

/// The number of the last event of a merchant; 0 if there is none. Numbers are committed in their order, so
/// whoever has read up to it has missed nothing.
pub async fn last_sequence(db: impl PgExecutor<'_>, merchant_id: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(sequence), 0) FROM events WHERE merchant_id = $1")
        .bind(merchant_id)
        .fetch_one(db)
        .await
}

/// At most `limit` wanted events, by number, from the one after `after` to the one numbered `until`.
pub async fn between(
    db: impl PgExecutor<'_>,
    wanted: &Wanted<'_>,
    after: i64,
    until: i64,
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "SELECT e.id, e.sequence, e.type, e.body FROM events e
         WHERE e.merchant_id = $1 AND e.sequence > $2 AND e.sequence <= $3
           AND ($4::text[] IS NULL OR e.type = ANY($4) OR split_part(e.type, '.', 1) || '.*' = ANY($4))
           AND ($5::text IS NULL OR e.payment_id = $5)
           AND ($6::text IS NULL OR $6 = (SELECT p.store_id FROM payments p WHERE p.id = e.payment_id))
         ORDER BY e.sequence LIMIT $7",
    )
    .bind(wanted.merchant_id)
    .bind(after)
    .bind(until)
    .bind(wanted.types)
    .bind(wanted.payment_id)
    .bind(wanted.store_id)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// At most `limit` events of a merchant that come after the one numbered `after`.
pub async fn after(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    let wanted = Wanted { merchant_id, store_id: None, types: None, payment_id: None };
    between(db, &wanted, after, i64::MAX, limit).await
}

/// One event of a merchant, and of this store's payments if one is given.
pub async fn get(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: Option<&str>,
    id: &str,
) -> sqlx::Result<Option<Event>> {
    sqlx::query_as(
        "SELECT e.id, e.sequence, e.type, e.body FROM events e
         WHERE e.id = $2 AND e.merchant_id = $1
           AND ($3::text IS NULL OR $3 = (SELECT p.store_id FROM payments p WHERE p.id = e.payment_id))",
    )
    .bind(merchant_id)
    .bind(id)
    .bind(store_id)
    .fetch_optional(db)
    .await
}
