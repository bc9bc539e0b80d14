//! What is read again, and by clients of another time.

use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::support::{Api, code};

#[tokio::test]
async fn who_has_the_answer_already_is_told_so() {
    let api = Api::start().await;
    let payment = api.payment().await;
    let path = format!("/v1/payments/{}", payment.id);
    let first = api.get(&path).await;
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(first.headers()[header::CACHE_CONTROL], "private, no-cache");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");

    let again = async |tag: &str, path: &str| {
        api.request(Method::GET, path).header(header::IF_NONE_MATCH, tag).send().await.unwrap()
    };
    let known = again(&tag, &path).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(known.headers()[header::ETAG], tag.as_str());
    assert!(known.headers().contains_key("x-request-id"));
    assert_eq!(known.bytes().await.unwrap().len(), 0);
    assert_eq!(again("\"other\"", &path).await.status(), StatusCode::OK);

    let list = api.get("/v1/payments").await.headers()[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(again(&list, "/v1/payments").await.status(), StatusCode::NOT_MODIFIED);
    api.payment().await;
    assert_eq!(again(&list, "/v1/payments").await.status(), StatusCode::OK, "it has changed");
}

#[tokio::test]
async fn what_is_not_a_read_is_kept_by_nobody() {
    let api = Api::start().await;
    let created = api.post("/v1/payments", json!({ "amount": "1", "token": "USDC" })).await;
    assert_eq!(created.headers()[header::CACHE_CONTROL], "no-store");
    assert!(!created.headers().contains_key(header::ETAG));
    let missing = api.get("/v1/payments/pay_nope").await;
    assert_eq!(missing.headers()[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn every_answer_says_its_version() {
    let api = Api::start().await;
    for path in ["/v1/payments", "/healthz", "/nowhere"] {
        assert_eq!(api.get(path).await.headers()["till-version"], "2026-11-21", "{path}");
    }
    let asked = async |version: &str| {
        api.request(Method::GET, "/v1/payments").header("till-version", version).send().await.unwrap()
    };
    assert_eq!(asked("2026-11-21").await.status(), StatusCode::OK);
    for unknown in ["2026-11-20", "latest", ""] {
        let refused = asked(unknown).await;
        assert_eq!(refused.headers()["till-version"], "2026-11-21");
        assert_eq!(code(refused).await, "version_unknown", "{unknown}");
    }
}
