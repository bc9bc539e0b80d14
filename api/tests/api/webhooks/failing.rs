//! Endpoints that take nothing: the circuit, the pause, the way back.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{create, hurry, path, shown, sql};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, eventually};

const BROKEN: Behaviour = Behaviour::Fails(StatusCode::INTERNAL_SERVER_ERROR, 1_000);

/// An endpoint whose circuit is open, with twelve deliveries that wait.
async fn open(api: &mut Api, receiver: &Receiver) -> Value {
    let made = create(api, json!({ "url": receiver.url })).await;
    for _ in 0..12 {
        api.authorized().await;
    }
    eventually("the circuit to open", async || {
        hurry(api).await;
        shown(api, &path(&made)).await["next_probe_at"].is_string()
    })
    .await;
    made
}

/// Waits until what was claimed before the circuit opened has been sent, and the end of it noted.
async fn under_way_has_ended(api: &Api) {
    // A claim that began before holds a lock that this one waits for.
    sql(api, "BEGIN; LOCK TABLE deliveries IN SHARE MODE; COMMIT").await;
    eventually("the end of what is under way", async || {
        let noted =
            "SELECT (SELECT count(*) FROM delivery_attempts) = (SELECT sum(attempts) FROM deliveries)";
        sqlx::query_scalar::<_, bool>(noted).fetch_one(&api.database.pool).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn ten_failures_open_the_circuit_and_one_success_closes_it() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(BROKEN).await;
    let made = open(&mut api, &receiver).await;
    let failing = shown(&api, &path(&made)).await;
    assert_eq!(failing["status"], "failing");
    assert!(failing["failures"].as_i64().unwrap() >= 10 && failing["failing_since"].is_string());

    // However much is due, nothing is sent before the probe.
    under_way_has_ended(&api).await;
    let before = receiver.received().len();
    hurry(&api).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.received().len(), before);

    sql(&api, "UPDATE endpoints SET probe_at = now()").await;
    eventually("the probe", async || receiver.received().len() == before + 1).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.received().len(), before + 1, "one attempt");

    receiver.set(Behaviour::Takes);
    hurry(&api).await;
    sql(&api, "UPDATE endpoints SET probe_at = now()").await;
    eventually("everything delivered", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE status <> 'delivered'")
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
        open == 0
    })
    .await;
    let well = shown(&api, &path(&made)).await;
    assert_eq!((&well["status"], &well["next_probe_at"]), (&json!("active"), &Value::Null));
}

#[tokio::test]
async fn after_three_days_of_failures_it_is_paused_and_the_others_are_told() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(BROKEN).await;
    let other = Receiver::start(Behaviour::Takes).await;
    create(&api, json!({ "url": other.url, "types": ["endpoint.paused"] })).await;
    let made = open(&mut api, &receiver).await;
    sql(
        &api,
        "UPDATE endpoints SET failing_since = now() - interval '3 days', probe_at = now() WHERE failures > 0",
    )
    .await;
    hurry(&api).await;
    let told = other.wait_for(1).await;
    let event: Value = serde_json::from_str(&told[0].body).unwrap();
    assert_eq!((&event["type"], &event["data"]["endpoint"]), (&json!("endpoint.paused"), &made["id"]));
    assert_eq!(event["data"]["reason"], "failing");
    assert!(event["data"]["last_error"].as_str().unwrap().contains("500"));
    let paused = shown(&api, &path(&made)).await;
    assert_eq!((&paused["status"], &paused["paused_reason"]), (&json!("paused"), &json!("failing")));
    let read = shown(&api, "/v1/events?types=endpoint.*").await;
    assert_eq!(read["data"], json!([event]), "and in the list of events");

    // What happens meanwhile waits, and comes when it is resumed: all but the word of its own pause.
    under_way_has_ended(&api).await;
    let before = receiver.received().len();
    api.authorized().await;
    hurry(&api).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.received().len(), before);
    receiver.set(Behaviour::Takes);
    let resumed = api.post(&format!("{}/resume", path(&made)), json!({})).await;
    assert_eq!(resumed.json::<Value>().await.unwrap()["status"], "active");
    let received = receiver.wait_for(before + 13).await;
    assert!(received.iter().all(|event| !event.body.contains("endpoint.paused")));
}

#[tokio::test]
async fn who_is_gone_is_paused_at_once() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Fails(StatusCode::GONE, 1)).await;
    let made = create(&api, json!({ "url": receiver.url })).await;
    api.authorized().await;
    eventually("paused", async || shown(&api, &path(&made)).await["paused_reason"] == "gone").await;
    hurry(&api).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_merchant_pauses_and_resumes() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let made = create(&api, json!({ "url": receiver.url })).await;
    for _ in 0..2 {
        let paused: Value =
            api.post(&format!("{}/pause", path(&made)), json!({})).await.json().await.unwrap();
        assert_eq!((&paused["status"], &paused["paused_reason"]), (&json!("paused"), &json!("requested")));
    }
    let told = shown(&api, "/v1/events").await;
    assert_eq!(told["data"].as_array().unwrap().len(), 1, "told once");
    api.authorized().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(receiver.received().is_empty());
    api.post(&format!("{}/resume", path(&made)), json!({})).await;
    assert!(receiver.wait_for(1).await[0].body.contains("payment.authorized"));
}
