//! Rate limits: how much a caller may ask for, by key and by address.
//!
//! A caller is known by the credential that it sends, before anybody has checked it: a flood with one
//! key costs no query. Whoever sends no credential, or fails with it, is known by the address.

mod address;
mod config;
mod process;
mod quota;
mod shared;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use metrics::counter;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

pub use config::LimitsConfig;
pub use quota::Limit;

use crate::gateway::Gateway;
use crate::problem::{Code, Problem};
use crate::telemetry::metrics::RATE_LIMITED;
use process::Process;
use quota::{Budget, Quota, Subject, Verdict};
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
        let longest = config.limit_failures.0.map_or(TIDY_EVERY, |quota| quota.period);
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

    /// How long nothing with a credential is taken from `address`.
    async fn locked_out(&self, address: IpAddr) -> Option<Duration> {
        self.locked_out.get(&address).await?.checked_duration_since(Instant::now())
    }

    /// Notes that a credential from `address` was none.
    async fn failed(&self, address: IpAddr) {
        let verdict = self.take(Budget::Failures, &Subject::Address(address)).await;
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
pub async fn layer(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let limits = &gateway.limits;
    let trusted: &[IpNet] = &limits.config.trusted_proxies;
    let address = address::network(address::client(request.extensions(), request.headers(), trusted));
    let credential = credential(request.headers());
    let (budget, subject) = match credential {
        None => (Budget::Address, Subject::Address(address)),
        Some(hash) if is_read(request.method()) => (Budget::Reads, Subject::Credential(hash)),
        Some(hash) => (Budget::Writes, Subject::Credential(hash)),
    };
    if credential.is_some()
        && let Some(wait) = limits.locked_out(address).await
    {
        return refusal(Budget::Failures, wait);
    }
    let Some(verdict) = limits.take(budget, &subject).await else { return next.run(request).await };
    let mut response = if verdict.allowed { next.run(request).await } else { refusal(budget, verdict.wait) };
    if credential.is_some() && response.status() == StatusCode::UNAUTHORIZED {
        limits.failed(address).await;
    }
    if let Some(quota) = limits.config.quota(budget) {
        describe(response.headers_mut(), budget, quota, &verdict);
    }
    response
}

fn refusal(budget: Budget, wait: Duration) -> Response {
    counter!(RATE_LIMITED, "budget" => budget.as_str()).increment(1);
    let seconds = whole_seconds(wait).max(1);
    let detail = format!("{}; try again in {seconds} s", budget.refusal());
    let mut response = Problem::new(Code::RateLimited, detail).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
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

/// A hash of what the caller identifies itself by, so that no secret is kept or sent to Redis.
fn credential(headers: &HeaderMap) -> Option<[u8; 16]> {
    let value = headers.get(header::AUTHORIZATION).or_else(|| headers.get(POS_KEY))?;
    let hash: [u8; 32] = Sha256::digest(value.as_bytes()).into();
    hash.first_chunk().copied()
}
