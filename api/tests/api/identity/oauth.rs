//! OAuth 2 client credentials, as RFC 6749 has them.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{call, get_as, json_of, secret};
use crate::support::{Api, code};

async fn client(api: &Api) -> Value {
    let body = json!({ "name": "Bookkeeping", "scopes": ["payments:read", "events:read"] });
    json_of(api.post("/v1/oauth-clients", body).await, StatusCode::CREATED).await
}

async fn ask(api: &Api, client: &Value, form: &[(&str, &str)]) -> Response {
    let request = reqwest::Client::new().post(format!("{}/oauth/token", api.url));
    let request = request.basic_auth(client["id"].as_str().unwrap(), Some(secret(client)));
    request.form(form).send().await.unwrap()
}

async fn error(response: Response, status: StatusCode) -> String {
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = json_of(response, status).await;
    assert!(body["error_description"].is_string());
    body["error"].as_str().unwrap().to_owned()
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_gets_a_token_and_uses_it() {
    let api = Api::start().await;
    let client = client(&api).await;
    let answer = ask(&api, &client, &[GRANT, ("scope", "payments:read")]).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let answer = json_of(answer, StatusCode::OK).await;
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer["scope"], "payments:read");
    let token = answer["access_token"].as_str().unwrap();
    assert!(token.starts_with("till_at_"));
    assert_eq!(get_as(&api, token, "/v1/payments").await.status(), StatusCode::OK);
    assert_eq!(code(get_as(&api, token, "/v1/events").await).await, "scope_missing");

    let form = [GRANT, ("client_id", client["id"].as_str().unwrap()), ("client_secret", secret(&client))];
    let request = reqwest::Client::new().post(format!("{}/oauth/token", api.url)).form(&form);
    let all = json_of(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(all["scope"], "payments:read events:read");
    let metadata: Value = api.get("/.well-known/oauth-authorization-server").await.json().await.unwrap();
    assert_eq!(metadata["token_endpoint"], "https://pay.example/oauth/token");
    let listed: Value = api.get("/v1/oauth-clients").await.json().await.unwrap();
    assert!(listed["data"][0]["last_used_at"].is_string() && listed["data"][0].get("secret").is_none());
}

#[tokio::test]
async fn errors_are_the_rfcs() {
    let api = Api::start().await;
    let client = client(&api).await;
    let mut wrong = client.clone();
    wrong["secret"] = json!("till_cs_wrong");
    let refused = ask(&api, &wrong, &[GRANT]).await;
    assert!(refused.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    assert_eq!(error(refused, StatusCode::UNAUTHORIZED).await, "invalid_client");
    let bad = StatusCode::BAD_REQUEST;
    let more = ask(&api, &client, &[GRANT, ("scope", "payments:operate")]).await;
    assert_eq!(error(more, bad).await, "invalid_scope");
    let password = ask(&api, &client, &[("grant_type", "password")]).await;
    assert_eq!(error(password, bad).await, "unsupported_grant_type");
    assert_eq!(error(ask(&api, &client, &[]).await, bad).await, "invalid_request");
    let json = reqwest::Client::new().post(format!("{}/oauth/token", api.url)).json(&json!({}));
    assert_eq!(error(json.send().await.unwrap(), bad).await, "invalid_request");
}

#[tokio::test]
async fn revoking_a_client_ends_its_tokens() {
    let api = Api::start().await;
    let client = client(&api).await;
    let answer = json_of(ask(&api, &client, &[GRANT]).await, StatusCode::OK).await;
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(get_as(&api, token, "/v1/payments").await.status(), StatusCode::OK);
    let path = format!("/v1/oauth-clients/{}", client["id"].as_str().unwrap());
    let revoked = call(&api, &api.merchant.key, Method::DELETE, &path, json!({})).await;
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(get_as(&api, token, "/v1/payments").await).await, "unauthorized");
    assert_eq!(error(ask(&api, &client, &[GRANT]).await, StatusCode::UNAUTHORIZED).await, "invalid_client");
}
