//! One attempt: an HTTP request to a merchant's endpoint.

use std::time::Duration;

use anyhow::{Context, Result};
use chrono::Utc;
use reqwest::{Client, redirect};
use std::sync::Arc;

use super::{guard::Guard, signature};

/// How long an endpoint may take, from the connection to the last byte of the answer.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer is read, in bytes: enough for the connection to be used again.
const READ_AT_MOST: usize = 4096;

/// What an endpoint made of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why it does not count as delivered.
    pub error: Option<String>,
}

impl Outcome {
    fn failed(error: impl Into<String>) -> Self {
        Self { status: None, error: Some(error.into()) }
    }
}

/// What is sent, and where.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub url: &'a str,
    pub secret: &'a str,
    pub event_id: &'a str,
    pub body: &'a str,
}

/// Sends signed deliveries.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    guard: Guard,
}

impl Sender {
    pub fn new(guard: Guard) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("Till/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            // A proxy would resolve the name again, behind the guard's back.
            .no_proxy()
            .dns_resolver(Arc::new(guard))
            .build()
            .context("the webhook client cannot be built")?;
        Ok(Self { client, guard })
    }

    /// One attempt. Delivered is what is answered with 2xx.
    pub async fn send(&self, message: Message<'_>) -> Outcome {
        let url = match self.guard.check_url(message.url) {
            Ok(url) => url,
            Err(reason) => return Outcome::failed(format!("the URL is not allowed: {reason}")),
        };
        let timestamp = Utc::now().timestamp();
        let signature = match signature::sign(message.secret, message.event_id, timestamp, message.body) {
            Ok(signature) => signature,
            Err(error) => return Outcome::failed(error.to_string()),
        };
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", message.event_id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(message.body.to_owned());
        match request.send().await {
            Ok(mut response) => {
                let status = response.status();
                drain(&mut response).await;
                let error = (!status.is_success()).then(|| format!("the endpoint answered {status}"));
                Outcome { status: Some(status.as_u16()), error }
            }
            Err(error) => Outcome::failed(reason(&error)),
        }
    }
}

/// The status has been given; whatever happens to the rest of the answer changes nothing.
async fn drain(response: &mut reqwest::Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read >= READ_AT_MOST {
            return;
        }
    }
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
