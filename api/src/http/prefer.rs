//! `Prefer: wait=N` (RFC 7240): how long a caller likes to wait for the final state.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderName, request::Parts};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The longest wait, in seconds.
const MAX_WAIT: u64 = 30;

/// How long to wait; nothing when the caller did not ask. What cannot be read is ignored, as the
/// RFC says.
pub struct Wait(pub Option<Duration>);

impl<S: Send + Sync> FromRequestParts<S> for Wait {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(wait(&parts.headers)))
    }
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
    let preferences = values.flat_map(|value| value.split([',', ';']));
    let seconds = preferences.filter_map(|preference| {
        let (name, value) = preference.split_once('=')?;
        let seconds = value.trim().trim_matches('"').parse::<u64>().ok()?;
        name.trim().eq_ignore_ascii_case("wait").then_some(seconds)
    });
    seconds.map(|seconds| Duration::from_secs(seconds.min(MAX_WAIT))).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_rfc_shows() {
        let read = |value: &str| wait(&HeaderMap::from_iter([(PREFER, value.parse().unwrap())]));
        assert_eq!(read("wait=10"), Some(Duration::from_secs(10)));
        assert_eq!(read("respond-async, Wait=\"100\""), Some(Duration::from_secs(MAX_WAIT)));
        assert_eq!(read("respond-async"), None);
        assert_eq!(read("wait=soon"), None);
    }
}
