//! Payments that were made although nobody asked for them: merchants are told, and what is in them goes back.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Numbers, rows::EventRow};
use crate::{domain::Event, ids::Kind};

/// Why a payment goes back, and the type of the event that says so.
fn event_type(reason: &str) -> &'static str {
    match reason {
        "duplicate" => "payment.duplicated",
        _ => "payment.paid_after_cancel",
    }
}

/// Has those of the payments that `opened` have brought onto the chain given back that are not wanted, and returns
/// what their merchants are told of it, beside the openings themselves.
///
/// The merchants must be locked: who cancels a payment locks its merchant, and then looks whether it was paid. So
/// of a payment and its cancellation at the same moment one sees the other.
pub async fn note(db: &mut PgConnection, opened: Vec<(Event, i64)>) -> sqlx::Result<Vec<EventRow>> {
    if opened.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = opened.iter().map(|(event, _)| event.data.payment.id.as_str()).collect();
    let unwanted: Vec<(String, String, Option<DateTime<Utc>>)> = sqlx::query_as(
        "WITH unwanted AS (
             SELECT id, CASE WHEN duplicate_of IS NULL THEN 'cancelled' ELSE 'duplicate' END AS reason, cancelled_at
             FROM payments WHERE id = ANY($1) AND (duplicate_of IS NOT NULL OR cancelled_at IS NOT NULL)
         ), noted AS (
             INSERT INTO give_backs (payment_id, reason) SELECT id, reason FROM unwanted
             ON CONFLICT (payment_id) DO UPDATE SET done_at = NULL, next_attempt_at = now()
         )
         SELECT id, reason, cancelled_at FROM unwanted",
    )
    .bind(ids)
    .fetch_all(&mut *db)
    .await?;
    let mut unwanted: HashMap<String, (String, Option<DateTime<Utc>>)> =
        unwanted.into_iter().map(|(id, reason, cancelled_at)| (id, (reason, cancelled_at))).collect();
    let mut told = Vec::new();
    for (event, slot) in opened {
        let Some((reason, cancelled_at)) = unwanted.remove(&event.data.payment.id) else { continue };
        let mut numbers = Numbers::of(&mut *db, [(event.merchant.as_str(), 1)]).await?;
        let sequence = numbers.next(&event.merchant);
        let kind = event_type(&reason).to_owned();
        let mut event = Event { id: Kind::Event.random(), kind, sequence, ..event };
        event.data.payment.cancelled_at = cancelled_at;
        told.push(EventRow::new(&event, Some(&event.data.payment.id), slot)?);
    }
    Ok(told)
}
