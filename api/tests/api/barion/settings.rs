//! What a merchant says so that a shop can speak Barion's API.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till_api::Code;

use super::{Shop, answered, error_code, request};
use crate::problems::Seen;
use crate::support::{Api, code};

/// The problem codes that only these routes answer.
pub async fn provoke(seen: &mut Seen, api: &Api) {
    let id: String =
        sqlx::query_scalar("SELECT id FROM stores LIMIT 1").fetch_one(&api.database.pool).await.unwrap();
    let path = format!("/v1/stores/{id}/payees/ann@example.com");
    seen.expect(Code::PayeeNotFound, api.request(Method::DELETE, &path).send().await.unwrap()).await;
}

#[tokio::test]
async fn a_new_key_ends_the_one_before() {
    let shop = Shop::open().await;
    shop.start(json!({})).await;
    let path = format!("/v1/stores/{}/pos-key", shop.store);
    let created: Value = shop.api.post(&path, json!({})).await.json().await.unwrap();
    assert_ne!(created["pos_key"], shop.key);
    let (status, refused) = shop.post("/v2/Payment/Start", request(json!({}))).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::UNAUTHORIZED, "AuthenticationFailed"));
    let with_new = shop
        .bare(Method::POST, "/v2/Payment/Start")
        .header("x-pos-key", created["pos_key"].as_str().unwrap());
    assert_eq!(answered(with_new.json(&request(json!({})))).await.0, StatusCode::OK);
    // Only a hash is kept.
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM stores WHERE pos_key_hash = $1")
        .bind(created["pos_key"].as_str().unwrap().as_bytes())
        .fetch_one(&shop.api.database.pool)
        .await
        .unwrap();
    assert_eq!(found, 0);
}

#[tokio::test]
async fn nobody_else_sees_or_changes_a_store() {
    let mut shop = Shop::open().await;
    let other = shop.api.another_merchant().await;
    let as_other = |method: Method, path: &str| {
        let path = format!("/v1/stores/{}{path}", shop.store);
        shop.bare(method, &path).bearer_auth(&other.key)
    };
    let wallet = json!({ "wallet": Keypair::new().pubkey().to_string() });
    for request in [
        as_other(Method::POST, "/pos-key").json(&json!({})),
        as_other(Method::GET, "/barion"),
        as_other(Method::PUT, "/barion").json(&json!({})),
        as_other(Method::GET, "/payees"),
        as_other(Method::PUT, "/payees/ann@example.com").json(&wallet),
        as_other(Method::DELETE, "/payees/ann@example.com"),
    ] {
        assert_eq!(code(request.send().await.unwrap()).await, "store_not_found");
    }
    let reader = shop.api.restricted_key(&["account:read"]).await;
    let path = format!("/v1/stores/{}/pos-key", shop.store);
    let refused = shop.bare(Method::POST, &path).bearer_auth(reader).json(&json!({})).send().await.unwrap();
    assert_eq!(code(refused).await, "scope_missing");
}

#[tokio::test]
async fn nobody_gives_out_a_pos_key_that_may_do_more_than_they_may() {
    let shop = Shop::open().await;
    let path = format!("/v1/stores/{}/pos-key", shop.store);
    let asked_by = async |scopes: &[&str]| {
        let key = shop.api.restricted_key(scopes).await;
        shop.bare(Method::POST, &path).bearer_auth(key).json(&json!({})).send().await.unwrap()
    };
    let refused = asked_by(&["account:write", "payments:read", "payments:write"]).await;
    assert_eq!(code(refused).await, "rights_exceeded");
    let all = ["account:write", "payments:read", "payments:write", "payments:operate"];
    assert_eq!(asked_by(&all).await.status(), StatusCode::CREATED);
    let noted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE action = 'pos_key.create' AND target = $1")
            .bind(&shop.store)
            .fetch_one(&shop.api.database.pool)
            .await
            .unwrap();
    assert_eq!(noted, 2, "the first one too");
}

#[tokio::test]
async fn another_shops_payment_does_not_exist() {
    let mut shop = Shop::open().await;
    let payment = shop.start(json!({})).await;
    let other = shop.api.another_merchant().await;
    let store: String = sqlx::query_scalar(
        "SELECT s.id FROM stores s JOIN merchants m ON m.id = s.merchant_id WHERE m.address = $1",
    )
    .bind(other.address.to_string())
    .fetch_one(&shop.api.database.pool)
    .await
    .unwrap();
    let created = shop.bare(Method::POST, &format!("/v1/stores/{store}/pos-key")).bearer_auth(&other.key);
    let created: Value = created.json(&json!({})).send().await.unwrap().json().await.unwrap();
    let key = created["pos_key"].as_str().unwrap();
    let path = format!("/v4/payment/{}/paymentstate", payment["PaymentId"].as_str().unwrap());
    let (status, refused) = answered(shop.bare(Method::GET, &path).header("x-pos-key", key)).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, "NotExistingPaymentId"));
}

#[tokio::test]
async fn settings_are_checked_and_shown() {
    let shop = Shop::open().await;
    let path = format!("/v1/stores/{}/barion", shop.store);
    let shown: Value = shop.api.get(&path).await.json().await.unwrap();
    assert_eq!(shown, json!({ "payee": null, "currency_tokens": {}, "refund_window": 31_536_000 }));
    for wrong in [
        json!({ "payee": "nobody" }),
        json!({ "refund_window": -1 }),
        json!({ "currency_tokens": { "EUR": [] } }),
        json!({ "currency_tokens": { "EUR": ["no such thing!"] } }),
    ] {
        assert_eq!(code(shop.api.put(&path, wrong.clone()).await).await, "validation_failed", "{wrong}");
    }
    let asked =
        json!({ "payee": "Shop@Example.com", "currency_tokens": { "eur": ["EUR"] }, "refund_window": 60 });
    let put: Value = shop.api.put(&path, asked).await.json().await.unwrap();
    assert_eq!(
        (&put["payee"], &put["currency_tokens"]["EUR"]),
        (&json!("shop@example.com"), &json!(["EUR"]))
    );
    assert_eq!(shop.api.get(&path).await.json::<Value>().await.unwrap(), put);

    let payees = format!("/v1/stores/{}/payees", shop.store);
    let wallet = Keypair::new().pubkey().to_string();
    let wrong = shop.api.put(&format!("{payees}/ann@example.com"), json!({ "wallet": "x" })).await;
    assert_eq!(code(wrong).await, "account_invalid");
    shop.api.put(&format!("{payees}/Ann@example.com"), json!({ "wallet": wallet })).await;
    let shown: Value = shop.api.get(&payees).await.json().await.unwrap();
    assert_eq!(shown["data"], json!([{ "email": "ann@example.com", "wallet": wallet }]));
    let gone = shop.api.request(Method::DELETE, &format!("{payees}/ann@example.com")).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}
