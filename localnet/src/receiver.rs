//! The demo merchant's server: receives webhooks, verifies them with the public Standard Webhooks
//! library, and keeps them in a file for whoever wants to look.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A webhook that was received and verified.
#[derive(Clone, Debug)]
pub struct Received {
    /// The `webhook-id`: the same for every attempt.
    pub id: String,
    pub body: Value,
}

struct Receiver {
    secret: Webhook,
    log: Mutex<File>,
    received: mpsc::UnboundedSender<Received>,
}

/// Listens until `stop`, and hands over what arrived and verified. `log` gets a line of JSON for
/// each delivery: its headers, its body, and whether it verified.
pub async fn start(
    port: u16,
    secret: &str,
    log: &Path,
    stop: CancellationToken,
) -> anyhow::Result<mpsc::UnboundedReceiver<Received>> {
    let (sender, received) = mpsc::unbounded_channel();
    let log =
        OpenOptions::new().create(true).append(true).open(log).context("cannot write the webhook log")?;
    let secret = Webhook::new(secret).context("the webhook secret is not one")?;
    let receiver = Arc::new(Receiver { secret, log: Mutex::new(log), received: sender });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let router = Router::new().route("/webhooks", post(receive)).with_state(receiver);
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the webhook receiver ended");
        }
    });
    Ok(received)
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let verified = receiver.secret.verify(&body, &headers).is_ok();
    let text = String::from_utf8_lossy(&body);
    let signed: HashMap<_, _> = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("webhook-"))
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let line = json!({ "verified": verified, "headers": signed, "body": text });
    let kept = receiver.log.lock().expect("the log").write_all(format!("{line}\n").as_bytes()).is_ok();

    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_string();
    match serde_json::from_str(&text) {
        Ok(body) if verified && kept => {
            // nobody listens any more when the demo has ended: the webhook is in the log all the same
            let _ = receiver.received.send(Received { id, body });
            StatusCode::NO_CONTENT
        }
        _ if !verified => StatusCode::UNAUTHORIZED,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
