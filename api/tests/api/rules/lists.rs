//! Lists, and the wallets on them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::client::Token;

use super::{ask, decisions, rule};
use crate::support::{Api, SPL_TOKEN, code, problem, rpc};

const BAD: &str = "/v1/rule-lists/bad/entries";

/// A wallet with SOL and 100 of the token.
fn wallet(api: &Api) -> Pubkey {
    let wallet = Pubkey::new_unique();
    let token = Token { mint: api.mint, program: SPL_TOKEN };
    let mut node = api.rpc.node();
    node.accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
    let data = rpc::token_account(&api.mint, &wallet, 100_000_000);
    node.accounts.insert(token.account_of(&wallet).to_string(), (SPL_TOKEN, 2_039_280, data));
    wallet
}

#[tokio::test]
async fn whoever_is_on_a_list_is_refused_by_any_of_its_marks() {
    let api = Api::start().await;
    rule(&api, "block", json!({ "kind": "list", "list": "bad" })).await;
    for (kind, value, customer) in [
        ("email", "Eve@Bad.example", json!({ "email": "eve@bad.example" })),
        ("email_domain", "spam.example", json!({ "email": "anybody@SPAM.example" })),
        ("ip", "203.0.113.0/24", json!({ "ip": "203.0.113.77" })),
        ("ip", "2001:db8::/32", json!({ "ip": "2001:db8::7" })),
        ("country", "kp", json!({ "country": "KP" })),
    ] {
        assert_eq!(ask(&api, "1", customer.clone()).await.status(), StatusCode::CREATED, "{value}");
        let entry = json!({ "kind": kind, "value": value, "note": "seen before" });
        for _ in 0..2 {
            assert_eq!(api.post(BAD, entry.clone()).await.status(), StatusCode::OK);
        }
        assert_eq!(code(ask(&api, "1", customer.clone()).await).await, "payment_blocked", "{value}");
        let query = format!("{BAD}?kind={kind}&value={}", value.replace('/', "%2F"));
        let removed = api.request(Method::DELETE, &query).send().await.unwrap();
        assert_eq!(removed.status(), StatusCode::NO_CONTENT);
        assert_eq!(ask(&api, "1", customer).await.status(), StatusCode::CREATED, "{value}");
        let again = api.request(Method::DELETE, &query).send().await.unwrap();
        assert_eq!(code(again).await, "list_entry_not_found");
    }
}

#[tokio::test]
async fn a_friend_is_let_through_whatever_comes_behind() {
    let api = Api::start().await;
    rule(&api, "block", json!({ "kind": "amount", "token": "USDC", "max": "1" })).await;
    let friends = json!({
        "name": "friends", "position": -1, "outcome": "allow", "condition": { "kind": "list", "list": "friends" },
    });
    assert_eq!(api.post("/v1/rules", friends).await.status(), StatusCode::CREATED);
    let entry = json!({ "kind": "email", "value": "anna@shop.example" });
    api.post("/v1/rule-lists/friends/entries", entry).await;
    let friend = ask(&api, "500", json!({ "email": "anna@shop.example" })).await;
    let decision = friend.json::<Value>().await.unwrap()["decision"].clone();
    assert_eq!((&decision["outcome"], decision["reasons"].as_array().unwrap().len()), (&json!("allow"), 1));
    assert_eq!(code(ask(&api, "500", json!({ "email": "eve@shop.example" })).await).await, "payment_blocked");
}

#[tokio::test]
async fn a_store_lets_nobody_past_the_merchants_own_rules() {
    let api = Api::start().await;
    let stores: Value = api.get("/v1/stores").await.json().await.unwrap();
    let store = &stores["data"][0]["id"];
    let made: Value =
        api.post("/v1/api-keys", json!({ "name": "till", "store": store })).await.json().await.unwrap();
    let as_store = |method: Method, path: &str| {
        let request = reqwest::Client::new().request(method, format!("{}{path}", api.url));
        request.bearer_auth(made["secret"].as_str().unwrap())
    };
    rule(&api, "block", json!({ "kind": "amount", "token": "USDC", "max": "1" })).await;
    api.post("/v1/rule-lists/friends/entries", json!({ "kind": "email", "value": "eve@bad.example" })).await;
    let friends = json!({
        "name": "friends", "position": -1, "outcome": "allow", "condition": { "kind": "list", "list": "friends" },
    });
    let added = as_store(Method::POST, "/v1/rules").json(&friends).send().await.unwrap();
    assert_eq!(added.status(), StatusCode::CREATED);
    let asked = ask(&api, "500", json!({ "email": "eve@bad.example" })).await;
    assert_eq!(code(asked).await, "payment_blocked");
    let entry = json!({ "kind": "email", "value": "eve@bad.example" });
    for request in [
        as_store(Method::POST, BAD).json(&entry),
        as_store(Method::GET, BAD),
        as_store(Method::DELETE, &format!("{BAD}?kind=email&value=eve@bad.example")),
    ] {
        assert_eq!(code(request.send().await.unwrap()).await, "scope_missing");
    }
}

#[tokio::test]
async fn a_list_is_read_in_pages_and_is_its_merchants_own() {
    let mut api = Api::start().await;
    for value in ["AT", "HU", "SK"] {
        api.post(BAD, json!({ "kind": "country", "value": value })).await;
    }
    let first: Value = api.get(&format!("{BAD}?limit=2")).await.json().await.unwrap();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second: Value = api.get(&format!("{BAD}?limit=2&cursor={cursor}")).await.json().await.unwrap();
    let values = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!([values(&first), values(&second)].concat(), ["AT", "HU", "SK"]);
    assert_eq!(second["next_cursor"], Value::Null);
    api.merchant.key = api.another_merchant().await.key;
    let none: Value = api.get(BAD).await.json().await.unwrap();
    assert_eq!(none["data"], json!([]));
}

#[tokio::test]
async fn a_listed_wallet_is_told_nothing_and_the_merchant_everything() {
    let api = Api::start().await;
    rule(&api, "block", json!({ "kind": "list", "list": "bad" })).await;
    let (good, bad) = (wallet(&api), wallet(&api));
    api.post(BAD, json!({ "kind": "wallet", "value": bad.to_string() })).await;
    let payment = api.payment().await;
    let pay = format!("/pay/{}", payment.id);
    for _ in 0..2 {
        let refused = problem(api.post(&pay, json!({ "account": bad.to_string() })).await).await;
        assert_eq!(refused.code, "payment_blocked");
        assert!(!refused.detail.contains("list"), "{}", refused.detail);
    }
    assert_eq!(api.post(&pay, json!({ "account": good.to_string() })).await.status(), StatusCode::OK);
    let path = format!("/v1/payments/{}/decisions", payment.id);
    let found: Value = api.get(&path).await.json().await.unwrap();
    let seen: Vec<_> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["moment"].clone(), it["outcome"].clone()))
        .collect();
    assert_eq!(
        seen,
        [
            (json!("wallet"), json!("allow")),
            (json!("wallet"), json!("block")),
            (json!("creation"), json!("allow")),
        ],
        "the same twice is one row"
    );
    assert_eq!(found["data"][1]["reasons"][0]["facts"]["wallet"], bad.to_string());
    assert_eq!(decisions(&api).await.len(), 3);
}

#[tokio::test]
async fn a_wallet_is_counted_by_payments_and_not_by_how_often_it_asks() {
    let api = Api::start().await;
    rule(&api, "block", json!({ "kind": "velocity", "by": "wallet", "window_seconds": 60, "max_count": 1 }))
        .await;
    let wallet = wallet(&api);
    let (one, other) = (api.payment().await, api.payment().await);
    let pay =
        async |id: &str| api.post(&format!("/pay/{id}"), json!({ "account": wallet.to_string() })).await;
    for _ in 0..3 {
        assert_eq!(pay(&one.id).await.status(), StatusCode::OK);
    }
    assert_eq!(code(pay(&other.id).await).await, "payment_blocked");
}
