//! When a request is sent again, and after how long: a rule without I/O.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Request, Response, StatusCode};

/// The first wait is up to `FIRST`, each next one up to twice as long, none longer than `LONGEST`.
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(8);
/// A `Retry-After` beyond it is not waited for, but told.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// How often a request is sent again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub retries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { retries: 4 }
    }
}

impl Patience {
    /// How long to wait before the request is sent again after `attempt`, counted from 0; nothing when it is not.
    pub(crate) fn wait_after(
        self,
        outcome: &reqwest::Result<Response>,
        may_repeat: bool,
        attempt: u32,
    ) -> Option<Duration> {
        if attempt >= self.retries {
            return None;
        }
        let (status, asked) = match outcome {
            Ok(response) => (Some(response.status()), retry_after(response)),
            Err(_) => (None, None),
        };
        sent_again(status, may_repeat)
            .then(|| asked.unwrap_or_else(|| back_off(attempt).mul_f64(rand::random())))
            .filter(|wait| *wait <= LONGEST_ASKED)
    }
}

/// Whether it does no harm to send it twice: by HTTP (RFC 9110, 9.2.2), or because it has a key. A second DELETE would be
/// answered with a 404.
pub(crate) fn may_repeat(request: &Request) -> bool {
    [Method::GET, Method::HEAD, Method::PUT].contains(request.method())
        || request.headers().contains_key("idempotency-key")
}

/// A 429 has done nothing. Of other passing errors, and of no answer at all, nobody knows whether something was done.
fn sent_again(status: Option<StatusCode>, may_repeat: bool) -> bool {
    match status.map(|status| status.as_u16()) {
        Some(429) => true,
        Some(502..=504) | None => may_repeat,
        Some(_) => false,
    }
}

/// The longest wait after an attempt. It is stretched from nothing up to this at random, so that clients that failed
/// together do not come again together.
fn back_off(attempt: u32) -> Duration {
    FIRST.saturating_mul(2u32.saturating_pow(attempt)).min(LONGEST)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, retry_after: Option<&str>) -> reqwest::Result<Response> {
        let mut response = http::Response::builder().status(status);
        if let Some(seconds) = retry_after {
            response = response.header(RETRY_AFTER, seconds);
        }
        Ok(response.body("").unwrap().into())
    }

    #[test]
    fn a_limit_is_waited_for_whatever_the_request_and_a_failure_only_when_it_may_be_repeated() {
        let waits = |status, may_repeat| {
            Patience::default().wait_after(&outcome(status, None), may_repeat, 0).is_some()
        };
        for (status, repeatable, other) in
            [(429, true, true), (503, true, false), (502, true, false), (504, true, false)]
        {
            assert_eq!((waits(status, true), waits(status, false)), (repeatable, other), "{status}");
        }
        for status in [200, 400, 404, 409, 422, 500] {
            assert!(!waits(status, true), "{status}");
        }
    }

    #[test]
    fn what_the_api_asks_for_is_waited_up_to_a_minute() {
        let wait = |seconds| Patience::default().wait_after(&outcome(429, Some(seconds)), false, 0);
        assert_eq!(wait("3"), Some(Duration::from_secs(3)));
        assert_eq!(wait("60"), Some(Duration::from_secs(60)));
        assert_eq!(wait("61"), None);
    }

    #[test]
    fn waits_grow_and_end() {
        let longest: Vec<u128> = (0..7).map(|attempt| back_off(attempt).as_millis()).collect();
        assert_eq!(longest, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
        assert_eq!(back_off(u32::MAX), LONGEST);
        assert_eq!(Patience { retries: 2 }.wait_after(&outcome(503, None), true, 2), None);
    }
}
