//! Deliveries: signed, retried, and not held up by others.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{delivery, endpoint, hurry, sql, verifies};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, Options, code, eventually};

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
    // The attempt is counted before it is made; its lease is shorter than the pause after it.
    eventually("the second retry to be planned", async || {
        let planned = "SELECT attempts = 2 AND next_attempt_at > now() + interval '1 minute' FROM deliveries";
        sqlx::query_scalar::<_, bool>(planned).fetch_one(&api.database.pool).await.unwrap()
    })
    .await;
    hurry(&api).await;
    let received = receiver.wait_for(3).await;
    assert!(received.iter().all(|event| event.id == received[0].id && event.body == received[0].body));
    assert!(received.iter().all(|event| verifies(event, &secret)));
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
}

#[tokio::test]
async fn after_the_last_attempt_it_has_failed() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Fails(StatusCode::BAD_GATEWAY, 100)).await;
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
    // Eight at once, and no more.
    slow.wait_for(8).await;
    let other = api.another_merchant().await;
    (api.merchant.key, api.merchant.address) = (other.key, other.address);
    let quick = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &quick.url).await;
    let started = Instant::now();
    api.authorized().await;
    quick.wait_for(1).await;
    // Those that hang are waited for longer, fifteen seconds.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_private_address_is_refused_when_it_is_connected_to() {
    let mut api = Api::start_with(Options { allow_private_webhooks: false, ..Options::default() }).await;
    for url in ["https://127.0.0.1/", "https://[::1]/", "http://example.com/", "https://10.0.0.1/"] {
        assert_eq!(
            code(api.post("/v1/endpoints", json!({ "url": url })).await).await,
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
async fn who_asks_to_be_left_alone_is_left_alone() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Asks(3600)).await;
    endpoint(&api, &receiver.url).await;
    api.authorized().await;
    eventually("an error", async || delivery(&api).await.2.is_some()).await;
    let minutes: f64 =
        sqlx::query_scalar("SELECT extract(epoch FROM next_attempt_at - now())::float8 / 60 FROM deliveries")
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
    assert!((59.0..67.0).contains(&minutes), "{minutes}");
}

/// A dispatcher that was killed leaves what it had claimed with a lease.
#[tokio::test]
async fn what_a_killed_dispatcher_had_is_sent_again_when_its_lease_ends() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let secret = endpoint(&api, &receiver.url).await;
    api.authorized().await;
    let first = receiver.wait_for(1).await[0].clone();
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
    let killed = Instant::now();
    // As it stands when the process dies between the answer and the note of it.
    sql(&api, "UPDATE deliveries SET status = 'pending', next_attempt_at = now() + interval '2 seconds'")
        .await;
    let again = receiver.wait_for(2).await[1].clone();
    assert!(killed.elapsed() > Duration::from_millis(1_500), "not within the lease");
    assert_eq!((&again.id, &again.body), (&first.id, &first.body));
    assert!(verifies(&again, &secret));
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
}

#[tokio::test]
async fn two_dispatchers_send_everything_once() {
    const PAYMENTS: usize = 60;
    let mut api = Api::start().await;
    let (_, stop) = api.another_process().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &receiver.url).await;
    for _ in 0..PAYMENTS {
        api.authorized().await;
    }
    receiver.wait_for(PAYMENTS).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut ids: Vec<String> = receiver.received().into_iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), PAYMENTS);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), PAYMENTS, "each once");
    stop.cancel();
}

#[tokio::test]
async fn a_backlog_goes_out_at_once_when_the_receiver_takes_it() {
    const EVENTS: i64 = 3_000;
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    endpoint(&api, &receiver.url).await;
    api.authorized().await;
    receiver.wait_for(1).await;
    sqlx::query(
        "WITH told AS (
             INSERT INTO events (id, merchant_id, sequence, type, payment_id, body, slot)
             SELECT 'evt_' || n, merchant_id, n, type, payment_id, body, slot FROM events, generate_series(2, $1) n
             RETURNING id, sequence
         )
         INSERT INTO deliveries (id, event_id, endpoint_id, sequence)
         SELECT 'dlv_' || t.sequence, t.id, n.id, t.sequence FROM told t, endpoints n",
    )
    .bind(EVENTS)
    .execute(&api.database.pool)
    .await
    .unwrap();
    let started = Instant::now();
    receiver.wait_for(EVENTS as usize).await;
    // In debug, on a busy machine; it is a guard against a pause between batches, and not a measurement.
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    let first: Vec<String> = receiver.received()[1..9].iter().map(|event| event.id.clone()).collect();
    assert!(first.contains(&"evt_2".to_owned()), "the oldest are begun first: {first:?}");
    eventually("all noted", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE status <> 'delivered'")
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
        open == 0
    })
    .await;
    assert_eq!(receiver.received().len(), EVENTS as usize);
}
