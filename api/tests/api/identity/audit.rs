//! The audit log.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{key, secret};
use crate::support::{Api, code};

async fn entries(api: &Api, query: &str) -> Value {
    api.get(&format!("/v1/audit-log?{query}")).await.json().await.unwrap()
}

#[tokio::test]
async fn what_was_done_is_told_with_who_did_it_and_in_which_request() {
    let mut api = Api::start().await;
    let made = key(&api, json!({ "name": "shop" })).await;
    let id = made["id"].as_str().unwrap();
    let revoke = api.request(Method::DELETE, &format!("/v1/api-keys/{id}")).header("x-request-id", "shop-42");
    assert_eq!(revoke.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let payment = api.authorized().await;
    let captured = api.post(&format!("/v1/payments/{}/capture", payment.id), json!({})).await;
    assert_eq!(captured.status(), StatusCode::ACCEPTED);
    let who: Value = api.get("/v1/merchant").await.json().await.unwrap();

    let page = entries(&api, "").await;
    let actions: Vec<_> =
        page["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["payment.capture", "payment.create", "api_key.revoke", "api_key.create"]);
    let revoked = &page["data"][2];
    assert_eq!((&revoked["request_id"], &revoked["target"]), (&json!("shop-42"), &json!(id)));
    assert_eq!(revoked["actor"], who["actor"]);
    assert!(!page.to_string().contains(secret(&made)));

    let of_payment = entries(&api, &format!("target={}&action=payment.create", payment.id)).await;
    assert_eq!(of_payment["data"].as_array().unwrap().len(), 1);
    assert_eq!(entries(&api, "actor=key_nope").await["data"], json!([]));
    let first = entries(&api, "limit=3").await;
    let rest = entries(&api, &format!("limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((&rest["data"][0]["action"], &rest["next_cursor"]), (&json!("api_key.create"), &Value::Null));
    assert_eq!(code(api.get("/v1/audit-log?cursor=!").await).await, "cursor_invalid");
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    let api = Api::start().await;
    let body = json!({ "amount": "0", "token": "USDC" });
    assert_eq!(code(api.post("/v1/payments", body).await).await, "amount_invalid");
    assert_eq!(code(api.post("/v1/api-keys/key_nope/rotate", json!({})).await).await, "key_not_found");
    assert_eq!(entries(&api, "").await["data"], json!([]));
}
