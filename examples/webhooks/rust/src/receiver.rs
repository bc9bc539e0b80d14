//! A receiver of Till's webhooks.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing};
use standardwebhooks::Webhook;

pub struct Receiver {
    pub webhook: Webhook,
    /// In production: a table with the id as its key, written in the transaction of the effect.
    pub seen: Mutex<HashSet<String>>,
}

pub fn router(receiver: Arc<Receiver>) -> Router {
    Router::new().route("/", routing::post(receive)).with_state(receiver)
}

/// `body` is the bytes as they came: a body that was parsed and written again is another body.
async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if receiver.webhook.verify(&body, &headers).is_err() {
        return StatusCode::BAD_REQUEST;
    }
    let Ok(event) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let (id, kind) = (event["id"].as_str().unwrap_or_default(), event["type"].as_str().unwrap_or_default());
    // The same event can come more than once, under the same id.
    if receiver.seen.lock().expect("nobody panics").insert(id.to_owned()) {
        println!("{kind} {id}");
    }
    StatusCode::NO_CONTENT
}
