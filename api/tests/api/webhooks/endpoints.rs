//! Several endpoints of a merchant: filters, stores, keys.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{create, endpoint, path, shown, sql, text, verifies, verifies_publicly};
use crate::support::receiver::{Behaviour, Receiver};
use crate::support::{Api, code, eventually, problem};

async fn patch(api: &Api, path: &str, body: Value) -> reqwest::Response {
    api.request(Method::PATCH, path).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn an_endpoint_is_created_listed_changed_and_deleted() {
    let api = Api::start().await;
    let request = json!({ "url": "http://127.0.0.1:9/a", "description": "The shop", "types": ["payment.*"] });
    let made = create(&api, request).await;
    let path = path(&made);
    assert!(text(&made["secret"]).starts_with("whsec_") && text(&made["public_key"]).starts_with("whpk_"));
    assert_eq!((&made["status"], &made["types"]), (&json!("active"), &json!(["payment.*"])));

    let seen = shown(&api, &path).await;
    assert_eq!((seen.get("secret"), &seen["public_key"]), (None, &made["public_key"]), "once");
    assert_eq!(shown(&api, "/v1/endpoints").await["data"], json!([seen]));

    let change = json!({ "url": "http://127.0.0.1:9/b", "types": null });
    let changed: Value = patch(&api, &path, change).await.json().await.unwrap();
    let expected = (&json!("http://127.0.0.1:9/b"), &Value::Null, &json!("The shop"));
    assert_eq!((&changed["url"], &changed["types"], &changed["description"]), expected);
    create(&api, json!({ "url": "http://127.0.0.1:9/c" })).await;
    let taken = patch(&api, &path, json!({ "url": "http://127.0.0.1:9/c" })).await;
    assert_eq!(code(taken).await, "endpoint_exists");

    let deleted = api.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(api.get(&path).await).await, "endpoint_not_found");
}

#[tokio::test]
async fn unknown_types_and_stores_are_refused() {
    let api = Api::start().await;
    let ask = async |field: &str, value: Value| {
        let mut request = json!({ "url": "http://127.0.0.1:9/" });
        request[field] = value;
        problem(api.post("/v1/endpoints", request).await).await
    };
    for types in [json!([]), json!(["payment.captured", "payment.eaten"]), json!(["*"]), json!(["pay*"])] {
        let refused = ask("types", types).await;
        assert_eq!((refused.code.as_str(), refused.errors[0].field.as_str()), ("validation_failed", "types"));
    }
    assert_eq!(ask("store", json!("sto_nope")).await.code, "store_not_found");
    assert_eq!(ask("description", json!("x".repeat(201))).await.code, "validation_failed");
}

#[tokio::test]
async fn another_merchants_endpoint_is_not_found() {
    let mut api = Api::start().await;
    let made = create(&api, json!({ "url": "http://127.0.0.1:9/" })).await;
    api.merchant.key = api.another_merchant().await.key;
    let path = path(&made);
    let answers = [
        api.get(&path).await,
        patch(&api, &path, json!({ "url": "http://127.0.0.1:9/mine" })).await,
        api.request(Method::DELETE, &path).send().await.unwrap(),
        api.post(&format!("{path}/rotate-secret"), json!({})).await,
        api.post(&format!("{path}/pause"), json!({})).await,
        api.post(&format!("{path}/resume"), json!({})).await,
        api.post(&format!("{path}/test"), json!({})).await,
        api.post(&format!("{path}/replay"), json!({ "after": 0 })).await,
        api.get(&format!("{path}/deliveries")).await,
    ];
    for answer in answers {
        assert_eq!(code(answer).await, "endpoint_not_found");
    }
}

#[tokio::test]
async fn each_endpoint_is_told_what_it_takes() {
    let mut api = Api::start().await;
    let [all, captures, payments, others] =
        futures::future::join_all((0..4).map(|_| Receiver::start(Behaviour::Takes)))
            .await
            .try_into()
            .ok()
            .unwrap();
    endpoint(&api, &all.url).await;
    create(&api, json!({ "url": captures.url, "types": ["payment.captured"] })).await;
    create(&api, json!({ "url": payments.url, "types": ["payment.*"] })).await;
    create(&api, json!({ "url": others.url, "types": ["endpoint.*"] })).await;
    api.captured().await;
    assert_eq!((all.wait_for(2).await.len(), payments.wait_for(2).await.len()), (2, 2));
    let [captured] = &captures.wait_for(1).await[..] else { panic!("one") };
    assert!(captured.body.contains("payment.captured"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((captures.received().len(), others.received().len()), (1, 0));
}

#[tokio::test]
async fn an_endpoint_of_a_store_is_told_of_its_payments_only() {
    let mut api = Api::start().await;
    sql(&api, "INSERT INTO stores (id, merchant_id, name) SELECT 'sto_two', id, 'Two' FROM merchants").await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let made = create(&api, json!({ "url": receiver.url, "store": "sto_two" })).await;
    assert_eq!(made["store"], "sto_two");
    api.authorized().await;
    let theirs = json!({ "amount": "1.00", "token": "USDC", "store": "sto_two" });
    let theirs = api.post("/v1/payments", theirs).await.json().await.unwrap();
    api.ledger.authorize(&api.merchant.address, &theirs, &solana_pubkey::Pubkey::new_unique()).await;
    let received = receiver.wait_for(1).await;
    assert!(received[0].body.contains(&theirs.id));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.received().len(), 1);

    // A key of one store sees its endpoints only, and makes none of another.
    let default: String = sqlx::query_scalar("SELECT id FROM stores WHERE is_default")
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    let made_key = api.post("/v1/api-keys", json!({ "name": "of one store", "store": default })).await;
    api.merchant.key = text(&made_key.json::<Value>().await.unwrap()["secret"]);
    assert_eq!(code(api.get(&path(&made)).await).await, "endpoint_not_found");
    let other = api.post("/v1/endpoints", json!({ "url": "http://127.0.0.1:9/", "store": "sto_two" })).await;
    assert_eq!(code(other).await, "store_not_found");
}

#[tokio::test]
async fn keys_rotate_without_a_gap() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let old = create(&api, json!({ "url": receiver.url })).await;
    let rotate = format!("{}/rotate-secret", path(&old));
    let too_long = api.post(&rotate, json!({ "overlap_seconds": 604_801 })).await;
    assert_eq!(code(too_long).await, "validation_failed");

    api.authorized().await;
    let first = receiver.wait_for(1).await[0].clone();
    assert!(verifies(&first, &text(&old["secret"])) && verifies_publicly(&first, &text(&old["public_key"])));

    let new: Value = api.post(&rotate, json!({ "overlap_seconds": 3600 })).await.json().await.unwrap();
    assert!(new["previous_keys_until"].is_string());
    assert!(!verifies(&first, &text(&new["secret"])));
    api.authorized().await;
    let during = receiver.wait_for(2).await[1].clone();
    for keys in [&old, &new] {
        assert!(verifies(&during, &text(&keys["secret"])));
        assert!(verifies_publicly(&during, &text(&keys["public_key"])));
    }
    assert_eq!(during.signature.split(' ').count(), 4);

    // A secret that has leaked is replaced at once.
    let last: Value = api.post(&rotate, json!({})).await.json().await.unwrap();
    api.authorized().await;
    let after = receiver.wait_for(3).await[2].clone();
    assert!(verifies(&after, &text(&last["secret"])) && !verifies(&after, &text(&new["secret"])));
    assert_eq!(after.signature.split(' ').count(), 2);
}

#[tokio::test]
async fn secrets_are_sealed_when_there_is_a_key_for_that() {
    let mut api = Api::start().await;
    let receiver = Receiver::start(Behaviour::Takes).await;
    let plain = create(&api, json!({ "url": receiver.url })).await;
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    api.restart_with(|config| config.secrets_key = Some(key.parse().unwrap())).await;
    api.authorized().await;
    assert!(verifies(&receiver.wait_for(1).await[0], &text(&plain["secret"])), "what was there can be read");

    let rotated: Value =
        api.post(&format!("{}/rotate-secret", path(&plain)), json!({})).await.json().await.unwrap();
    let kept: Vec<String> = sqlx::query_scalar("SELECT unnest(ARRAY[secret, signing_key]) FROM endpoints")
        .fetch_all(&api.database.pool)
        .await
        .unwrap();
    assert!(kept.iter().all(|kept| kept.starts_with("sealed:")), "not in the database");
    api.authorized().await;
    let sealed = receiver.wait_for(2).await[1].clone();
    assert!(verifies(&sealed, &text(&rotated["secret"])));
    assert!(verifies_publicly(&sealed, &text(&rotated["public_key"])));
}

#[tokio::test]
async fn what_waits_goes_to_the_new_url() {
    let mut api = Api::start().await;
    let old = Receiver::start(Behaviour::Fails(StatusCode::INTERNAL_SERVER_ERROR, 100)).await;
    let made = create(&api, json!({ "url": old.url })).await;
    api.authorized().await;
    old.wait_for(1).await;
    let new = Receiver::start(Behaviour::Takes).await;
    assert_eq!(patch(&api, &path(&made), json!({ "url": new.url })).await.status(), StatusCode::OK);
    eventually("failing", async || super::delivery(&api).await.2.is_some()).await;
    super::hurry(&api).await;
    assert!(verifies(&new.wait_for(1).await[0], &text(&made["secret"])));
    assert_eq!(old.received().len(), 1);
    eventually("well again", async || shown(&api, &path(&made)).await["status"] == "active").await;
}
