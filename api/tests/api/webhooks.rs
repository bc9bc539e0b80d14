//! Deliveries: signed, retried, and not held up by others.

use std::time::Duration;

use hmac::{Hmac, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::gateway::deliveries;

use crate::support::receiver::{Behaviour, Delivery, Receiver};
use crate::support::{Api, Options, code, eventually};

async fn endpoint(api: &Api, url: &str) -> String {
    let response = api.put("/v1/endpoint", json!({ "url": url })).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json::<Value>().await.unwrap()["secret"].as_str().unwrap().to_owned()
}

/// As a merchant verifies it, after the specification.
fn verifies(delivery: &Delivery, secret: &str) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{}", delivery.id, delivery.timestamp, delivery.body).as_bytes());
    delivery.signature == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Makes every delivery due now.
async fn hurry(api: &Api) {
    sqlx::query("UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending'")
        .execute(&api.database.pool)
        .await
        .unwrap();
}

async fn delivery(api: &Api) -> (String, i32, Option<String>) {
    sqlx::query_as("SELECT status, attempts, error FROM deliveries")
        .fetch_one(&api.database.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_event_arrives_signed_and_once() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let secret = endpoint(&api, &receiver.url).await;
    let payment = api.authorized().await;
    let [event] = &receiver.wait_for(1).await[..] else { panic!("one delivery") };
    assert!(verifies(event, &secret));
    let body: Value = serde_json::from_str(&event.body).unwrap();
    assert_eq!((&body["type"], &body["id"]), (&json!("payment.authorized"), &json!(event.id)));
    assert_eq!(body["data"]["payment"]["id"], payment.id);
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again_with_the_same_id() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Fails(StatusCode::INTERNAL_SERVER_ERROR, 2)).await;
    let secret = endpoint(&api, &receiver.url).await;
    api.authorized().await;
    receiver.wait_for(1).await;
    eventually("the first retry to be planned", async || delivery(&api).await.2.is_some()).await;
    let (status, attempts, error) = delivery(&api).await;
    assert_eq!((status.as_str(), attempts), ("pending", 1));
    assert!(error.unwrap().contains("500"));
    // The first retry comes by itself, after five seconds.
    receiver.wait_for(2).await;
    eventually("the second retry to be planned", async || delivery(&api).await.1 == 2).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    hurry(&api).await;
    let received = receiver.wait_for(3).await;
    assert!(received.iter().all(|event| event.id == received[0].id && event.body == received[0].body));
    assert!(received.iter().all(|event| verifies(event, &secret)));
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
}

#[tokio::test]
async fn after_the_last_attempt_it_has_failed() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Fails(StatusCode::GONE, 100)).await;
    endpoint(&api, &receiver.url).await;
    api.authorized().await;
    receiver.wait_for(1).await;
    eventually("an error", async || delivery(&api).await.2.is_some()).await;
    sqlx::query("UPDATE deliveries SET attempts = 9, next_attempt_at = now()")
        .execute(&api.database.pool)
        .await
        .unwrap();
    eventually("failed", async || delivery(&api).await.0 == "failed").await;
    assert_eq!(delivery(&api).await.1, 10);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Redirects).await;
    endpoint(&api, &receiver.url).await;
    api.authorized().await;
    eventually("an error", async || delivery(&api).await.2.is_some()).await;
    assert!(delivery(&api).await.2.unwrap().contains("307"));
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn an_endpoint_that_hangs_holds_up_nobody() {
    let mut api = Api::start().await;
    let slow = Receiver::start(Behaviour::Hangs).await;
    endpoint(&api, &slow.url).await;
    for _ in 0..12 {
        api.authorized().await;
    }
    slow.wait_for(8).await;
    // What waits for the slow one alone is nothing to wake up for.
    hurry(&api).await;
    let slow_id: String =
        sqlx::query_scalar("SELECT id FROM endpoints").fetch_one(&api.database.pool).await.unwrap();
    let due = |busy: Vec<String>| {
        let pool = api.database.pool.clone();
        async move { deliveries::next_due(&pool, &busy).await.unwrap() }
    };
    assert_eq!(due(vec![]).await, Some(Duration::ZERO));
    assert_eq!(due(vec![slow_id]).await, None);
    let other = api.another_merchant().await;
    (api.merchant.key, api.merchant.address) = (other.key, other.address);
    let quick = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &quick.url).await;
    let started = std::time::Instant::now();
    api.authorized().await;
    quick.wait_for(1).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_private_address_is_refused_when_it_is_connected_to() {
    let mut api = Api::start_with(Options { allow_private_webhooks: false, ..Options::default() }).await;
    for url in ["https://127.0.0.1/", "https://[::1]/", "http://example.com/", "https://10.0.0.1/"] {
        assert_eq!(
            code(api.put("/v1/endpoint", json!({ "url": url })).await).await,
            "url_not_allowed",
            "{url}"
        );
    }
    // A name tells nothing until it is resolved.
    endpoint(&api, "https://localhost/hook").await;
    api.authorized().await;
    eventually("an error", async || delivery(&api).await.2.is_some()).await;
    assert_eq!(delivery(&api).await.2.as_deref(), Some("the name leads to no public address"));
}

#[tokio::test]
async fn an_endpoint_moves_and_its_secret_stays_until_it_is_rotated() {
    let mut api = Api::start().await;
    let old = Receiver::start(Behaviour::Takes).await;
    let secret = endpoint(&api, &old.url).await;
    let new = Receiver::start(Behaviour::Takes).await;
    let moved = api.put("/v1/endpoint", json!({ "url": new.url })).await;
    assert_eq!(moved.status(), StatusCode::OK);
    let moved: Value = moved.json().await.unwrap();
    assert_eq!((&moved["url"], moved.get("secret")), (&json!(new.url), None));
    let shown: Value = api.get("/v1/endpoint").await.json().await.unwrap();
    assert_eq!(shown, moved);

    api.authorized().await;
    assert!(verifies(&new.wait_for(1).await[0], &secret));
    let rotated: Value = api.post("/v1/endpoint/rotate-secret", json!({})).await.json().await.unwrap();
    api.authorized().await;
    assert!(verifies(&new.wait_for(2).await[1], rotated["secret"].as_str().unwrap()));
    assert!(old.received().is_empty());

    let deleted = api.request(Method::DELETE, "/v1/endpoint").send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(api.get("/v1/endpoint").await).await, "endpoint_not_found");
}

#[tokio::test]
async fn events_can_be_read_without_a_gap() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &receiver.url).await;
    for _ in 0..5 {
        let payment = api.payment().await;
        api.ledger.authorize(&api.merchant.address, &payment, &Pubkey::new_unique()).await;
    }
    let page = async |query: &str| -> (Vec<i64>, i64, String) {
        let text = api.get(&format!("/v1/events?{query}")).await.text().await.unwrap();
        let page: Value = serde_json::from_str(&text).unwrap();
        let sequences =
            page["data"].as_array().unwrap().iter().map(|event| event["sequence"].as_i64().unwrap());
        (sequences.collect(), page["last_sequence"].as_i64().unwrap(), text)
    };
    let (first, last, _) = page("limit=3").await;
    let (second, end, _) = page(&format!("after={last}&limit=3")).await;
    assert_eq!([first, second].concat(), [1, 2, 3, 4, 5]);
    let (none, still, _) = page(&format!("after={end}")).await;
    assert_eq!((none, still), (vec![], 5));
    let (.., text) = page("after=0").await;
    for event in receiver.wait_for(5).await {
        assert!(text.contains(&event.body), "the same bytes as in the webhook");
    }
}
