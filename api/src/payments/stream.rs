//! A payment while it changes, as server-sent events.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>
//!
//! A merchant's stream is the payment's part of `GET /v1/events`, so it goes on from the last event that was seen. A
//! customer's stream is the state alone, told again whenever it is another one.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
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

/// How many streams one payment's link has in this process: a link is public, and one must not take all places.
const MOST_PER_LINK: usize = 50;

/// The places for streams that this process has. Customers, who show no key, take none of the merchants'.
pub struct Streams {
    merchants: Arc<Semaphore>,
    customers: Arc<Semaphore>,
    links: Links,
}

/// How many customers' streams there are of each payment.
type Links = Arc<Mutex<HashMap<String, usize>>>;

impl Streams {
    /// So many places for merchants, and as many for customers.
    pub fn new(places: usize) -> Self {
        let new = || Arc::new(Semaphore::new(places));
        Self { merchants: new(), customers: new(), links: Links::default() }
    }

    /// A place for a merchant's stream, if there is one.
    pub fn of_merchants(&self) -> Option<Place> {
        Place::new(&self.merchants, None)
    }

    /// A place for a customer's stream of a payment, if there is one.
    pub fn of_customers(&self, payment_id: &str) -> Option<Place> {
        let link = LinkPlace::new(&self.links, payment_id)?;
        Place::new(&self.customers, Some(link))
    }
}

/// The place of one stream, free again when the stream ends, however it ends.
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _link: Option<LinkPlace>,
    _counted: LiveStream,
}

impl Place {
    fn new(places: &Arc<Semaphore>, link: Option<LinkPlace>) -> Option<Self> {
        let permit = places.clone().try_acquire_owned().ok()?;
        Some(Self { _permit: permit, _link: link, _counted: LiveStream::new() })
    }
}

/// One of the places that a payment's link has.
struct LinkPlace {
    links: Links,
    payment_id: String,
}

impl LinkPlace {
    fn new(links: &Links, payment_id: &str) -> Option<Self> {
        let mut counts = links.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(payment_id.to_owned()).or_default();
        if *count >= MOST_PER_LINK {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Self { links: links.clone(), payment_id: payment_id.to_owned() })
    }
}

impl Drop for LinkPlace {
    fn drop(&mut self) {
        let mut counts = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.payment_id) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.payment_id);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_take_no_place_of_a_merchant_and_one_link_not_those_of_others() {
        let streams = Streams::new(MOST_PER_LINK + 1);
        let mut places: Vec<_> = (0..MOST_PER_LINK).map(|_| streams.of_customers("one").unwrap()).collect();
        assert!(streams.of_customers("one").is_none());
        let other = streams.of_customers("other").unwrap();
        assert!(streams.of_customers("third").is_none(), "all places are taken");
        assert!(streams.of_merchants().is_some());
        places.pop();
        assert!(streams.of_customers("one").is_some());
        drop((places, other));
        assert!(streams.links.lock().unwrap().is_empty());
    }
}
