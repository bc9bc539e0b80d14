//! Payments that a person should look at.

use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::{ask, rule};
use crate::support::{Api, code};

/// A payment under review that has been paid.
async fn under_review(api: &mut Api) -> String {
    rule(api, "review", json!({ "kind": "amount", "token": "USDC", "max": "1" })).await;
    let payment: Value = ask(api, "25.00", json!({})).await.json().await.unwrap();
    assert_eq!(payment["decision"]["outcome"], "review");
    let payment: till_store::domain::Payment = serde_json::from_value(payment).unwrap();
    api.ledger.authorize(&api.merchant.address, &payment, &Pubkey::new_unique()).await;
    payment.id
}

#[tokio::test]
async fn what_is_under_review_is_captured_only_once_it_is_approved() {
    let mut api = Api::start().await;
    let id = under_review(&mut api).await;
    let (capture, review) = (format!("/v1/payments/{id}/capture"), format!("/v1/payments/{id}/review"));
    assert_eq!(code(api.post(&capture, json!({})).await).await, "review_pending");
    let verdict = json!({ "verdict": "approve", "note": "rang them up" });
    let approved: Value = api.post(&review, verdict.clone()).await.json().await.unwrap();
    assert_eq!((&approved["state"], &approved["note"]), (&json!("approved"), &json!("rang them up")));
    assert!(approved["decided_by"].as_str().unwrap().starts_with("key_"));
    let again: Value = api.post(&review, verdict).await.json().await.unwrap();
    assert_eq!(again, approved, "the same again changes nothing");
    assert_eq!(code(api.post(&review, json!({ "verdict": "reject" })).await).await, "review_not_pending");
    assert_eq!(api.post(&capture, json!({})).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_was_rejected_can_be_voided_and_nothing_else() {
    let mut api = Api::start().await;
    let id = under_review(&mut api).await;
    let path = |action: &str| format!("/v1/payments/{id}/{action}");
    assert_eq!(api.post(&path("review"), json!({ "verdict": "reject" })).await.status(), StatusCode::OK);
    assert_eq!(code(api.post(&path("capture"), json!({})).await).await, "review_rejected");
    let shown: Value = api.get(&path("decisions")).await.json().await.unwrap();
    assert_eq!(shown["review"]["state"], "rejected");
    assert_eq!(api.post(&path("void"), json!({})).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn nobody_reviews_what_no_rule_asks_about_or_anothers_payment() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let review = format!("/v1/payments/{}/review", payment.id);
    assert_eq!(code(api.post(&review, json!({ "verdict": "approve" })).await).await, "review_not_pending");
    api.merchant.key = api.another_merchant().await.key;
    assert_eq!(code(api.post(&review, json!({ "verdict": "approve" })).await).await, "payment_not_found");
    let path = format!("/v1/payments/{}/decisions", payment.id);
    assert_eq!(code(api.get(&path).await).await, "payment_not_found");
}
