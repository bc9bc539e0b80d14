//! Stores, and keys that are for one of them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{call, get_as, json_of, key, secret};
use crate::support::{Api, code};

async fn store(api: &Api, name: &str) -> String {
    let store = json_of(api.post("/v1/stores", json!({ "name": name })).await, StatusCode::CREATED).await;
    store["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_of_one_store_sees_that_store_alone() {
    let mut api = Api::start().await;
    let elsewhere = api.authorized().await;
    let id = store(&api, "Second").await;
    let made = key(&api, json!({ "name": "till", "store": id })).await;
    assert!(secret(&made).starts_with("till_rk_"));
    let by_it =
        async |method: Method, path: &str, body: Value| call(&api, secret(&made), method, path, body).await;

    let body = json!({ "amount": "1", "token": "USDC" });
    let own = json_of(by_it(Method::POST, "/v1/payments", body).await, StatusCode::CREATED).await;
    let own = own["id"].as_str().unwrap();
    let listed: Value = get_as(&api, secret(&made), "/v1/payments").await.json().await.unwrap();
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["id"]), (1, &json!(own)));
    let all: Value = api.get("/v1/payments").await.json().await.unwrap();
    assert_eq!(all["data"].as_array().unwrap().len(), 2);

    let path = format!("/v1/payments/{}", elsewhere.id);
    assert_eq!(code(get_as(&api, secret(&made), &path).await).await, "payment_not_found");
    let capture = by_it(Method::POST, &format!("{path}/capture"), json!({})).await;
    assert_eq!(code(capture).await, "payment_not_found");
    let captured: Value = api.post(&format!("{path}/capture"), json!({})).await.json().await.unwrap();
    let transaction = format!("/v1/transactions/{}", captured["id"].as_str().unwrap());
    assert_eq!(code(get_as(&api, secret(&made), &transaction).await).await, "transaction_not_found");

    let stores: Value = get_as(&api, secret(&made), "/v1/stores").await.json().await.unwrap();
    assert_eq!((stores["data"].as_array().unwrap().len(), &stores["data"][0]["id"]), (1, &json!(id)));
    // The account is the whole merchant's.
    let more = by_it(Method::POST, "/v1/api-keys", json!({ "name": "more" })).await;
    assert_eq!(code(more).await, "scope_missing");
    assert_eq!(code(get_as(&api, secret(&made), "/v1/audit-log").await).await, "scope_missing");
}

#[tokio::test]
async fn an_archived_store_takes_no_new_payments() {
    let api = Api::start().await;
    let id = store(&api, "Second").await;
    let made = key(&api, json!({ "name": "till", "store": id })).await;
    let archived =
        json_of(api.post(&format!("/v1/stores/{id}/archive"), json!({})).await, StatusCode::OK).await;
    assert!(archived["archived_at"].is_string());
    let body = json!({ "amount": "1", "token": "USDC", "store": id });
    assert_eq!(code(api.post("/v1/payments", body).await).await, "store_not_found");
    let body = json!({ "amount": "1", "token": "USDC" });
    let by_its_key = call(&api, secret(&made), Method::POST, "/v1/payments", body).await;
    assert_eq!(code(by_its_key).await, "store_not_found");
    assert_eq!(
        code(api.post("/v1/api-keys", json!({ "name": "k", "store": id })).await).await,
        "store_not_found"
    );
    assert_eq!(get_as(&api, secret(&made), "/v1/payments").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn stores_are_made_once_renamed_and_listed_in_pages() {
    let api = Api::start().await;
    let body = json!({ "name": "Second" });
    let first: Value = api.post_with_key("/v1/stores", "k", body.clone()).await.json().await.unwrap();
    let again = api.post_with_key("/v1/stores", "k", body).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap()["id"], first["id"]);
    let path = format!("/v1/stores/{}", first["id"].as_str().unwrap());
    let renamed = api.request(Method::PATCH, &path).json(&json!({ "name": "2nd" })).send().await.unwrap();
    assert_eq!(json_of(renamed, StatusCode::OK).await["name"], "2nd");
    let page: Value = api.get("/v1/stores?limit=1").await.json().await.unwrap();
    assert_eq!(page["data"][0]["is_default"], true);
    let next = format!("/v1/stores?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    let page: Value = api.get(&next).await.json().await.unwrap();
    assert_eq!((&page["data"][0]["id"], &page["next_cursor"]), (&first["id"], &Value::Null));
    assert_eq!(code(api.get("/v1/stores/sto_nope").await).await, "store_not_found");
}
