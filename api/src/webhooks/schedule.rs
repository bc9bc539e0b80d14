//! When a delivery that was not taken is tried again.

use std::time::Duration;

use rand::Rng;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Seconds from one attempt to the next, after the schedule of Standard Webhooks: ten attempts over
/// a little more than three days.
const DELAYS: [u64; 9] =
    [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// By how much a delay is stretched at most, so that endpoints that failed together are not called
/// together.
const JITTER: f64 = 0.1;

/// How long to wait after the `attempts`-th attempt (from 1) has failed; nothing when it was the last.
pub fn delay_after(attempts: i32) -> Option<Duration> {
    let index = usize::try_from(attempts - 1).ok()?;
    let seconds = *DELAYS.get(index)? as f64;
    let stretch = 1.0 + rand::thread_rng().gen_range(0.0..JITTER);
    Some(Duration::from_secs_f64(seconds * stretch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_for_three_days_and_then_stops() {
        let delays: Vec<_> = (1..).map_while(delay_after).collect();
        assert_eq!(delays.len(), 9);
        let total: Duration = delays.iter().sum();
        assert!(total >= Duration::from_secs(75 * HOUR) && total <= Duration::from_secs(84 * HOUR));
        assert!(delays.is_sorted());
    }
}
