//! When an endpoint that fails is left alone, and when it is given up.
//!
//! After [`OPENS_AFTER`] failures in a row its circuit opens: one attempt at a time, with growing pauses, so
//! that a dead endpoint costs nothing. The first that is taken closes it. After [`DEAD_AFTER`] it is paused.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use till_store::gateway::endpoint_health::Health;

/// After how many failures in a row.
const OPENS_AFTER: i32 = 10;
/// Before the first attempt of an open circuit; twice that before the next, and so on up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How long an endpoint may do nothing but fail.
const DEAD_AFTER: TimeDelta = TimeDelta::days(3);

/// What came of some attempts, in the order in which they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether any was taken.
    pub taken: bool,
    /// How many failed after the last that was taken.
    pub failed: i32,
}

impl Seen {
    pub fn note(&mut self, taken: bool) {
        *self = match taken {
            true => Self { taken: true, failed: 0 },
            false => Self { failed: self.failed + 1, ..*self },
        };
    }
}

/// The health of an endpoint after these attempts.
pub fn after(health: Health, seen: Seen, now: DateTime<Utc>) -> Health {
    let before = if seen.taken { Health::default() } else { health };
    if seen.failed == 0 {
        return before;
    }
    let failures = before.failures.saturating_add(seen.failed);
    let failing_since = before.failing_since.or(Some(now));
    if failures < OPENS_AFTER {
        return Health { failures, failing_since, ..before };
    }
    let pause = TimeDelta::from_std(pause(before.probes)).unwrap_or(TimeDelta::MAX);
    Health { failures, failing_since, probe_at: Some(now + pause), probes: before.probes.saturating_add(1) }
}

/// The pause after so many failed attempts of an open circuit.
fn pause(probes: i32) -> Duration {
    let doubled = 2u32.saturating_pow(probes.unsigned_abs().min(16));
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

/// Whether it is time to pause the endpoint.
pub fn is_dead(health: &Health, now: DateTime<Utc>) -> bool {
    let is_open = health.probe_at.is_some();
    is_open && health.failing_since.is_some_and(|since| now - since >= DEAD_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn failed(times: i32) -> Seen {
        Seen { taken: false, failed: times }
    }

    #[test]
    fn opens_after_ten_failures_in_a_row_and_pauses_grow() {
        let nine = after(Health::default(), failed(9), at(0));
        assert_eq!((nine.failures, nine.failing_since, nine.probe_at), (9, Some(at(0)), None));
        let open = after(nine, failed(1), at(60));
        assert_eq!((open.failing_since, open.probe_at), (Some(at(0)), Some(at(75))));
        let again = after(open, failed(1), at(75));
        assert_eq!(again.probe_at, Some(at(75 + 30)));
        let long = (0..40).fold(again, |health, _| after(health, failed(1), at(0)));
        assert_eq!(long.probe_at, Some(at(600)));
    }

    /// As many as hang together fail together.
    #[test]
    fn many_failures_at_once_are_one_step() {
        assert_eq!(after(Health::default(), failed(500), at(0)).probe_at, Some(at(15)));
    }

    #[test]
    fn what_is_taken_closes_it() {
        let open = after(Health::default(), failed(10), at(0));
        assert_eq!(after(open, Seen { taken: true, failed: 0 }, at(1)), Health::default());
        let mut seen = Seen::default();
        [false, true, false].map(|taken| seen.note(taken));
        let after = after(open, seen, at(1));
        assert_eq!((after.failures, after.failing_since, after.probe_at), (1, Some(at(1)), None));
    }

    #[test]
    fn dead_after_three_days_of_nothing_but_failures() {
        let open = after(Health::default(), failed(10), at(0));
        assert!(!is_dead(&open, at(3 * 86_400 - 1)));
        assert!(is_dead(&open, at(3 * 86_400)));
        let few = after(Health::default(), failed(2), at(0));
        assert!(!is_dead(&few, at(4 * 86_400)), "too few attempts prove nothing");
    }
}
