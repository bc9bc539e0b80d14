//! What runs out by itself: the time to pay, and the time to finish what was paid.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use till_store::db;
use till_store::domain::PaymentStatus as Standing;
use till_store::gateway::barion::payments::{self, Due};
use till_store::gateway::barion::shops::Shop;
use till_store::view;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::booked::Booked;
use super::caller::identity;
use super::error::Refusal;
use super::finish::locked;
use crate::gateway::Gateway;
use crate::payments::cancel;
use crate::payments::operation::{self, Order};

/// How often the keeper looks.
const PERIOD: Duration = Duration::from_secs(1);
/// How long a claim holds.
const LEASE: Duration = Duration::from_secs(60);
const AT_ONCE: i64 = 16;
/// When to look again at what has not come to its end yet.
const LATER: TimeDelta = TimeDelta::minutes(1);
/// When to look again at what has only to be seen on the chain.
const SOON: TimeDelta = TimeDelta::seconds(5);

pub async fn run(gateway: &Arc<Gateway>) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        let due = db::in_time(payments::claim_due(&gateway.pool, LEASE.as_secs_f64(), AT_ONCE))
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "payments that are due could not be claimed");
                Vec::new()
            });
        for payment in due {
            let id = &payment.payment_id;
            match timeout(LEASE, keep(gateway, &payment)).await {
                Ok(Ok(_)) => {}
                Ok(Err(refusal)) => {
                    tracing::warn!(payment = id, ?refusal, "it has run out, and could not be ended yet")
                }
                Err(_) => tracing::warn!(payment = id, "it has run out, and to end it took too long"),
            }
        }
    }
}

/// What is to be done about a payment now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nobody has paid in time: the request is taken back, which is told, and whoever pays all the same is given it back.
    Expire,
    /// It was not finished in time: the money goes back.
    GiveBack,
    LookAgain(DateTime<Utc>),
    /// Nothing can run out any more.
    Done,
}

/// `chain_time` is the chain's clock as far as it is indexed: nobody can have paid before it unseen.
fn step(booked: &Booked, now: DateTime<Utc>, chain_time: Option<DateTime<Utc>>) -> Step {
    if booked.payment.cancelled_at.is_some() {
        // Who pays all the same is given it back, which is not the keeper's.
        return Step::Done;
    }
    let valid_until = booked.words.valid_until;
    match booked.payment.status.plainly() {
        Standing::Created if chain_time.is_some_and(|chain| chain >= valid_until) => Step::Expire,
        Standing::Created => Step::LookAgain(valid_until.max(now + SOON)),
        Standing::Authorized | Standing::PartiallyCaptured => match booked.period_end() {
            Some(end) if now < end => Step::LookAgain(end),
            Some(_) => Step::GiveBack,
            None => Step::LookAgain(now + LATER),
        },
        Standing::Disputed => Step::LookAgain(now + LATER),
        _ => Step::Done,
    }
}

/// Every step can be made again: who dies on the way leaves it due.
async fn keep(gateway: &Gateway, due: &Due) -> Result<(), Refusal> {
    let now = Utc::now();
    let shop = shop(due);
    let mut db = db::begin(&gateway.pool).await?;
    let booked = locked(&mut db, &shop, &due.payment_id).await?;
    let chain_time = view::progress(&mut db).await?.map(|progress| progress.block_time);
    let step = step(&booked, now, chain_time);
    let ordered = match step {
        Step::GiveBack => give_back(&mut db, &shop, &booked).await?,
        _ => None,
    };
    let again = match step {
        Step::Expire | Step::GiveBack => Some(now + LATER),
        Step::LookAgain(at) => Some(at),
        Step::Done => None,
    };
    payments::set_due(&mut *db, &due.payment_id, again).await?;
    db.commit().await?;
    if step == Step::Expire {
        cancel::cancel(gateway, &identity(&shop), &due.payment_id).await?;
    }
    if let Some(id) = ordered {
        operation::attempt(gateway, &id).await;
    }
    Ok(())
}

/// Nothing if something else is under way: then it is looked at again.
async fn give_back(db: &mut PgConnection, shop: &Shop, booked: &Booked) -> Result<Option<String>, Refusal> {
    match operation::record(db, &identity(shop), &booked.payment.id, &Order::Void).await {
        Ok(record) => Ok(Some(record.id)),
        Err(problem) if problem.code.status().is_client_error() => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

fn shop(due: &Due) -> Shop {
    Shop {
        store_id: due.store_id.clone(),
        store_name: String::new(),
        is_closed: false,
        merchant_id: due.merchant_id.clone(),
        merchant_address: due.merchant_address.clone(),
        merchant_name: due.merchant_name.clone(),
        payee: None,
    }
}
