//! What the gateway itself tells merchants: a payment was cancelled, an endpoint was paused.

use serde::Serialize;
use sqlx::PgConnection;

use super::{
    Numbers,
    rows::{self, EventRow},
};
use crate::{
    domain::Event,
    gateway::{barion::callbacks, notices},
    ids::Kind,
    view,
};

/// Tells a merchant something, in the transaction in which it becomes true. `payment_id` is the payment that
/// it is about, if it is about one.
///
/// The merchant's row stays locked until the commit, so this comes last in a transaction, after the lock of
/// a payment: the indexer takes them in the same order.
pub async fn tell<D: Serialize>(
    db: &mut PgConnection,
    merchant_id: &str,
    kind: &str,
    payment_id: Option<&str>,
    data: D,
) -> sqlx::Result<Event<D>> {
    write(db, merchant_id, kind, payment_id, data, false).await
}

/// Tells a merchant something that did not happen, and says so: for who tries a receiver out.
pub async fn tell_test<D: Serialize>(
    db: &mut PgConnection,
    merchant_id: &str,
    kind: &str,
    data: D,
) -> sqlx::Result<Event<D>> {
    write(db, merchant_id, kind, None, data, true).await
}

async fn write<D: Serialize>(
    db: &mut PgConnection,
    merchant_id: &str,
    kind: &str,
    payment_id: Option<&str>,
    data: D,
    test: bool,
) -> sqlx::Result<Event<D>> {
    let progress = view::progress(&mut *db).await?;
    let now = sqlx::query_scalar("SELECT now()").fetch_one(&mut *db).await?;
    let mut numbers = Numbers::of(&mut *db, [(merchant_id, 1)]).await?;
    let event = Event {
        id: Kind::Event.random(),
        kind: kind.to_owned(),
        timestamp: now,
        merchant: merchant_id.to_owned(),
        sequence: numbers.next(merchant_id),
        test,
        data,
    };
    let row = EventRow::new(&event, payment_id, progress.map_or(0, |progress| progress.slot))?;
    rows::insert_events(&mut *db, std::slice::from_ref(&row)).await?;
    rows::insert_deliveries(&mut *db, &[row]).await?;
    if let Some(payment_id) = payment_id {
        let ids = [payment_id.to_owned()];
        callbacks::order(&mut *db, &ids).await?;
        rows::notify(&mut *db, notices::PAYMENTS, &ids).await?;
    }
    rows::notify(db, notices::DELIVERIES, &[String::new()]).await?;
    Ok(event)
}
