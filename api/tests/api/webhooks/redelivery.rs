//! The log of deliveries, having them made again, and test events.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use till_store::domain::EVENT_TYPES;

use super::{create, delivery, path, shown, sql, text, verifies};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, code, eventually};

#[tokio::test]
async fn the_log_shows_what_was_sent_and_answered() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Fails(StatusCode::INTERNAL_SERVER_ERROR, 1)).await;
    let made = create(&api, json!({ "url": receiver.url })).await;
    api.authorized().await;
    // The first retry comes by itself, after five seconds.
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
    let log = format!("{}/deliveries", path(&made));
    let page = shown(&api, &log).await;
    let [listed] = &page["data"].as_array().unwrap()[..] else { panic!("one") };
    assert_eq!((&listed["status"], &listed["attempts"]), (&json!("delivered"), &json!(2)));
    assert_eq!(shown(&api, &format!("{log}?status=failed")).await["data"], json!([]));

    let details = shown(&api, &format!("/v1/deliveries/{}", text(&listed["id"]))).await;
    let received = receiver.received();
    assert_eq!(details["request_body"], serde_json::from_str::<Value>(&received[0].body).unwrap());
    let attempts = details["attempts_made"].as_array().unwrap();
    assert_eq!(attempts.len(), 2);
    for (attempt, request) in attempts.iter().zip(&received) {
        assert_eq!(attempt["request_headers"]["webhook-id"], request.id);
        assert_eq!(attempt["request_headers"]["webhook-timestamp"], request.timestamp.to_string());
        assert!(!attempt.to_string().contains("v1,"), "no signature");
    }
    assert_eq!(attempts[0]["response_status"], 500);
    assert_eq!(attempts[0]["response_body"], "the receiver says 500 Internal Server Error");
    assert_eq!((&attempts[1]["response_status"], &attempts[1]["error"]), (&json!(204), &Value::Null));

    api.merchant.key = api.another_merchant().await.key;
    let theirs = api.get(&format!("/v1/deliveries/{}", text(&listed["id"]))).await;
    assert_eq!(code(theirs).await, "delivery_not_found");
}

#[tokio::test]
async fn the_log_has_pages_newest_first() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let made = create(&api, json!({ "url": receiver.url })).await;
    for _ in 0..5 {
        api.authorized().await;
    }
    let log = format!("{}/deliveries?limit=2", path(&made));
    let mut page = shown(&api, &log).await;
    let mut sequences = Vec::new();
    loop {
        sequences
            .extend(page["data"].as_array().unwrap().iter().map(|one| one["sequence"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        page = shown(&api, &format!("{log}&cursor={cursor}")).await;
    }
    assert_eq!(sequences, [5, 4, 3, 2, 1]);
    assert_eq!(code(api.get(&format!("{log}&cursor=x")).await).await, "cursor_invalid");
}

#[tokio::test]
async fn a_delivery_is_made_again_with_all_its_retries() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    create(&api, json!({ "url": receiver.url })).await;
    api.authorized().await;
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
    // As if it had been given up.
    sql(&api, "UPDATE deliveries SET status = 'failed', attempts = 10, delivered_at = NULL").await;
    let id: String =
        sqlx::query_scalar("SELECT id FROM deliveries").fetch_one(&api.database.pool).await.unwrap();
    receiver.set(Behaviour::Fails(StatusCode::BAD_GATEWAY, 1));
    let redeliver = format!("/v1/deliveries/{id}/redeliver");
    let again = api.post(&redeliver, json!({})).await;
    assert_eq!(again.status(), StatusCode::ACCEPTED);
    assert_eq!(again.json::<Value>().await.unwrap()["status"], "pending");
    // It fails once more, and is retried after five seconds as a new one is.
    let received = receiver.wait_for(3).await;
    assert!(received.iter().all(|one| one.id == received[0].id && one.body == received[0].body));
    eventually("delivered", async || delivery(&api).await.0 == "delivered").await;
    assert_eq!(delivery(&api).await.1, 12);

    sql(
        &api,
        "UPDATE deliveries SET status = 'pending', error = NULL, next_attempt_at = now() + interval '1 day'",
    )
    .await;
    api.post(&redeliver, json!({})).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(receiver.received().len(), 3, "one that is under way is not sent beside itself");
}

#[tokio::test]
async fn a_replay_brings_what_was_taken_and_what_was_never_sent() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    api.captured().await;
    let made = create(&api, json!({ "url": receiver.url })).await;
    api.captured().await;
    receiver.wait_for(2).await;
    eventually("noted", async || {
        let log = shown(&api, &format!("{}/deliveries?status=delivered", path(&made))).await;
        log["data"].as_array().unwrap().len() == 2
    })
    .await;
    let replay = format!("{}/replay", path(&made));
    let request = json!({ "after": 1 });
    let answered: Value = api.post_with_key(&replay, "once", request.clone()).await.json().await.unwrap();
    assert_eq!(answered, json!({ "scheduled": 3, "after": 1, "until": 4 }));
    let received = receiver.wait_for(5).await;
    let mut sequences: Vec<i64> = received[2..]
        .iter()
        .map(|one| serde_json::from_str::<Value>(&one.body).unwrap()["sequence"].as_i64().unwrap())
        .collect();
    sequences.sort();
    assert_eq!(sequences, [2, 3, 4]);
    let again: Value = api.post_with_key(&replay, "once", request).await.json().await.unwrap();
    assert_eq!(again, answered);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.received().len(), 5, "the same key, one replay");

    assert_eq!(code(api.post(&replay, json!({ "after": -1 })).await).await, "validation_failed");
    sql(
        &api,
        "INSERT INTO events (id, merchant_id, sequence, type, body, slot)
         SELECT 'evt_far', id, 20000, 'payment.captured', '{}', 0 FROM merchants",
    )
    .await;
    assert_eq!(code(api.post(&replay, json!({ "after": 0 })).await).await, "validation_failed");
}

#[tokio::test]
async fn a_test_event_is_signed_marked_and_answered_for() {
    let api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let made = create(&api, json!({ "url": receiver.url, "types": ["payment.refunded"] })).await;
    let test = format!("{}/test", path(&made));
    for (kind, _) in EVENT_TYPES {
        let said: Value = api.post(&test, json!({ "type": kind })).await.json().await.unwrap();
        assert_eq!((&said["delivered"], &said["response_status"]), (&json!(true), &json!(204)), "{kind}");
        let sent = receiver.received().pop().unwrap();
        assert!(verifies(&sent, &text(&made["secret"])));
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        assert_eq!((&body["type"], &body["test"]), (&json!(kind), &json!(true)));
        assert_eq!(said["request_body"], body);
    }
    receiver.set(Behaviour::Fails(StatusCode::IM_A_TEAPOT, 1));
    let said: Value = api.post(&test, json!({})).await.json().await.unwrap();
    assert_eq!((&said["delivered"], &said["response_status"]), (&json!(false), &json!(418)));
    assert_eq!(code(api.post(&test, json!({ "type": "payment.eaten" })).await).await, "validation_failed");
    assert_eq!(shown(&api, "/v1/events").await["data"], json!([]), "nothing has happened");
    assert_eq!(shown(&api, &path(&made)).await["failures"], 0, "and it counts for nothing");
}
