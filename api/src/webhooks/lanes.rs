//! How many attempts are under way, and how many more there may be.
//!
//! Each endpoint has a lane with a window that opens as attempts are taken and closes as they fail. So a quick
//! endpoint gets many at once, and one that hangs holds few places.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How many attempts are under way at once.
const MOST: usize = 1024;
/// How many of them to one endpoint: at first, and at most.
pub const FIRST_WINDOW: usize = 8;
const WIDEST_WINDOW: usize = 128;
/// How long an endpoint keeps its window with nothing under way: a quick one has taken all that was claimed before more is.
const REMEMBERED: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Lanes {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Default)]
struct State {
    under_way: usize,
    lanes: HashMap<String, Lane>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lane {
    under_way: usize,
    window: usize,
    /// Since when nothing is.
    idle_since: Option<Instant>,
}

impl Lane {
    const NEW: Self = Self { under_way: 0, window: FIRST_WINDOW, idle_since: None };

    fn is_full(self) -> bool {
        self.under_way >= self.window
    }

    /// One more for each that was taken doubles the window while it is full; a failure halves it.
    fn learn(&mut self, taken: bool) {
        self.window = match taken {
            true => (self.window + 1).min(WIDEST_WINDOW),
            false => (self.window / 2).max(1),
        };
    }
}

/// The places that are free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub all: usize,
    /// Of the endpoints that have not just [`FIRST_WINDOW`].
    pub by_endpoint: BTreeMap<String, i64>,
}

impl Lanes {
    pub fn places(&self) -> Places {
        let mut state = self.state();
        // Nobody is remembered for ever.
        state.lanes.retain(|_, lane| lane.idle_since.is_none_or(|since| since.elapsed() < REMEMBERED));
        let free = |lane: &Lane| lane.window.saturating_sub(lane.under_way) as i64;
        let by_endpoint = state.lanes.iter().map(|(endpoint, lane)| (endpoint.clone(), free(lane)));
        Places { all: MOST.saturating_sub(state.under_way), by_endpoint: by_endpoint.collect() }
    }

    /// Whether one more may be under way to this endpoint.
    pub fn has_place(&self, endpoint: &str) -> bool {
        let state = self.state();
        state.under_way < MOST && !state.lanes.get(endpoint).is_some_and(|lane| lane.is_full())
    }

    /// Takes a place, which is given back however the attempt ends, by a panic too.
    pub fn take(self: &Arc<Self>, endpoint: &str) -> Place {
        let mut state = self.state();
        state.under_way += 1;
        let lane = state.lanes.entry(endpoint.to_owned()).or_insert(Lane::NEW);
        lane.under_way += 1;
        lane.idle_since = None;
        Place { lanes: self.clone(), endpoint: endpoint.to_owned(), taken: None }
    }

    /// Waits for a place where there was none.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one attempt.
pub struct Place {
    lanes: Arc<Lanes>,
    endpoint: String,
    taken: Option<bool>,
}

impl Place {
    /// Gives the place back, and says what the endpoint made of the attempt.
    pub fn end(mut self, taken: bool) {
        self.taken = Some(taken);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.lanes.state();
        let mut was_full = state.under_way >= MOST;
        state.under_way = state.under_way.saturating_sub(1);
        let Some(lane) = state.lanes.get_mut(&self.endpoint) else { return };
        was_full |= lane.is_full();
        lane.under_way = lane.under_way.saturating_sub(1);
        if let Some(taken) = self.taken {
            lane.learn(taken);
        }
        if lane.under_way == 0 {
            // A window that has closed is forgotten at once: who is slow, but answers, begins anew each time.
            match lane.window < FIRST_WINDOW {
                true => drop(state.lanes.remove(&self.endpoint)),
                false => lane.idle_since = Some(Instant::now()),
            }
        }
        drop(state);
        if was_full {
            self.lanes.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(lanes: &Lanes, endpoint: &str) -> Option<i64> {
        lanes.places().by_endpoint.get(endpoint).copied()
    }

    #[test]
    fn a_window_opens_with_what_is_taken_and_closes_with_what_fails() {
        let mut lane = Lane::NEW;
        (0..4).for_each(|_| lane.learn(false));
        assert_eq!(lane.window, 1);
        (0..1_000).for_each(|_| lane.learn(true));
        assert_eq!(lane.window, WIDEST_WINDOW);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_is_idle_keeps_its_window_for_a_while() {
        let lanes = Arc::new(Lanes::default());
        let taken: Vec<Place> = (0..FIRST_WINDOW).map(|_| lanes.take("end_1")).collect();
        taken.into_iter().for_each(|place| place.end(true));
        assert_eq!(free(&lanes, "end_1"), Some(2 * FIRST_WINDOW as i64));
        tokio::time::advance(REMEMBERED).await;
        assert_eq!(free(&lanes, "end_1"), None, "it begins anew");

        let taken: Vec<Place> = (0..FIRST_WINDOW).map(|_| lanes.take("end_2")).collect();
        taken.into_iter().for_each(|place| place.end(false));
        assert_eq!(free(&lanes, "end_2"), None, "and one whose window has closed does at once");
    }

    #[test]
    fn one_endpoint_takes_no_places_of_another() {
        let lanes = Arc::new(Lanes::default());
        let taken: Vec<Place> = (0..FIRST_WINDOW).map(|_| lanes.take("end_1")).collect();
        assert_eq!((free(&lanes, "end_1"), free(&lanes, "end_2")), (Some(0), None));
        assert_eq!(lanes.places().all, MOST - FIRST_WINDOW);
        drop(taken);
        assert_eq!((lanes.places().all, free(&lanes, "end_1")), (MOST, Some(FIRST_WINDOW as i64)));
    }

    #[tokio::test]
    async fn only_a_place_where_there_was_none_wakes() {
        let lanes = Arc::new(Lanes::default());
        lanes.take("end_2").end(true);
        let mut taken: Vec<Place> = (0..FIRST_WINDOW).map(|_| lanes.take("end_1")).collect();
        let woken = async || tokio::time::timeout(Duration::from_millis(10), lanes.freed()).await.is_ok();
        assert!(!woken().await && !lanes.has_place("end_1") && lanes.has_place("end_2"));
        taken.pop().unwrap().end(true);
        assert!(woken().await && lanes.has_place("end_1"));
    }

    #[tokio::test]
    async fn an_attempt_that_panics_gives_its_place_back() {
        let lanes = Arc::new(Lanes::default());
        let shared = lanes.clone();
        let attempt = tokio::spawn(async move {
            let _place = shared.take("end_1");
            panic!("as an attempt might");
        });
        assert!(attempt.await.unwrap_err().is_panic());
        assert_eq!(lanes.places().all, MOST);
    }
}
