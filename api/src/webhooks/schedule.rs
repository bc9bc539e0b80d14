//! When a delivery that was not taken is tried again.

use std::time::Duration;

use chrono::{DateTime, Utc};
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

/// The longest pause that an endpoint can ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * HOUR);

/// How long to wait after the `attempts`-th attempt (from 1) has failed; nothing when it was the last. An
/// endpoint that asked for a longer pause has it.
pub fn delay_after(attempts: i32, asked: Option<Duration>) -> Option<Duration> {
    let index = usize::try_from(attempts - 1).ok()?;
    let seconds = (*DELAYS.get(index)? as f64).max(asked.unwrap_or_default().as_secs_f64());
    let stretch = 1.0 + rand::thread_rng().gen_range(0.0..JITTER);
    Some(Duration::from_secs_f64(seconds * stretch))
}

/// The value of a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date. Bounded to a day.
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(value).ok()?.with_timezone(&Utc) - now).to_std().ok()?,
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_for_three_days_and_then_stops() {
        let delays: Vec<_> = (1..).map_while(|attempts| delay_after(attempts, None)).collect();
        assert_eq!(delays.len(), 9);
        let total: Duration = delays.iter().sum();
        assert!(total >= Duration::from_secs(75 * HOUR) && total <= Duration::from_secs(84 * HOUR));
        assert!(delays.is_sorted());
    }

    #[test]
    fn an_endpoint_can_ask_for_a_longer_pause_and_for_no_shorter_one() {
        let longer = delay_after(1, Some(Duration::from_secs(120))).unwrap();
        assert!(longer >= Duration::from_secs(120) && longer <= Duration::from_secs(132));
        assert!(delay_after(2, Some(Duration::ZERO)).unwrap() >= Duration::from_secs(5 * MINUTE));
        assert_eq!(delay_after(10, Some(Duration::from_secs(1))), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_of_at_most_a_day() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T12:00:00Z").unwrap().to_utc();
        let read = |value: &str| retry_after(value, now);
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Sat, 21 Nov 2026 12:01:00 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(read("99999999"), Some(LONGEST_RETRY_AFTER));
        for ignored in ["soon", "-1", "", "Sat, 21 Nov 2026 11:00:00 GMT"] {
            assert_eq!(read(ignored), None, "{ignored}");
        }
    }
}
