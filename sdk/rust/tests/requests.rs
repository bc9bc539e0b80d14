//! Requests as they go out, against a server that answers what a test wants: the real API does not fail on request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use futures::TryStreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use till_client::types::{PaymentRequest, PaymentStatus};
use till_client::{Error, EventFilter, Operation, Patience, PaymentFilter, Till};

struct Seen {
    target: String,
    headers: HeaderMap,
    body: Value,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Answers with each of the replies in turn, and with the last one for ever.
async fn serve(replies: Vec<(u16, Value)>) -> (Till, Arc<Mutex<Vec<Seen>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let answer = move |request: Request| {
        let (log, replies) = (log.clone(), replies.clone());
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let mut log = log.lock().unwrap();
            log.push(Seen { target: parts.uri.to_string(), headers: parts.headers, body });
            let (status, body) = replies[(log.len() - 1).min(replies.len() - 1)].clone();
            (StatusCode::from_u16(status).unwrap(), [("retry-after", "0")], axum::Json(body))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (Till::new(&url, "till_sk_x"), seen)
}

fn payment(id: &str, status: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api/openapi.json");
    let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let created = &document["paths"]["/v1/payments"]["post"]["responses"]["201"];
    let mut payment = created["content"]["application/json"]["example"].clone();
    payment["id"] = json!(id);
    payment["status"] = json!(status);
    payment
}

fn request() -> PaymentRequest {
    PaymentRequest { amount: "25.00".into(), token: Some("USDC".into()), ..Default::default() }
}

#[tokio::test]
async fn a_write_that_failed_in_passing_is_sent_again_with_the_same_key_and_body() {
    let (till, seen) =
        serve(vec![(503, json!({})), (429, json!({})), (201, payment("pay_1", "created"))]).await;
    assert_eq!(till.payments().create(&request(), None).await.unwrap().id, "pay_1");
    till.payments().create(&request(), Some("order-7")).await.unwrap();
    let seen = seen.lock().unwrap();
    let keys: Vec<&str> = seen.iter().map(|seen| seen.header("idempotency-key")).collect();
    assert_eq!(keys[0].len(), 32);
    assert_eq!(keys, [keys[0], keys[0], keys[0], "order-7"]);
    for seen in seen.iter() {
        assert_eq!(seen.body, json!({ "amount": "25.00", "token": "USDC" }));
        assert_eq!(seen.header("authorization"), "Bearer till_sk_x");
    }
}

#[tokio::test]
async fn what_could_have_an_effect_twice_is_not_sent_twice() {
    let (till, seen) = serve(vec![(503, json!({}))]).await;
    let answer = till.send::<Value>(Method::POST, "/v1/api-keys", &json!({ "name": "till 2" })).await;
    assert!(matches!(answer, Err(Error::Status(status)) if status == 503));
    assert_eq!(seen.lock().unwrap().len(), 1);

    let impatient = till.with_patience(Patience { retries: 0 });
    assert!(impatient.payments().refund("pay_1", &Operation::of("5.00")).await.is_err());
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_problem_is_an_error_with_its_code() {
    let problem = json!({
        "type": "/problems/amount_invalid", "title": "The amount is not valid", "status": 400, "code": "amount_invalid",
        "detail": "more than two decimals", "message": "more than two decimals", "request_id": "req_7",
    });
    let (till, seen) = serve(vec![(400, problem)]).await;
    let error = till.payments().create(&request(), None).await.unwrap_err();
    assert_eq!(error.code(), Some("amount_invalid"));
    assert_eq!(error.to_string(), "more than two decimals (amount_invalid, request req_7)");
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn pages_are_fetched_as_they_are_needed() {
    let page = |ids: &[&str], next: Option<&str>| {
        let data: Vec<Value> = ids.iter().map(|id| payment(id, "captured")).collect();
        (200, json!({ "data": data, "next_cursor": next }))
    };
    let (till, seen) =
        serve(vec![page(&["pay_3", "pay_2"], Some("c2")), page(&[], Some("c3")), page(&["pay_1"], None)])
            .await;
    let filter = PaymentFilter { status: Some(PaymentStatus::Captured), ..Default::default() };
    let payments: Vec<_> = till.payments().list(filter).try_collect().await.unwrap();
    assert_eq!(
        payments.iter().map(|payment| &payment.id[..]).collect::<Vec<_>>(),
        ["pay_3", "pay_2", "pay_1"]
    );
    let targets: Vec<String> = seen.lock().unwrap().iter().map(|seen| seen.target.clone()).collect();
    let expected =
        ["", "&cursor=c2", "&cursor=c3"].map(|cursor| format!("/v1/payments?status=captured{cursor}"));
    assert_eq!(targets, expected);
}

#[tokio::test]
async fn events_are_read_to_their_end_also_over_what_a_filter_leaves_out() {
    let event = json!({
        "id": "evt_1", "type": "new.thing", "timestamp": "2026-11-21T12:00:00Z", "merchant": "mer_1", "sequence": 104,
        "data": { "of": "a later version" },
    });
    let page = |data: Vec<&Value>, last: i64| (200, json!({ "data": data, "last_sequence": last }));
    let (till, seen) = serve(vec![page(vec![], 100), page(vec![&event], 104), page(vec![], 104)]).await;
    let filter = EventFilter { after: 3, types: Some("new.*".into()), ..Default::default() };
    let events: Vec<_> = till.events().list(filter).try_collect().await.unwrap();
    assert_eq!(events.len(), 1);
    assert!(events[0].payment().is_none());
    let targets: Vec<String> = seen.lock().unwrap().iter().map(|seen| seen.target.clone()).collect();
    assert_eq!(targets, [3, 100, 104].map(|after| format!("/v1/events?after={after}&types=new.*")));
}

#[tokio::test]
async fn a_payment_is_waited_for_and_not_for_ever() {
    let (till, _) =
        serve(vec![(200, payment("pay_1", "created")), (200, payment("pay_1", "captured"))]).await;
    let wait_for = async |status, patience| till.payments().wait_for("pay_1", &[status], patience).await;
    let captured = wait_for(PaymentStatus::Captured, Duration::from_secs(60)).await;
    assert_eq!(captured.unwrap().id, "pay_1");
    let error = wait_for(PaymentStatus::Refunded, Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, Error::NotInTime { status: PaymentStatus::Captured, .. }), "{error}");
}
