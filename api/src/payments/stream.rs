//! A payment while it changes, as server-sent events.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>
//!
//! A merchant's stream is the payment's part of `GET /v1/events`, so it goes on from the last event that was seen. A
//! customer's stream is the state alone, told again whenever it is another one.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures::Stream;
use futures::stream::unfold;
use serde::{Deserialize, Serialize};
use till_store::domain::{Finality, Money, Payment, PaymentStatus};
use till_store::gateway::events;
use till_store::view;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::answers::PaymentAnswer;
use crate::gateway::Gateway;
use crate::notices::Changes;
use crate::telemetry::metrics::LiveStream;

/// How often a stream looks by itself: a payment expires without anybody saying so.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long a stream lasts. Who comes again shows the key again, which may have been revoked.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How many events are read at once.
const BATCH: i64 = 50;

/// The places for streams that this process has.
pub struct Streams(Arc<Semaphore>);

impl Streams {
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }

    /// A place, if there is one.
    pub fn place(&self) -> Option<Place> {
        let permit = self.0.clone().try_acquire_owned().ok()?;
        Some(Place { _permit: permit, _counted: LiveStream::new() })
    }
}

/// The place of one stream, free again when the stream ends, however it ends.
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: LiveStream,
}

/// What a customer may know of a payment, and a checkout page needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckoutState {
    pub id: String,
    pub status: PaymentStatus,
    pub finality: Finality,
    pub amount: Money,
    #[schema(example = "USDC")]
    pub symbol: Option<String>,
    /// Where the shop wants the customer back.
    pub redirect_url: Option<String>,
    /// How many changes there have been on the chain.
    pub sequence: i64,
}

impl From<Payment> for CheckoutState {
    fn from(payment: Payment) -> Self {
        let Payment { id, status, finality, amount, symbol, redirect_url, sequence, .. } = payment;
        Self { id, status, finality, amount, symbol, redirect_url, sequence }
    }
}

/// Where a stream stands.
struct Watch {
    gateway: Arc<Gateway>,
    merchant_id: String,
    payment_id: String,
    changes: Changes,
    until: Instant,
    _place: Place,
}

impl Watch {
    fn new(gateway: Arc<Gateway>, place: Place, merchant_id: &str, payment_id: &str) -> Self {
        let changes = gateway.notices.payment(payment_id);
        let (merchant_id, payment_id) = (merchant_id.to_owned(), payment_id.to_owned());
        Self { gateway, merchant_id, payment_id, changes, until: Instant::now() + LIFETIME, _place: place }
    }

    /// Waits until there may be something new; false when the stream is over.
    async fn wait(&mut self) -> bool {
        let again = self.until.min(Instant::now() + LOOK_AGAIN);
        tokio::select! {
            () = self.changes.next() => {}
            () = tokio::time::sleep_until(again) => {}
            () = self.gateway.shutdown.cancelled() => return false,
        }
        Instant::now() < self.until
    }

    async fn payment(&self) -> anyhow::Result<Payment> {
        let mut db = self.gateway.pool.acquire().await?;
        let payment = view::payment(&mut db, &self.merchant_id, None, &self.payment_id).await?;
        payment.ok_or_else(|| anyhow::anyhow!("a payment is gone"))
    }

    /// A fault ends a stream: who reads it comes again and says what it has seen.
    fn noted<T>(&self, result: anyhow::Result<T>) -> Option<T> {
        result
            .inspect_err(|error| {
                tracing::warn!(payment = self.payment_id, error = format!("{error:#}"), "a stream ends")
            })
            .ok()
    }
}

/// The events of a payment of the merchant that come after the one numbered `after`; without it, the payment as it is
/// and what comes then.
pub fn of_merchant(
    gateway: Arc<Gateway>,
    place: Place,
    merchant_id: &str,
    payment_id: &str,
    after: Option<i64>,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let watch = Watch::new(gateway, place, merchant_id, payment_id);
    unfold(
        (watch, after, VecDeque::new()),
        |(mut watch, mut after, mut ready): (Watch, Option<i64>, VecDeque<Event>)| async move {
            loop {
                if let Some(event) = ready.pop_front() {
                    return Some((Ok(event), (watch, after, ready)));
                }
                let Some(seen) = after else {
                    let told = snapshot(&watch).await;
                    let (last, event) = watch.noted(told)?;
                    (after, ready) = (Some(last), VecDeque::from([event]));
                    continue;
                };
                let told = events::of_payment(&watch.gateway.pool, &watch.payment_id, seen, BATCH).await;
                let told = watch.noted(told.map_err(anyhow::Error::from))?;
                after = told.last().map(|event| event.sequence).or(after);
                ready = told.into_iter().map(told_event).collect();
                if ready.is_empty() && !watch.wait().await {
                    return None;
                }
            }
        },
    )
}

/// The payment as it is. What it shows may be told once more, and nothing that it does not show is left out: the
/// number is read first.
async fn snapshot(watch: &Watch) -> anyhow::Result<(i64, Event)> {
    let last = events::last_of_payment(&watch.gateway.pool, &watch.payment_id).await?;
    let answer = PaymentAnswer::new(watch.payment().await?, &watch.gateway.public_url);
    Ok((last, Event::default().event("payment").id(last.to_string()).json_data(answer)?))
}

fn told_event(told: events::Told) -> Event {
    Event::default().event(told.kind).id(told.sequence.to_string()).data(told.body)
}

/// The state of a payment, now and whenever it is another one.
pub fn of_customer(
    gateway: Arc<Gateway>,
    place: Place,
    merchant_id: &str,
    payment_id: &str,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let watch = Watch::new(gateway, place, merchant_id, payment_id);
    unfold((watch, None), |(mut watch, mut told): (Watch, Option<CheckoutState>)| async move {
        loop {
            let payment = watch.payment().await;
            let state = CheckoutState::from(watch.noted(payment)?);
            if told.as_ref() != Some(&state) {
                let event =
                    Event::default().event("payment").id(state.sequence.to_string()).json_data(&state);
                let event = watch.noted(event.map_err(anyhow::Error::from))?;
                told = Some(state);
                return Some((Ok(event), (watch, told)));
            }
            if !watch.wait().await {
                return None;
            }
        }
    })
}
