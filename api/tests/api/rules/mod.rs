//! Rules: what is let through, what is looked at, what is refused.

mod counting;
mod hooks;
mod lists;
mod reviews;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, code};

/// Makes a rule, and returns it.
async fn rule(api: &Api, outcome: &str, condition: Value) -> Value {
    let body = json!({ "name": "a rule", "outcome": outcome, "condition": condition });
    let made = api.post("/v1/rules", body).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    made.json().await.unwrap()
}

/// Asks for a payment by this customer.
async fn ask(api: &Api, amount: &str, customer: Value) -> Response {
    api.post("/v1/payments", json!({ "amount": amount, "token": "USDC", "customer": customer })).await
}

async fn decisions(api: &Api) -> Vec<Value> {
    let page: Value = api.get("/v1/rule-decisions").await.json().await.unwrap();
    page["data"].as_array().unwrap().clone()
}

/// Every problem that rules can answer with.
pub async fn provoke(seen: &mut Seen) {
    let mut api = Api::start().await;
    seen.expect(Code::RuleNotFound, api.get("/v1/rules/rul_nope").await).await;
    let entry = "/v1/rule-lists/bad/entries?kind=ip&value=203.0.113.7";
    let gone = api.request(Method::DELETE, entry).send().await.unwrap();
    seen.expect(Code::ListEntryNotFound, gone).await;
    let plain = api.authorized().await;
    let review = |id: &str| format!("/v1/payments/{id}/review");
    let verdict = json!({ "verdict": "reject" });
    seen.expect(Code::ReviewNotPending, api.post(&review(&plain.id), verdict.clone()).await).await;

    let limit = |outcome: &str| {
        let condition = json!({ "kind": "amount", "token": "USDC", "max": "30" });
        json!({ "name": "limit", "outcome": outcome, "condition": condition })
    };
    let made: Value = api.post("/v1/rules", limit("review")).await.json().await.unwrap();
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let asked = json!({ "amount": "31", "token": "USDC" });
    let flagged: Value = api.post("/v1/payments", asked.clone()).await.json().await.unwrap();
    let flagged: till_store::domain::Payment = serde_json::from_value(flagged).unwrap();
    api.ledger.authorize(&api.merchant.address, &flagged, &Pubkey::new_unique()).await;
    let capture = format!("/v1/payments/{}/capture", flagged.id);
    seen.expect(Code::ReviewPending, api.post(&capture, json!({})).await).await;
    assert_eq!(api.post(&review(&flagged.id), verdict).await.status(), StatusCode::OK);
    seen.expect(Code::ReviewRejected, api.post(&capture, json!({})).await).await;

    assert_eq!(api.put(&path, limit("block")).await.status(), StatusCode::OK);
    seen.expect(Code::PaymentBlocked, api.post("/v1/payments", asked).await).await;
    for _ in 1..100 {
        assert_eq!(api.post("/v1/rules", limit("block")).await.status(), StatusCode::CREATED);
    }
    seen.expect(Code::TooManyRules, api.post("/v1/rules", limit("block")).await).await;
}

#[tokio::test]
async fn without_rules_nothing_is_decided_or_kept() {
    let api = Api::start().await;
    let payment: Value = ask(&api, "25.00", json!({ "email": "a@b.example" })).await.json().await.unwrap();
    assert_eq!(payment["decision"], Value::Null);
    assert!(decisions(&api).await.is_empty());
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM rule_sightings")
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_blocked_payment_is_told_and_its_decision_kept() {
    let api = Api::start().await;
    let body = json!({
        "name": "No fortunes", "outcome": "block", "message": "We take at most 100 USDC.",
        "condition": { "kind": "amount", "token": "USDC", "max": "100" },
    });
    let made: Value = api.post("/v1/rules", body).await.json().await.unwrap();
    let refused = ask(&api, "100.01", json!({})).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = crate::support::problem(refused).await;
    assert_eq!(
        (refused.code.as_str(), refused.detail.as_str()),
        ("payment_blocked", "We take at most 100 USDC.")
    );
    let list: Value = api.get("/v1/payments").await.json().await.unwrap();
    assert_eq!(list["data"], json!([]), "nothing of the payment is left");

    let kept = decisions(&api).await;
    assert_eq!((&kept[0]["outcome"], &kept[0]["payment"]), (&json!("block"), &Value::Null));
    assert_eq!(kept[0]["reasons"][0]["rule"], made["id"]);
    assert_eq!(kept[0]["facts"]["amount"], "100.010000");

    let allowed: Value = ask(&api, "100", json!({})).await.json().await.unwrap();
    assert_eq!(allowed["decision"], json!({ "outcome": "allow", "reasons": [] }));
}

#[tokio::test]
async fn a_key_whose_payment_was_blocked_can_be_used_again() {
    let api = Api::start().await;
    let made = rule(&api, "block", json!({ "kind": "amount", "token": "USDC", "max": "1" })).await;
    let body = json!({ "amount": "2", "token": "USDC" });
    assert_eq!(code(api.post_with_key("/v1/payments", "k", body.clone()).await).await, "payment_blocked");
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let gone = api.request(reqwest::Method::DELETE, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(api.post_with_key("/v1/payments", "k", body).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_rule_is_made_once_however_often_it_is_asked_for() {
    let api = Api::start().await;
    let condition = json!({ "kind": "country", "countries": ["KP"] });
    let body = json!({ "name": "embargo", "outcome": "block", "condition": condition });
    let first: Value = api.post_with_key("/v1/rules", "k", body.clone()).await.json().await.unwrap();
    let again = api.post_with_key("/v1/rules", "k", body).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let list: Value = api.get("/v1/rules").await.json().await.unwrap();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rules_are_read_changed_and_deleted_by_their_merchant_alone() {
    let mut api = Api::start().await;
    let limit = json!({ "kind": "amount", "token": "USDC", "max": "1" });
    let made = rule(&api, "block", limit.clone()).await;
    let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
    let body = json!({ "name": "off", "enabled": false, "outcome": "review", "condition": limit });
    let changed: Value = api.put(&path, body.clone()).await.json().await.unwrap();
    assert_eq!((&changed["enabled"], &changed["outcome"]), (&json!(false), &json!("review")));
    let found: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!(found, changed);
    assert_eq!(ask(&api, "2", json!({})).await.status(), StatusCode::CREATED, "what is off decides nothing");

    let own = std::mem::take(&mut api.merchant.key);
    api.merchant.key = api.another_merchant().await.key;
    assert_eq!(code(api.get(&path).await).await, "rule_not_found");
    assert_eq!(code(api.put(&path, body).await).await, "rule_not_found");
    let gone = api.request(reqwest::Method::DELETE, &path).send().await.unwrap();
    assert_eq!(code(gone).await, "rule_not_found");
    let list: Value = api.get("/v1/rules").await.json().await.unwrap();
    assert_eq!(list["data"], json!([]));
    api.merchant.key = own;
    let list: Value = api.get("/v1/rules").await.json().await.unwrap();
    assert_eq!(list["data"], json!([changed]));
}

#[tokio::test]
async fn a_rehearsal_decides_and_leaves_nothing() {
    let api = Api::start().await;
    rule(&api, "block", json!({ "kind": "country", "countries": ["KP"] })).await;
    rule(&api, "review", json!({ "kind": "score", "at_least": 80 })).await;
    let facts = json!({
        "amount": "5.00", "mint": api.mint.to_string(), "customer": { "country": "kp" }, "score": 90,
    });
    let decision: Value = api.post("/v1/rules/test", json!({ "facts": facts })).await.json().await.unwrap();
    assert_eq!(decision["outcome"], "block");
    assert_eq!(decision["reasons"].as_array().unwrap().len(), 2);
    assert!(decisions(&api).await.is_empty());
}
