//! The service itself: health, documents, manners.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use till_api::Code;

use crate::support::{Api, code, eventually, problem};

#[tokio::test]
async fn it_says_that_it_lives_and_is_ready() {
    let api = Api::start().await;
    let live: Value = api.get("/healthz").await.json().await.unwrap();
    assert_eq!(live["status"], "live");
    let ready: Value = api.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["status"], "ready");
}

#[tokio::test]
async fn it_is_not_ready_when_what_is_indexed_is_old() {
    let mut api = Api::start().await;
    api.ledger.clock = chrono::Utc::now() - chrono::TimeDelta::minutes(2);
    api.ledger.tick().await;
    assert_eq!(code(api.get("/readyz").await).await, "not_ready");
}

#[tokio::test]
async fn a_request_id_is_taken_over_or_made() {
    let api = Api::start().await;
    let sent = api.request(Method::GET, "/healthz").header("x-request-id", "shop-42").send().await.unwrap();
    assert_eq!(sent.headers()["x-request-id"], "shop-42");
    let dirty = api.request(Method::GET, "/nope").header("x-request-id", "a b\"c").send().await.unwrap();
    assert!(problem(dirty).await.request_id.starts_with("req_"));
}

#[tokio::test]
async fn a_revoked_key_opens_nothing() {
    let mut api = Api::start().await;
    assert!(api.get("/v1/payments").await.status().is_success());
    let merchant: Value = api.get("/v1/merchant").await.json().await.unwrap();
    let key = format!("/v1/api-keys/{}", merchant["actor"].as_str().unwrap());
    eventually("the note of a use", async || {
        let key: Value = api.get(&key).await.json().await.unwrap();
        key["last_used_at"].is_string()
    })
    .await;
    let revoked = api.request(Method::DELETE, &key).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(api.get("/v1/payments").await).await, "unauthorized");
    api.merchant.key = "till_sk_wrong".to_owned();
    let wrong = api.get("/v1/payments").await;
    assert_eq!(wrong.headers()["www-authenticate"], "Bearer");
    assert_eq!(code(wrong).await, "unauthorized");
}

#[tokio::test]
async fn every_code_has_a_page() {
    let api = Api::start().await;
    for expected in Code::ALL {
        let page: Value = api.get(&format!("/problems/{}", expected.as_str())).await.json().await.unwrap();
        assert_eq!(page["code"], expected.as_str());
        assert!(page["explanation"].as_str().unwrap().len() > 20, "{}", expected.as_str());
    }
}

#[tokio::test]
async fn the_api_describes_itself() {
    let api = Api::start().await;
    let document: Value = api.get("/openapi.json").await.json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document, serde_json::to_value(till_api::openapi()).unwrap());
    for path in
        ["/v1/payments", "/v1/payments/{id}/capture", "/v1/transactions/{id}", "/v1/events", "/pay/{id}"]
    {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let capture = &document["paths"]["/v1/payments/{id}/capture"]["post"];
    assert_ne!(capture["requestBody"]["required"], true, "all of it has defaults");
    assert!(capture["responses"]["202"]["description"].as_str().unwrap().contains("failed"));
    // Clients of Barion, OAuth and Blinks are told errors in the words of their specifications.
    let ours =
        |path: &String| !["/v2/", "/v4/", "/oauth/", "/actions"].iter().any(|other| path.starts_with(other));
    let routes = document["paths"].as_object().unwrap().iter().filter(|(path, _)| ours(path));
    for (path, operation) in routes.flat_map(|(path, route)| {
        route.as_object().unwrap().iter().map(move |(_, operation)| (path, operation))
    }) {
        let Some(problem) = operation["responses"].get("default") else { continue };
        assert!(problem["content"]["application/problem+json"].is_object(), "{path}");
    }
}
