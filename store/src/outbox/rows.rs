//! Events of merchants and their deliveries, as rows.

use serde::Serialize;
use sqlx::PgConnection;

use crate::{domain::Event, ids::Kind};

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

/// One delivery of each event for each endpoint of its merchant.
pub async fn insert_deliveries(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<()> {
    // An endpoint that is being removed waits until this transaction is over.
    let endpoints: Vec<(String, String)> =
        sqlx::query_as("SELECT id, merchant_id FROM endpoints WHERE merchant_id = ANY($1) FOR KEY SHARE")
            .bind(rows.iter().map(|row| row.merchant_id.as_str()).collect::<Vec<_>>())
            .fetch_all(&mut *db)
            .await?;
    let mut ids = Vec::new();
    let mut event_ids = Vec::new();
    let mut endpoint_ids = Vec::new();
    for row in rows {
        for (endpoint, _) in endpoints.iter().filter(|(_, merchant)| *merchant == row.merchant_id) {
            ids.push(Kind::Delivery.random());
            event_ids.push(row.id.as_str());
            endpoint_ids.push(endpoint.as_str());
        }
    }
    sqlx::query(
        "INSERT INTO deliveries (id, event_id, endpoint_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[])",
    )
    .bind(ids)
    .bind(event_ids)
    .bind(endpoint_ids)
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
