//! Rate limits: how much a caller may ask for, by key and by address.
//!
//! A caller is known by the credential that it sends, before anybody has checked it: a flood with one
//! key costs no query. Whoever sends no credential, or fails with it, is known by the address: a made-up key buys
//! nothing.

mod address;
mod config;
mod process;
mod quota;
mod shared;

use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use metrics::counter;
use moka::future::Cache;
use tokio_util::sync::CancellationToken;

pub use config::LimitsConfig;
pub use quota::{Budget, Limit};

use crate::auth::{key, known};
use crate::barion::caller;
use crate::problem::{Code, Problem};
use crate::telemetry::metrics::RATE_LIMITED;
use process::Process;
use quota::{Quota, Subject, Verdict};
use shared::Shared;

/// The fields of draft-ietf-httpapi-ratelimit-headers, as it is now and as it was up to its version 7,
/// which more clients know.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const CURRENT: HeaderName = HeaderName::from_static("ratelimit");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
pub const HEADERS: [HeaderName; 5] = [POLICY, CURRENT, LIMIT, REMAINING, RESET];

/// Where Barion's clients send their key.
const POS_KEY: HeaderName = HeaderName::from_static("x-pos-key");
/// How many addresses that fail are remembered at most.
const MAX_LOCKED_OUT: u64 = 100_000;
/// How often callers that ask for nothing any more are forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);

tokio::task_local! {
    /// Whose request is being answered.
    static CALLER: IpAddr;
}

/// What everybody has asked for of late.
pub struct Limits {
    config: LimitsConfig,
    process: Process,
    /// Shared with other processes, as long as it can be reached.
    shared: Option<Shared>,
    /// Addresses that have failed too often, and until when nothing with a credential is taken from them.
    locked_out: Cache<IpAddr, Instant>,
}

impl Limits {
    /// # Errors
    /// The URL of the Redis is not one. That it cannot be reached is not an error: see [`Limits::take`].
    pub fn new(config: &LimitsConfig) -> Result<Self> {
        let shared = config.redis_url.as_deref().map(Shared::new).transpose()?;
        let periods =
            [config.limit_failures, config.limit_address].map(|limit| limit.0.map(|quota| quota.period));
        let longest = periods.into_iter().flatten().max().unwrap_or(TIDY_EVERY);
        let locked_out = Cache::builder().max_capacity(MAX_LOCKED_OUT).time_to_live(longest).build();
        Ok(Self { process: Process::new(config), shared, locked_out, config: config.clone() })
    }

    /// Counts one request of `subject`; nothing if there is no such limit.
    ///
    /// A Redis that does not answer stops nobody: each process then counts for itself.
    async fn take(&self, budget: Budget, subject: &Subject) -> Option<Verdict> {
        let quota = self.config.quota(budget)?;
        if let Some(shared) = &self.shared
            && let Some(verdict) = shared.take(budget, quota, subject).await
        {
            return Some(verdict);
        }
        self.process.take(budget, subject)
    }

    /// Counts, beside the request itself, what it asks for by the address that it comes from.
    ///
    /// # Errors
    /// `rate_limited`
    pub async fn require(&self, budget: Budget) -> crate::problem::Result<()> {
        // Outside of a request nobody asks.
        let Ok(address) = CALLER.try_with(|address| *address) else { return Ok(()) };
        match self.take(budget, &Subject::Address(address)).await {
            Some(Verdict { allowed: false, wait, .. }) => Err(refusal(budget, wait)),
            _ => Ok(()),
        }
    }

    /// How long nothing with a credential is taken from `address`.
    async fn locked_out(&self, address: IpAddr) -> Option<Duration> {
        self.locked_out.get(&address).await?.checked_duration_since(Instant::now())
    }

    /// Counts against `address` a credential that was none.
    async fn failed(&self, budget: Budget, address: IpAddr) {
        let verdict = self.take(budget, &Subject::Address(address)).await;
        if let Some(Verdict { allowed: false, wait, .. }) = verdict {
            self.locked_out.insert(address, Instant::now() + wait).await;
        }
    }

    /// Forgets who asks for nothing any more, until `shutdown`.
    pub async fn tidy(&self, shutdown: &CancellationToken) {
        let mut period = tokio::time::interval(TIDY_EVERY);
        while shutdown.run_until_cancelled(period.tick()).await.is_some() {
            self.process.tidy();
        }
    }
}

/// Lets a request through if its caller has not asked for too much, and says how much is left.
pub async fn layer<F: Future<Output = Response>>(
    limits: &Limits,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    let trusted: &[IpNet] = &limits.config.trusted_proxies;
    let address = address::network(address::client(request.extensions(), request.headers(), trusted));
    let credential = credential(request.headers());
    let (budget, subject) = match credential {
        None => (Budget::Address, Subject::Address(address)),
        Some(hash) if is_read(request.method()) => (Budget::Reads, Subject::Credential(hash)),
        Some(hash) => (Budget::Writes, Subject::Credential(hash)),
    };
    let identifies_itself =
        [header::AUTHORIZATION, POS_KEY].iter().any(|name| request.headers().contains_key(name));
    if identifies_itself && let Some(wait) = limits.locked_out(address).await {
        return refusal(Budget::Failures, wait).into_response();
    }
    let verdict = limits.take(budget, &subject).await;
    let mut response = match &verdict {
        Some(Verdict { allowed: false, wait, .. }) => refusal(budget, *wait).into_response(),
        _ => {
            let (response, known) = CALLER.scope(address, known::watch(next(request))).await;
            if credential.is_some() && credential != known.map(shortened) {
                limits.failed(Budget::Address, address).await;
            }
            if identifies_itself && response.status() == StatusCode::UNAUTHORIZED {
                limits.failed(Budget::Failures, address).await;
            }
            response
        }
    };
    if let (Some(quota), Some(verdict)) = (limits.config.quota(budget), verdict) {
        describe(response.headers_mut(), budget, quota, &verdict);
    }
    response
}

fn refusal(budget: Budget, wait: Duration) -> Problem {
    counter!(RATE_LIMITED, "budget" => budget.as_str()).increment(1);
    let seconds = whole_seconds(wait).max(1);
    let detail = format!("{}; try again in {seconds} s", budget.refusal());
    Problem::new(Code::RateLimited, detail).with_retry_after(seconds)
}

fn describe(headers: &mut HeaderMap, budget: Budget, quota: Quota, verdict: &Verdict) {
    let (name, remaining, reset) = (budget.as_str(), verdict.remaining, whole_seconds(verdict.reset));
    let (count, window) = (quota.count.get(), whole_seconds(quota.period));
    let fields = [
        (POLICY, format!("\"{name}\";q={count};w={window}")),
        (CURRENT, format!("\"{name}\";r={remaining};t={reset}")),
        (LIMIT, count.to_string()),
        (REMAINING, remaining.to_string()),
        (RESET, reset.to_string()),
    ];
    for (field, value) in fields {
        headers.insert(field, value.parse().expect("names and numbers are visible ASCII"));
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// A hash of the key that the caller identifies itself by, so that no secret is kept or sent to Redis; nothing if what
/// was sent is no key. It is the same however the header is written.
fn credential(headers: &HeaderMap) -> Option<[u8; 16]> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(header::AUTHORIZATION).and_then(key::from_header).map(|(_, secret)| key::hash(secret));
    let hash = bearer.or_else(|| text(POS_KEY).and_then(caller::guid).map(|digits| key::hash(&digits)));
    hash.map(shortened)
}

fn shortened(hash: [u8; 32]) -> [u8; 16] {
    *hash.first_chunk().expect("32 bytes have a first half")
}
