//! API keys: what they may do, and until when.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{call, get_as, json_of, key, secret};
use crate::support::{Api, code, eventually};

fn path(key: &Value) -> String {
    format!("/v1/api-keys/{}", key["id"].as_str().unwrap())
}

/// Waits until so many processes listen for notices. What they have remembered until then they forget.
async fn listening(api: &Api, processes: i64) {
    // One that waits for its client has answered it.
    let listeners = "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'
           AND wait_event = 'ClientRead'";
    eventually("those who listen", async || {
        sqlx::query_scalar::<_, i64>(listeners).fetch_one(&api.database.pool).await.unwrap() == processes
    })
    .await;
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say_and_its_secret_is_shown_once() {
    let api = Api::start().await;
    let full = key(&api, json!({ "name": "full" })).await;
    assert!(secret(&full).starts_with("till_sk_") && full["scopes"].is_null());
    let reader = key(&api, json!({ "name": "reader", "scopes": ["payments:read", "account:read"] })).await;
    assert!(secret(&reader).starts_with("till_rk_"));
    assert_eq!(get_as(&api, secret(&reader), "/v1/payments").await.status(), StatusCode::OK);
    let body = json!({ "amount": "1", "token": "USDC" });
    let refused = call(&api, secret(&reader), Method::POST, "/v1/payments", body).await;
    assert_eq!(code(refused).await, "scope_missing");

    let listed = get_as(&api, secret(&reader), "/v1/api-keys").await.text().await.unwrap();
    assert!(!listed.contains(secret(&full)) && !listed.contains("secret"), "{listed}");
    let first: Value = api.get("/v1/api-keys?limit=2").await.json().await.unwrap();
    assert_eq!(first["data"][0]["id"], reader["id"]);
    let next = format!("/v1/api-keys?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest: Value = api.get(&next).await.json().await.unwrap();
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    let renamed =
        api.request(Method::PATCH, &path(&reader)).json(&json!({ "name": "r" })).send().await.unwrap();
    assert_eq!(json_of(renamed, StatusCode::OK).await["name"], "r");
    for wrong in
        [json!({ "name": "" }), json!({ "name": "n", "scopes": [] }), json!({ "name": "n", "expires_in": 0 })]
    {
        assert_eq!(code(api.post("/v1/api-keys", wrong).await).await, "validation_failed");
    }
}

#[tokio::test]
async fn nobody_gives_a_key_more_than_they_have() {
    let api = Api::start().await;
    let scopes = json!(["account:write", "payments:read"]);
    let restricted = key(&api, json!({ "name": "restricted", "scopes": scopes })).await;
    let full = key(&api, json!({ "name": "full" })).await;
    let by_it =
        async |path: &str, body: Value| call(&api, secret(&restricted), Method::POST, path, body).await;
    let more = by_it("/v1/api-keys", json!({ "name": "more" })).await;
    assert_eq!(code(more).await, "rights_exceeded");
    let more = by_it("/v1/api-keys", json!({ "name": "more", "scopes": ["payments:operate"] })).await;
    assert_eq!(code(more).await, "rights_exceeded");
    // Who rotates a key learns a secret with its rights.
    assert_eq!(code(by_it(&format!("{}/rotate", path(&full)), json!({})).await).await, "rights_exceeded");
    let client = by_it("/v1/oauth-clients", json!({ "name": "more", "scopes": ["rules:write"] })).await;
    assert_eq!(code(client).await, "rights_exceeded");
    let less = by_it("/v1/api-keys", json!({ "name": "less", "scopes": ["payments:read"] })).await;
    assert_eq!(less.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_rotated_key_is_good_for_its_overlap() {
    let api = Api::start().await;
    let old = key(&api, json!({ "name": "shop", "scopes": ["payments:read"] })).await;
    let rotate = format!("{}/rotate", path(&old));
    let too_long = api.post(&rotate, json!({ "overlap_seconds": 7 * 86_400 + 1 })).await;
    assert_eq!(code(too_long).await, "validation_failed");
    let tries = (0..4).map(|_| api.post(&rotate, json!({ "overlap_seconds": 3_600 })));
    let answers = futures::future::join_all(tries).await;
    let mut new = None;
    for answer in answers {
        match answer.status() {
            StatusCode::CREATED => assert!(new.replace(answer.json::<Value>().await.unwrap()).is_none()),
            _ => assert_eq!(code(answer).await, "key_ended"),
        }
    }
    let new = new.unwrap();
    assert_eq!((&new["name"], &new["scopes"]), (&old["name"], &old["scopes"]));
    for good in [&old, &new] {
        assert_eq!(get_as(&api, secret(good), "/v1/payments").await.status(), StatusCode::OK);
    }
    let rotate = format!("{}/rotate", path(&new));
    let newest = json_of(api.post(&rotate, json!({ "overlap_seconds": 2 })).await, StatusCode::CREATED).await;
    // It may be remembered, and ends all the same.
    get_as(&api, secret(&new), "/v1/payments").await;
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(code(get_as(&api, secret(&new), "/v1/payments").await).await, "unauthorized");
    for good in [&old, &newest] {
        assert_eq!(get_as(&api, secret(good), "/v1/payments").await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_by_every_process() {
    let api = Api::start().await;
    let (other, stop) = api.another_process().await;
    listening(&api, 2).await;
    let made = key(&api, json!({ "name": "shop" })).await;
    let elsewhere = async || {
        let url = format!("{other}/v1/payments");
        reqwest::Client::new().get(url).bearer_auth(secret(&made)).send().await.unwrap().status()
    };
    // Both remember it.
    assert_eq!(get_as(&api, secret(&made), "/v1/payments").await.status(), StatusCode::OK);
    let remembered = Instant::now();
    assert_eq!(elsewhere().await, StatusCode::OK);
    let revoked = api.request(Method::DELETE, &path(&made)).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(get_as(&api, secret(&made), "/v1/payments").await).await, "unauthorized");
    // By a notice, not because what is remembered has grown old, which takes five seconds.
    eventually("the refusal elsewhere", async || elsewhere().await == StatusCode::UNAUTHORIZED).await;
    assert!(remembered.elapsed() < Duration::from_secs(5), "{:?}", remembered.elapsed());
    stop.cancel();
    let again = api.request(Method::DELETE, &path(&made)).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_key_that_is_known_costs_no_query() {
    let api = Api::start().await;
    listening(&api, 1).await;
    let made = key(&api, json!({ "name": "shop" })).await;
    assert_eq!(get_as(&api, secret(&made), "/v1/payments").await.status(), StatusCode::OK);
    // Behind the gateway's back: it does not look.
    sqlx::query("UPDATE api_keys SET revoked_at = now() WHERE id = $1")
        .bind(made["id"].as_str())
        .execute(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(get_as(&api, secret(&made), "/v1/payments").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn another_merchants_keys_are_not_there() {
    let mut api = Api::start().await;
    let made = key(&api, json!({ "name": "shop" })).await;
    let stranger = api.another_merchant().await;
    for method in [Method::GET, Method::DELETE] {
        let answer = call(&api, &stranger.key, method, &path(&made), json!({})).await;
        assert_eq!(code(answer).await, "key_not_found");
    }
    let rotated =
        call(&api, &stranger.key, Method::POST, &format!("{}/rotate", path(&made)), json!({})).await;
    assert_eq!(code(rotated).await, "key_not_found");
    assert_eq!(get_as(&api, secret(&made), "/v1/payments").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_key_that_is_revoked_while_its_request_arrives_makes_no_other() {
    let api = Api::start().await;
    let made = key(&api, json!({ "name": "old" })).await;
    let body = json!({ "name": "new" }).to_string();
    let address = api.url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/api-keys HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        secret(&made),
        body.len(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // That it is used is noted once it is known.
    eventually("the use of the key", async || {
        let used = "SELECT last_used_at IS NOT NULL FROM api_keys WHERE id = $1";
        let used = sqlx::query_scalar::<_, bool>(used).bind(made["id"].as_str());
        used.fetch_one(&api.database.pool).await.unwrap()
    })
    .await;
    let revoked = api.request(Method::DELETE, &path(&made)).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("rights_exceeded"), "{answer}");
}
