//! Telling merchants: endpoints, deliveries, events.

mod delivering;
mod endpoints;
mod events;
mod failing;
mod redelivery;
mod samples;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use hmac::{Hmac, Mac};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::receiver::Delivery;

/// Creates an endpoint.
async fn create(api: &Api, request: Value) -> Value {
    let response = api.post("/v1/endpoints", request).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json().await.unwrap()
}

/// Creates an endpoint that is told everything, and returns its secret.
async fn endpoint(api: &Api, url: &str) -> String {
    text(&create(api, json!({ "url": url })).await["secret"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The path of an endpoint.
fn path(endpoint: &Value) -> String {
    format!("/v1/endpoints/{}", text(&endpoint["id"]))
}

async fn shown(api: &Api, path: &str) -> Value {
    let response = api.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

/// Whether one of the signatures is a `v1` of this secret, as a merchant finds out after the specification.
fn verifies(delivery: &Delivery, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed(delivery).as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    delivery.signature.split(' ').any(|signature| signature == expected)
}

/// The same for `v1a` and a public key.
fn verifies_publicly(delivery: &Delivery, public_key: &str) -> bool {
    let bytes = STANDARD.decode(public_key.strip_prefix("whpk_").unwrap()).unwrap();
    let key = VerifyingKey::from_bytes(&bytes.try_into().unwrap()).unwrap();
    let signatures = delivery.signature.split(' ').filter_map(|signature| signature.strip_prefix("v1a,"));
    signatures
        .map(|signature| Signature::from_slice(&STANDARD.decode(signature).unwrap()).unwrap())
        .any(|signature| key.verify(signed(delivery).as_bytes(), &signature).is_ok())
}

fn signed(delivery: &Delivery) -> String {
    format!("{}.{}.{}", delivery.id, delivery.timestamp, delivery.body)
}

/// Makes every delivery due now.
async fn hurry(api: &Api) {
    sql(api, "UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending'").await;
}

async fn sql(api: &Api, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&api.database.pool).await.unwrap();
}

/// Status, attempts and error of the only delivery.
async fn delivery(api: &Api) -> (String, i32, Option<String>) {
    sqlx::query_as("SELECT status, attempts, error FROM deliveries")
        .fetch_one(&api.database.pool)
        .await
        .unwrap()
}
