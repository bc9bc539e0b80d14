//! What an answer says can be ordered.

use reqwest::StatusCode;
use serde_json::{Value, json};
use till_store::domain::TransactionKind;

use crate::support::{Api, code, ledger::After};

async fn available(api: &Api, id: &str) -> [String; 3] {
    let payment: Value = api.get(&format!("/v1/payments/{id}")).await.json().await.unwrap();
    let listed: Value = api.get("/v1/payments").await.json().await.unwrap();
    let data = listed["data"].as_array().unwrap();
    let same = data.iter().find(|listed| listed["id"] == id).unwrap();
    assert_eq!(same["available"], payment["available"], "in a list as alone");
    ["capture", "void", "refund"].map(|kind| payment["available"][kind]["value"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn nothing_can_be_ordered_of_what_is_not_paid() {
    let api = Api::start().await;
    let payment = api.payment().await;
    assert_eq!(available(&api, &payment.id).await, ["0.00", "0.00", "0.00"]);
}

#[tokio::test]
async fn what_is_under_way_is_not_available() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    assert_eq!(available(&api, &payment.id).await, ["25.00", "25.00", "0.00"]);
    let capture = format!("/v1/payments/{}/capture", payment.id);
    assert_eq!(api.post(&capture, json!({ "amount": "10.00" })).await.status(), StatusCode::ACCEPTED);
    assert_eq!(available(&api, &payment.id).await, ["15.00", "0.00", "0.00"]);
}

#[tokio::test]
async fn a_refund_is_limited_by_all_refunds_of_its_vault() {
    let mut api = Api::start().await;
    let first = api.captured().await;
    let second = api.captured().await;
    api.ledger.credit(&api.merchant.address, &second, 30_000_000, 4).await;
    assert_eq!(available(&api, &first.id).await, ["0.00", "0.00", "25.00"]);
    let refund = |id: &str| format!("/v1/payments/{id}/refund");
    assert_eq!(api.post(&refund(&second.id), json!({})).await.status(), StatusCode::ACCEPTED);
    assert_eq!(available(&api, &first.id).await, ["0.00", "0.00", "5.00"]);
    let more = api.post(&refund(&first.id), json!({ "amount": "5.000001" })).await;
    assert_eq!(code(more).await, "balance_too_small");
    assert_eq!(
        api.post(&refund(&first.id), json!({ "amount": "5.00" })).await.status(),
        StatusCode::ACCEPTED
    );
    assert_eq!(available(&api, &first.id).await, ["0.00", "0.00", "0.00"]);
}

#[tokio::test]
async fn a_dispute_leaves_the_void() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let until = api.ledger.clock + chrono::TimeDelta::hours(1);
    api.ledger.dispute(&payment, until).await;
    assert_eq!(available(&api, &payment.id).await, ["0.00", "25.00", "0.00"]);
}

#[tokio::test]
async fn expiries_end_what_is_available() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let after = After { capturable: 15_000_000, captured: 10_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Capture, "captured", 10_000_000, after).await;
    api.ledger.credit(&api.merchant.address, &payment, 10_000_000, 2).await;
    assert_eq!(available(&api, &payment.id).await, ["15.00", "15.00", "10.00"]);
    api.ledger.clock = payment.authorization_expires_at;
    api.ledger.tick().await;
    assert_eq!(available(&api, &payment.id).await, ["0.00", "15.00", "10.00"]);
    api.ledger.clock = payment.refund_expires_at;
    api.ledger.tick().await;
    assert_eq!(available(&api, &payment.id).await, ["0.00", "15.00", "0.00"]);
}

#[tokio::test]
async fn an_event_does_not_say_what_is_available() {
    let mut api = Api::start().await;
    api.authorized().await;
    let events: Value = api.get("/v1/events").await.json().await.unwrap();
    let payment = &events["data"][0]["data"]["payment"];
    assert_eq!(payment["status"], "authorized");
    assert_eq!(payment.get("available"), None);
}
