//! A merchant's own risk service.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Json, Router, routing};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, rule};
use crate::support::{Api, code};

/// What came, and what is answered; nothing answers never.
#[derive(Clone)]
struct Service {
    url: String,
    answer: Arc<Mutex<Option<Value>>>,
    asked: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Service {
    async fn start(answer: Option<Value>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/risk", listener.local_addr().unwrap());
        let service = Self { url, answer: Arc::new(Mutex::new(answer)), asked: Arc::default() };
        let app = Router::new().route("/risk", routing::post(assess)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        service
    }

    fn says(&self, answer: Option<Value>) {
        *self.answer.lock().unwrap() = answer;
    }
}

async fn assess(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    service.asked.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
    let answer = service.answer.lock().unwrap().clone();
    match answer {
        Some(answer) => Json(answer),
        None => std::future::pending().await,
    }
}

#[tokio::test]
async fn a_hook_is_asked_with_a_signature_and_its_verdict_counts() {
    let api = Api::start().await;
    let service = Service::start(Some(json!({ "outcome": "block", "reasons": ["known thief"] }))).await;
    let made = rule(&api, "allow", json!({ "kind": "risk_hook", "url": service.url })).await;
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(code(ask(&api, "5", json!({ "email": "eve@bad.example" })).await).await, "payment_blocked");

    let (headers, body) = service.asked.lock().unwrap()[0].clone();
    let webhook = standardwebhooks::Webhook::new(secret).unwrap();
    webhook.verify(body.as_bytes(), &headers).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["type"], &body["moment"]), (&json!("risk.assessment"), &json!("creation")));
    assert_eq!(body["facts"]["customer"]["email"], "eve@bad.example");

    let kept = super::decisions(&api).await;
    assert_eq!(kept[0]["reasons"][0]["detail"], "known thief");
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let shown: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!(shown["secret"], Value::Null, "shown once");
}

#[tokio::test]
async fn a_hooks_secret_is_in_no_kept_answer() {
    let api = Api::start().await;
    let condition = json!({ "kind": "risk_hook", "url": "http://127.0.0.1:9/risk" });
    let body = json!({ "name": "risk", "outcome": "allow", "condition": condition });
    let first: Value = api.post_with_key("/v1/rules", "k", body.clone()).await.json().await.unwrap();
    assert!(first["secret"].as_str().unwrap().starts_with("whsec_"));
    let again: Value = api.post_with_key("/v1/rules", "k", body).await.json().await.unwrap();
    assert_eq!((&again["id"], &again["secret"]), (&first["id"], &Value::Null));
    let details: Value = sqlx::query_scalar("SELECT details FROM audit_log WHERE action = 'rule.create'")
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(details["name"], "risk");
    assert!(!details.to_string().contains("127.0.0.1"));
}

#[tokio::test]
async fn a_score_is_for_other_rules_to_judge() {
    let api = Api::start().await;
    let service = Service::start(Some(json!({ "score": 79 }))).await;
    rule(&api, "block", json!({ "kind": "risk_hook", "url": service.url })).await;
    rule(&api, "block", json!({ "kind": "score", "at_least": 80 })).await;
    let payment: Value = ask(&api, "5", json!({})).await.json().await.unwrap();
    assert_eq!(payment["decision"], json!({ "outcome": "allow", "score": 79, "reasons": [] }));
    service.says(Some(json!({ "score": 80 })));
    assert_eq!(code(ask(&api, "5", json!({})).await).await, "payment_blocked");
}

#[tokio::test]
async fn a_hook_that_hangs_fails_open_or_closed_within_its_time() {
    let api = Api::start().await;
    let service = Service::start(None).await;
    let made = rule(&api, "allow", json!({ "kind": "risk_hook", "url": service.url })).await;
    let started = Instant::now();
    assert_eq!(ask(&api, "5", json!({})).await.status(), StatusCode::CREATED);
    assert!(started.elapsed() >= Duration::from_secs(2) && started.elapsed() < Duration::from_secs(10));
    let closed = json!({
        "name": "closed", "outcome": "block", "condition": { "kind": "risk_hook", "url": service.url },
    });
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let changed: Value = api.put(&path, closed).await.json().await.unwrap();
    assert_eq!(changed["secret"], Value::Null, "the secret stays the same");
    assert_eq!(code(ask(&api, "5", json!({})).await).await, "payment_blocked");
}
