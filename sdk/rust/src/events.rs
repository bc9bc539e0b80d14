//! What the merchant is told, in order and without a gap.

use futures::{Stream, TryStreamExt, stream};
use reqwest::Method;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::till::Till;
use crate::types::{Event, EventPage};

/// For how many seconds the API is let wait for something to happen.
const WAIT: u32 = 25;

/// What events are listed by.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventFilter {
    /// The sequence of the last event that is known already; 0 for all.
    pub after: i64,
    /// Types and patterns such as `payment.*`, separated by commas.
    pub types: Option<String>,
    /// Only events of this payment.
    pub payment: Option<String>,
    /// How many at once: 1 to 500.
    pub limit: Option<u32>,
    /// For how many seconds the API waits if there is nothing yet.
    pub wait: Option<u32>,
}

/// See [`Till::events`].
#[derive(Clone, Copy)]
pub struct Events<'a>(&'a Till);

impl<'a> Events<'a> {
    pub(crate) const fn of(till: &'a Till) -> Self {
        Self(till)
    }

    pub async fn page(&self, filter: &EventFilter) -> Result<EventPage> {
        self.0.json(self.0.request(Method::GET, "/v1/events").query(filter)).await
    }

    /// What has happened since, oldest first; ends with the newest.
    pub fn list(&self, filter: EventFilter) -> impl Stream<Item = Result<Event>> + use<'a> {
        self.read(filter, false)
    }

    /// The same, and then what happens from now on, as it happens. Does not end.
    pub fn follow(&self, filter: EventFilter) -> impl Stream<Item = Result<Event>> + use<'a> {
        let wait = filter.wait.or(Some(WAIT));
        self.read(EventFilter { wait, ..filter }, true)
    }

    fn read(&self, filter: EventFilter, goes_on: bool) -> impl Stream<Item = Result<Event>> + use<'a> {
        let events = *self;
        let pages = stream::try_unfold(filter, move |filter| async move {
            let page = events.page(&filter).await?;
            if page.last_sequence == filter.after && !goes_on {
                return Ok(None);
            }
            let next = EventFilter { after: page.last_sequence, ..filter };
            Ok::<_, Error>(Some((stream::iter(page.data.into_iter().map(Ok)), next)))
        });
        pages.try_flatten()
    }
}
