//! What merchants must be told, written in the transaction that commits what they are told about:
//! the operations that happened, one event each, and one delivery for each endpoint.

mod operations;
mod options;
mod reverted;
mod rows;
mod tell;
mod unwanted;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    chain::{CommitError, PaymentStep, advance},
    domain::{ChainPayment, Event, EventData, GatewayPayment, Payment, Progress, Transaction},
    gateway::{barion::callbacks, notices},
    ids::Kind,
    view,
};
use operations::Operations;
pub(crate) use reverted::write_reverted;
pub(crate) use rows::{delivery_id, endpoint_takes};
pub use tell::{tell, tell_test};

/// Writes what follows from `steps` for the payments that the gateway knows, and returns how many
/// events merchants will be told. `chain` are these payments as they stood before the steps.
pub(crate) async fn write(
    db: &mut PgConnection,
    mut chain: HashMap<String, ChainPayment>,
    steps: &[&PaymentStep],
    finalized_slot: i64,
) -> Result<usize, CommitError> {
    options::adopt(&mut *db, steps).await?;
    let known = known(&mut *db, steps).await?;
    let told: Vec<(&PaymentStep, &GatewayPayment)> =
        steps.iter().filter_map(|step| Some((*step, known.get(&step.address)?))).collect();
    if told.is_empty() {
        return Ok(0);
    }

    let now: DateTime<Utc> = sqlx::query_scalar("SELECT now()").fetch_one(&mut *db).await?;
    let ids: Vec<String> = known.values().map(|payment| payment.id.clone()).collect();
    let mut operations = Operations::new(view::transactions(&mut *db, &ids).await?, now);
    let transfers = view::transfers(&mut *db, &known.values().collect::<Vec<_>>()).await?;
    let mut numbers = Numbers::take(&mut *db, &told).await?;

    let mut events = Vec::with_capacity(told.len());
    let mut opened = Vec::new();
    for (step, gateway) in told {
        let state = advance(chain.get(&step.address), step)
            .ok_or_else(|| CommitError::OpeningMissing { payment: step.address.clone() })?;
        let index = operations.confirm(&gateway.id, step);
        let transactions = operations.of(&gateway.id);
        let progress = Progress {
            slot: step.slot,
            block_time: step.block_time,
            finalized_slot: finalized_slot.min(step.slot),
        };
        let event = Event {
            id: Kind::Event.random(),
            kind: step.kind.event_type().to_owned(),
            timestamp: step.block_time,
            merchant: gateway.merchant_id.clone(),
            sequence: numbers.next(&gateway.merchant_id),
            test: false,
            data: EventData {
                payment: Payment::assemble(
                    gateway,
                    Some(&state),
                    transactions,
                    transfers.of(&gateway.id),
                    Some(progress),
                ),
                transaction: Transaction::new(
                    &transactions[index],
                    gateway.decimals(),
                    Some(progress.finalized_slot),
                ),
                sequence: step.after.sequence,
            },
        };
        events.push(rows::EventRow::new(&event, Some(&gateway.id), step.slot)?);
        if step.opening.is_some() {
            opened.push((event, step.slot));
        }
        chain.insert(step.address.clone(), state);
    }

    operations.save(&mut *db).await?;
    events.extend(unwanted::note(&mut *db, opened).await?);
    send(db, &events, &ids).await?;
    Ok(events.len())
}

/// The payments of `steps` that the gateway knows, by address.
async fn known(
    db: &mut PgConnection,
    steps: &[&PaymentStep],
) -> sqlx::Result<HashMap<String, GatewayPayment>> {
    let addresses: BTreeSet<&str> = steps.iter().map(|step| step.address.as_str()).collect();
    let addresses: Vec<String> = addresses.into_iter().map(str::to_owned).collect();
    let payments = view::gateway_payments(db, &addresses).await?;
    Ok(payments.into_iter().map(|payment| (payment.address.clone(), payment)).collect())
}

/// Events, their deliveries, and a word to whoever waits for the payments `ids`.
async fn send(db: &mut PgConnection, events: &[rows::EventRow], ids: &[String]) -> sqlx::Result<()> {
    rows::insert_events(&mut *db, events).await?;
    rows::insert_deliveries(&mut *db, events).await?;
    callbacks::order(&mut *db, ids).await?;
    rows::notify(&mut *db, notices::PAYMENTS, ids).await?;
    rows::notify(db, notices::DELIVERIES, &[String::new()]).await
}

/// The numbers of the events of each merchant, taken from its row, which stays locked until the
/// commit: so the numbers have no gap, and nobody sees a later one before an earlier one.
struct Numbers(HashMap<String, i64>);

impl Numbers {
    async fn take(db: &mut PgConnection, told: &[(&PaymentStep, &GatewayPayment)]) -> sqlx::Result<Self> {
        let mut wanted: BTreeMap<&str, i64> = BTreeMap::new();
        for (_, gateway) in told {
            *wanted.entry(&gateway.merchant_id).or_default() += 1;
        }
        Self::of(db, wanted).await
    }

    /// So many numbers of each merchant.
    async fn of<'a>(
        db: &mut PgConnection,
        wanted: impl IntoIterator<Item = (&'a str, i64)>,
    ) -> sqlx::Result<Self> {
        let (merchants, counts): (Vec<&str>, Vec<i64>) = wanted.into_iter().unzip();
        let last: Vec<(String, i64)> = sqlx::query_as(
            "UPDATE merchants m SET event_sequence = m.event_sequence + u.count
             FROM unnest($1::text[], $2::bigint[]) AS u (id, count) WHERE m.id = u.id
             RETURNING m.id, m.event_sequence - u.count",
        )
        .bind(merchants)
        .bind(counts)
        .fetch_all(db)
        .await?;
        Ok(Self(last.into_iter().collect()))
    }

    fn next(&mut self, merchant_id: &str) -> i64 {
        let last = self.0.entry(merchant_id.to_owned()).or_default();
        *last += 1;
        *last
    }
}
