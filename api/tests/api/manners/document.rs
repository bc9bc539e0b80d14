//! The OpenAPI document and the page that shows it.

use std::path::Path;

use reqwest::header;
use serde_json::Value;

use crate::support::Api;

#[test]
fn the_committed_document_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    // Not compared with `assert_eq`: nobody wants to read both.
    assert!(
        committed == till_api::openapi_json(),
        "api/openapi.json is stale: run `make openapi` and commit it"
    );
}

#[test]
fn every_operation_says_its_problems() {
    let document = till_api::openapi();
    let post = &document["paths"]["/v1/payments"]["post"]["responses"];
    for status in ["400", "401", "403", "409", "413", "415", "422", "429", "500", "503", "504"] {
        assert!(post[status].is_object(), "{status}");
    }
    assert!(post["default"].is_null());
    let limited = &document["components"]["responses"]["Problem429"];
    assert!(limited["description"].as_str().unwrap().contains("rate_limited"));
    assert!(limited["headers"]["Retry-After"].is_object());
    let get = &document["paths"]["/pay/{id}"]["get"]["responses"];
    assert!(get["404"].is_object() && get["401"].is_null());
}

#[tokio::test]
async fn there_is_a_page_to_try_it_that_asks_nobody_else() {
    let api = Api::start().await;
    let page = api.get("/docs").await;
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains("swagger-ui"), "{page}");
    let links = page.split(['"', '\'']).filter(|text| text.contains("://"));
    assert_eq!(links.collect::<Vec<_>>(), Vec::<&str>::new());
    // Nothing in it that the policy forbids.
    assert!(!page.contains("<script>"), "{page}");
    let settings = api.get("/docs/swagger-initializer.js").await.text().await.unwrap();
    assert!(settings.contains("/openapi.json") && settings.contains("none"), "{settings}");
    for file in ["swagger-ui-bundle.js", "swagger-ui.css"] {
        let file = api.get(&format!("/docs/{file}")).await;
        assert!(file.status().is_success());
    }
}

#[tokio::test]
async fn the_document_is_what_is_served() {
    let api = Api::start().await;
    let served: Value = api.get("/openapi.json").await.json().await.unwrap();
    assert_eq!(served, till_api::openapi());
    let changelog = api.get("/changelog.md").await.text().await.unwrap();
    assert!(changelog.contains(served["info"]["version"].as_str().unwrap()));
}
