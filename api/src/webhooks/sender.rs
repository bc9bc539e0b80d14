//! One attempt: an HTTP request to a merchant's endpoint.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use till_store::gateway::deliveries::Target;

use super::seal::Seal;
use super::signature::Signatures;
use super::{guard::Guard, schedule};

/// How long an endpoint may take, from the connection to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer is read and kept, in bytes: enough for the connection to be used again.
const READ_AT_MOST: usize = 4096;

/// What an endpoint made of a delivery.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub at: DateTime<Utc>,
    pub duration: Duration,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The beginning of the answer, without zero bytes.
    pub body: Option<String>,
    /// Why it does not count as delivered.
    pub error: Option<String>,
    /// How long the endpoint wants to be left alone, with 429 and 503.
    pub retry_after: Option<Duration>,
}

impl Outcome {
    /// Whether the endpoint says that it is gone for good.
    pub fn is_gone(&self) -> bool {
        self.status == Some(StatusCode::GONE.as_u16())
    }
}

/// An endpoint as deliveries are sent to it; why that is not possible, if it is not.
pub struct Receiver(std::result::Result<(Url, Signatures), String>);

/// Sends signed deliveries.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    guard: Guard,
    seal: Seal,
}

impl Sender {
    pub fn new(guard: Guard, seal: Seal) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Till/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name again, behind the guard's back.
            .no_proxy()
            .dns_resolver(Arc::new(guard))
            .build()
            .context("the webhook client cannot be built")?;
        Ok(Self { client, guard, seal })
    }

    /// What can be prepared once for many deliveries.
    pub fn receiver(&self, target: &Target) -> Receiver {
        let url = match self.guard.check_url(&target.url) {
            Ok(url) => url,
            Err(reason) => return Receiver(Err(format!("the URL is not allowed: {reason}"))),
        };
        match Signatures::open(&self.seal, &target.keys) {
            Ok(signatures) => Receiver(Ok((url, signatures))),
            Err(error) => {
                tracing::error!(endpoint = target.id, error = format!("{error:#}"), "cannot sign");
                Receiver(Err("the delivery could not be signed".to_owned()))
            }
        }
    }

    /// One attempt. Delivered is what is answered with 2xx.
    pub async fn send(&self, receiver: &Receiver, event_id: &str, body: String) -> Outcome {
        let (at, started) = (Utc::now(), Instant::now());
        let outcome = Outcome {
            at,
            duration: Duration::ZERO,
            status: None,
            body: None,
            error: None,
            retry_after: None,
        };
        let (url, signatures) = match &receiver.0 {
            Ok(ready) => ready,
            Err(reason) => return Outcome { error: Some(reason.clone()), ..outcome },
        };
        let signature = signatures.header(event_id, at, &body);
        let request = self
            .client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", event_id)
            .header("webhook-timestamp", at.timestamp())
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(mut response) => {
                let status = response.status();
                let retry_after = retry_after(&response, at);
                let body = read(&mut response).await;
                let error = (!status.is_success()).then(|| format!("the endpoint answered {status}"));
                let status = Some(status.as_u16());
                Outcome { duration: started.elapsed(), status, body, error, retry_after, ..outcome }
            }
            Err(error) => Outcome { duration: started.elapsed(), error: Some(reason(&error)), ..outcome },
        }
    }
}

fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<Duration> {
    use StatusCode as Status;
    if !matches!(response.status(), Status::TOO_MANY_REQUESTS | Status::SERVICE_UNAVAILABLE) {
        return None;
    }
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    schedule::retry_after(value, now)
}

/// The beginning of the answer. The status has been given: whatever happens to the rest changes nothing.
async fn read(response: &mut Response) -> Option<String> {
    let mut body = Vec::new();
    while body.len() < READ_AT_MOST
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(READ_AT_MOST);
    // Postgres keeps no zero bytes in a text.
    (!body.is_empty()).then(|| String::from_utf8_lossy(&body).replace('\0', "\u{fffd}"))
}

/// The innermost cause without the URL, whose query may hold a secret of the merchant.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", TIMEOUT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
