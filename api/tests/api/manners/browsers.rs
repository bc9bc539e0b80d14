//! What browsers are told.

use reqwest::{Method, Response, StatusCode};

use crate::support::Api;

async fn preflight(api: &Api, path: &str, origin: &str) -> Response {
    let request = reqwest::Client::new().request(Method::OPTIONS, format!("{}{path}", api.url));
    let request = request.header("origin", origin).header("access-control-request-method", "POST");
    request.header("access-control-request-headers", "authorization,idempotency-key").send().await.unwrap()
}

#[tokio::test]
async fn pages_of_others_call_no_route_of_merchants_unless_they_are_named() {
    let mut api = Api::start().await;
    let dashboard = "https://dashboard.example";
    let refused = preflight(&api, "/v1/payments", dashboard).await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(!refused.headers().contains_key("access-control-allow-origin"));

    api.restart_with(|config| config.server.cors_origins = vec![dashboard.parse().unwrap()]).await;
    let allowed = preflight(&api, "/v1/payments", dashboard).await;
    assert_eq!(allowed.headers()["access-control-allow-origin"], dashboard);
    let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(headers.contains("authorization") && headers.contains("idempotency-key"), "{headers}");
    let other = preflight(&api, "/v1/payments", "https://evil.example").await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));

    let request = api.request(Method::GET, "/v1/payments/pay_nope").header("origin", dashboard);
    let problem = request.send().await.unwrap();
    assert_eq!(problem.status(), StatusCode::NOT_FOUND);
    assert_eq!(problem.headers()["access-control-allow-origin"], dashboard, "a page can read problems too");
    let exposed = problem.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"), "{exposed}");
}

#[tokio::test]
async fn any_page_may_call_the_routes_of_customers() {
    let api = Api::start().await;
    let allowed = preflight(&api, "/pay/pay_nope", "https://wallet.example").await;
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn an_answer_is_not_run_framed_or_guessed_at() {
    let api = Api::start().await;
    for path in ["/v1/payments", "/nowhere", "/healthz", "/openapi.json"] {
        let headers = api.get(path).await.headers().clone();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"),
            "{path}"
        );
        assert!(!headers.contains_key("strict-transport-security"), "without TLS it would lock people out");
    }
}
