//! Events of merchants and their deliveries, as rows.

use serde::Serialize;
use sqlx::PgConnection;

use crate::domain::Event;

/// An event that is to be told.
pub struct EventRow {
    id: String,
    merchant_id: String,
    sequence: i64,
    kind: String,
    payment_id: Option<String>,
    body: String,
    slot: i64,
}

impl EventRow {
    /// The body is fixed here: every attempt sends, and signs, the same bytes.
    pub fn new<D: Serialize>(event: &Event<D>, payment_id: Option<&str>, slot: i64) -> sqlx::Result<Self> {
        let body = serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(Self {
            id: event.id.clone(),
            merchant_id: event.merchant.clone(),
            sequence: event.sequence,
            kind: event.kind.clone(),
            payment_id: payment_id.map(str::to_owned),
            body,
            slot,
        })
    }
}

pub async fn insert_events(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO events (id, merchant_id, sequence, type, payment_id, body, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[])",
    )
    .bind(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.merchant_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.payment_id.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.body.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.slot).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// A new id of a delivery, as SQL.
macro_rules! delivery_id {
    () => {
        "'dlv_' || encode(uuid_send(gen_random_uuid()), 'hex')"
    };
}
pub(crate) use delivery_id;

/// Whether an endpoint, by the name of `n`, wants to be told of an event, by that of `e` with its `type` and
/// `payment_id`, as SQL. One of a store is told of that store's payments only.
macro_rules! endpoint_takes {
    () => {
        "(n.types IS NULL OR e.type = ANY(n.types) OR split_part(e.type, '.', 1) || '.*' = ANY(n.types))
         AND (n.store_id IS NULL OR n.store_id = (SELECT p.store_id FROM payments p WHERE p.id = e.payment_id))"
    };
}
pub(crate) use endpoint_takes;

/// One delivery of each event for each endpoint of its merchant that takes it.
pub async fn insert_deliveries(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<()> {
    // An endpoint that is being removed waits until this transaction is over.
    sqlx::query(concat!(
        "WITH n AS (
             SELECT id, merchant_id, store_id, types FROM endpoints WHERE merchant_id = ANY($2) FOR KEY SHARE
         )
         INSERT INTO deliveries (id, event_id, endpoint_id, sequence)
         SELECT ",
        delivery_id!(),
        ", e.id, n.id, e.sequence
         FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
             AS e (id, merchant_id, sequence, type, payment_id)
         JOIN n ON n.merchant_id = e.merchant_id AND ",
        endpoint_takes!(),
    ))
    .bind(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.merchant_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.payment_id.as_deref()).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Wakes whoever listens, once the transaction is committed.
pub async fn notify(db: &mut PgConnection, channel: &str, payloads: &[String]) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload")
        .bind(channel)
        .bind(payloads)
        .execute(db)
        .await
        .map(drop)
}
