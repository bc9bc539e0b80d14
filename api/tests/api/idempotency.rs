//! A request that is repeated has one effect and one answer.

use futures::future::join_all;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Api, code};

async fn count(api: &Api, table: &'static str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&api.database.pool).await.unwrap()
}

fn replayed(response: &Response) -> bool {
    response.headers().get("idempotent-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn the_same_request_gets_the_same_bytes() {
    let api = Api::start().await;
    let body = json!({ "amount": "25.00", "token": "USDC" });
    let first = api.post_with_key("/v1/payments", "order 1", body.clone()).await;
    assert!(!replayed(&first));
    let location = first.headers()["location"].clone();
    let first = first.bytes().await.unwrap();
    let second = api.post_with_key("/v1/payments", "order 1", body).await;
    assert!(replayed(&second));
    assert_eq!((second.status(), &second.headers()["location"]), (StatusCode::CREATED, &location));
    assert_eq!(second.bytes().await.unwrap(), first);
    assert_eq!(count(&api, "payments").await, 1);
}

#[tokio::test]
async fn twenty_at_once_make_one_payment() {
    let api = Api::start().await;
    let body = json!({ "amount": "25.00", "token": "USDC" });
    let requests = (0..20).map(|_| api.post_with_key("/v1/payments", "once", body.clone()));
    let answers = join_all(requests).await;
    assert_eq!(answers.iter().filter(|answer| !replayed(answer)).count(), 1);
    let bodies = join_all(answers.into_iter().map(Response::bytes)).await;
    let first = bodies[0].as_ref().unwrap();
    assert!(bodies.iter().all(|body| body.as_ref().unwrap() == first));
    assert_eq!(count(&api, "payments").await, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_merchant() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let capture = format!("/v1/payments/{}/capture", payment.id);
    let refund = format!("/v1/payments/{}/refund", payment.id);
    assert_eq!(api.post_with_key(&capture, "k", json!({})).await.status(), StatusCode::ACCEPTED);
    assert_eq!(code(api.post_with_key(&refund, "k", json!({})).await).await, "idempotency_mismatch");
    api.merchant.key = api.another_merchant().await.key;
    let body = json!({ "amount": "1", "token": "USDC" });
    assert_eq!(api.post_with_key("/v1/payments", "k", body).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_store_is_not_given_the_answer_of_another_one() {
    let mut api = Api::start().await;
    let second: Value = api.post("/v1/stores", json!({ "name": "Second" })).await.json().await.unwrap();
    let made = api.post("/v1/api-keys", json!({ "name": "till", "store": second["id"] })).await;
    let made: Value = made.json().await.unwrap();
    let body = json!({ "amount": "25.00", "token": "USDC" });
    let first: Value = api.post_with_key("/v1/payments", "order 1", body.clone()).await.json().await.unwrap();
    api.merchant.key = made["secret"].as_str().unwrap().to_owned();
    let other = api.post_with_key("/v1/payments", "order 1", body.clone()).await;
    assert!(!replayed(&other));
    let other: Value = other.json().await.unwrap();
    assert_ne!(first["id"], other["id"]);
    assert_eq!(other["store"], second["id"]);
    assert!(replayed(&api.post_with_key("/v1/payments", "order 1", body).await));
}

#[tokio::test]
async fn an_error_leaves_the_key_free() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let capture = format!("/v1/payments/{}/capture", payment.id);
    let early = api.post_with_key(&capture, "k", json!({})).await;
    assert_eq!(code(early).await, "payment_not_authorized");
    api.ledger.authorize(&api.merchant.address, &payment, &api.mint).await;
    assert_eq!(api.post_with_key(&capture, "k", json!({})).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn an_operation_ordered_twenty_times_is_one() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = format!("/v1/payments/{}/refund", payment.id);
    let requests = (0..20).map(|_| api.post_with_key(&refund, "refund 1", json!({ "amount": "5.00" })));
    let answers = join_all(requests).await;
    assert!(answers.iter().all(|answer| answer.status() == StatusCode::ACCEPTED));
    let bodies = join_all(answers.into_iter().map(Response::bytes)).await;
    let first = bodies[0].as_ref().unwrap();
    assert!(bodies.iter().all(|body| body.as_ref().unwrap() == first));
    let order: Value = serde_json::from_slice(first).unwrap();
    api.wait_for_status(order["id"].as_str().unwrap(), "sent").await;
    assert_eq!(api.rpc.node().transactions().len(), 1);
}

#[tokio::test]
async fn an_operation_whose_answer_was_never_given_is_answered_later() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = format!("/v1/payments/{}/refund", payment.id);
    let first = api.post_with_key(&refund, "k", json!({})).await.bytes().await.unwrap();
    // As a process leaves it that dies between the record and the answer.
    sqlx::query("UPDATE idempotency_keys SET status = NULL, body = NULL")
        .execute(&api.database.pool)
        .await
        .unwrap();
    let second = api.post_with_key(&refund, "k", json!({})).await;
    assert!(replayed(&second));
    let (first, second): (Value, Value) =
        (serde_json::from_slice(&first).unwrap(), second.json().await.unwrap());
    assert_eq!(first["id"], second["id"]);
}
