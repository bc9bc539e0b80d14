//! One event to an address of this machine, signed after Standard Webhooks as the gateway signs it.

use std::time::Duration;

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;
use solana_keypair::Keypair;
use standardwebhooks::Webhook;

/// As long as the gateway waits for an endpoint.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A new signing secret, `whsec_` and base64.
pub fn new_secret() -> String {
    // A key pair's seed is 32 bytes of the system's randomness.
    format!("whsec_{}", STANDARD.encode(Keypair::new().secret_bytes()))
}

pub struct Forwarder {
    http: reqwest::Client,
    url: String,
    webhook: Webhook,
}

impl Forwarder {
    pub fn new(url: String, secret: &str) -> Result<Self> {
        let webhook = Webhook::new(secret).context("the secret is whsec_ and base64")?;
        let http = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build()?, url, webhook })
    }

    /// Sends one event, and says what came of it. Nothing is tried again: who develops wants to see it.
    pub async fn forward(&self, id: &str, body: String) -> String {
        let timestamp = Utc::now().timestamp();
        let signature = match self.webhook.sign(id, timestamp, body.as_bytes()) {
            Ok(signature) => signature,
            Err(error) => return format!("[not signed: {error}]"),
        };
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(response) => format!("[{}]", response.status().as_u16()),
            Err(error) if error.is_timeout() => format!("[no answer within {} s]", TIMEOUT.as_secs()),
            Err(error) if error.is_connect() => "[nobody listens there]".to_owned(),
            Err(_) => "[the request failed]".to_owned(),
        }
    }
}
