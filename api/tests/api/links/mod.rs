//! Payment links.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, code, problem};

/// A link whose amount the customer chooses, from 1 to 100 USDC.
async fn open_link(api: &Api) -> String {
    created(api, json!({ "title": "Coffee", "token": "USDC", "min_amount": "1.00", "max_amount": "100" }))
        .await
}

async fn created(api: &Api, body: Value) -> String {
    let response = api.post("/v1/payment_links", body).await;
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{answer:#}");
    answer["id"].as_str().unwrap().to_owned()
}

/// As a customer does, without a key.
async fn pay(api: &Api, link: &str, amount: Option<&str>, key: Option<&str>) -> Response {
    let url = format!("{}/links/{link}/payments", api.url);
    let mut request = reqwest::Client::new().post(url).json(&json!({ "amount": amount }));
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.send().await.unwrap()
}

async fn change(api: &Api, link: &str, body: Value) -> Response {
    api.request(Method::PATCH, &format!("/v1/payment_links/{link}")).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_link_has_a_code_for_a_phones_camera() {
    let api = Api::start().await;
    let link = open_link(&api).await;
    let customer = async |path: &str| reqwest::get(format!("{}{path}", api.url)).await.unwrap();
    let answer = customer(&format!("/links/{link}/qr.svg")).await;
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::OK, &"image/svg+xml".parse().unwrap())
    );
    let drawn = answer.text().await.unwrap();
    assert!(drawn.contains("<svg"), "{drawn}");
    let other = open_link(&api).await;
    assert_ne!(drawn, customer(&format!("/links/{other}/qr.svg")).await.text().await.unwrap());
    assert_eq!(code(customer("/links/lnk_none/qr.svg").await).await, "link_not_found");
}

#[tokio::test]
async fn a_customer_pays_what_he_chooses_within_the_bounds() {
    let api = Api::start().await;
    let link = open_link(&api).await;
    let terms: Value = api.get(&format!("/links/{link}/terms")).await.json().await.unwrap();
    assert_eq!((&terms["title"], &terms["max_amount"]), (&json!("Coffee"), &json!("100")));
    assert_eq!(terms["page_url"], format!("https://pay.example/links/{link}"));

    let answer = pay(&api, &link, Some("12.50"), None).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let payment: Value = answer.json().await.unwrap();
    let id = payment["id"].as_str().unwrap();
    assert_eq!(payment["amount"]["value"], "12.50");
    assert_eq!(payment["checkout_url"], format!("https://pay.example/checkout/{id}"));
    let known: Value = api.get(&format!("/v1/payments/{id}")).await.json().await.unwrap();
    assert_eq!((&known["link"], &known["description"]), (&json!(link), &json!("Coffee")));

    for amount in [None, Some("0.99"), Some("100.01"), Some("0"), Some("ten")] {
        let refused = problem(pay(&api, &link, amount, None).await).await;
        assert_eq!(refused.code, "amount_invalid", "{amount:?}");
        assert_eq!(refused.detail, "choose an amount of 1.00 to 100 USDC", "{amount:?}");
    }
}

#[tokio::test]
async fn a_fixed_amount_is_nobodys_choice() {
    let api = Api::start().await;
    let link = created(&api, json!({ "title": "Ticket", "token": "USDC", "amount": "25.00" })).await;
    let payment: Value = pay(&api, &link, None, None).await.json().await.unwrap();
    assert_eq!(payment["amount"]["value"], "25.00");
    assert_eq!(code(pay(&api, &link, Some("1.00"), None).await).await, "amount_invalid");
}

#[tokio::test]
async fn a_retry_gets_the_same_payment() {
    let api = Api::start().await;
    let link = open_link(&api).await;
    let id = async |amount, key| {
        let payment: Value = pay(&api, &link, Some(amount), Some(key)).await.json().await.unwrap();
        payment["id"].as_str().map(str::to_owned)
    };
    let first = id("5.00", "a").await;
    assert!(first.is_some());
    let (one, two) = tokio::join!(id("5.00", "a"), id("5.00", "a"));
    assert_eq!((&one, &two), (&first, &first));
    assert_ne!(id("5.00", "b").await, first);
    assert_eq!(code(pay(&api, &link, Some("6.00"), Some("a")).await).await, "idempotency_mismatch");
}

#[tokio::test]
async fn payments_are_listed_by_their_link() {
    let api = Api::start().await;
    let (link, other) = (open_link(&api).await, open_link(&api).await);
    api.payment().await;
    pay(&api, &other, Some("2"), None).await;
    let payment: Value = pay(&api, &link, Some("1"), None).await.json().await.unwrap();
    let page: Value = api.get(&format!("/v1/payments?link={link}")).await.json().await.unwrap();
    let found: Vec<&Value> = page["data"].as_array().unwrap().iter().map(|found| &found["id"]).collect();
    assert_eq!(found, [&payment["id"]]);
}

#[tokio::test]
async fn a_link_is_switched_off_and_on_by_its_merchant_alone() {
    let mut api = Api::start().await;
    let link = open_link(&api).await;
    let off: Value = change(&api, &link, json!({ "active": false })).await.json().await.unwrap();
    assert_eq!(off["active"], false);
    assert_eq!(code(pay(&api, &link, Some("1"), None).await).await, "link_inactive");
    let words = json!({ "active": true, "title": "Tea", "redirect_url": "https://shop.example/thanks" });
    let on: Value = change(&api, &link, words).await.json().await.unwrap();
    assert_eq!((&on["title"], &on["active"]), (&json!("Tea"), &json!(true)));
    assert_eq!(pay(&api, &link, Some("1"), None).await.status(), StatusCode::CREATED);
    let nothing: Value = change(&api, &link, json!({ "redirect_url": null })).await.json().await.unwrap();
    assert_eq!((&nothing["redirect_url"], &nothing["title"]), (&Value::Null, &json!("Tea")));
    assert_eq!(code(change(&api, &link, json!({ "title": "" })).await).await, "validation_failed");

    let stranger = api.another_merchant().await;
    let url = format!("{}/v1/payment_links/{link}", api.url);
    let looked = reqwest::Client::new().get(url).bearer_auth(&stranger.key).send().await.unwrap();
    assert_eq!(code(looked).await, "link_not_found");
}

#[tokio::test]
async fn a_link_that_could_make_no_payment_is_refused() {
    let api = Api::start().await;
    for (change, expected) in [
        (json!({ "token": "DOGE" }), "token_not_accepted"),
        (json!({ "title": "" }), "validation_failed"),
        (json!({ "amount": "0" }), "amount_invalid"),
        (json!({ "amount": "5", "min_amount": "1" }), "validation_failed"),
        (json!({ "min_amount": "5", "max_amount": "1" }), "validation_failed"),
        (json!({ "suggested_amounts": ["5", "x"] }), "amount_invalid"),
        (json!({ "redirect_url": "javascript:alert(1)" }), "url_not_allowed"),
        (json!({ "store": "sto_nope" }), "store_not_found"),
        (json!({ "min_amount": "0.0000001" }), "amount_invalid"),
        (json!({ "suggested_amounts": ["5", "5.0000001"] }), "amount_invalid"),
    ] {
        let mut body = json!({ "title": "Coffee", "token": "USDC" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(code(api.post("/v1/payment_links", body).await).await, expected, "{change}");
    }
    let reading = api.restricted_key(&["payments:read"]).await;
    let url = format!("{}/v1/payment_links", api.url);
    let body = json!({ "title": "Coffee", "token": "USDC" });
    let refused = reqwest::Client::new().post(url).bearer_auth(reading).json(&body).send().await.unwrap();
    assert_eq!(code(refused).await, "scope_missing");
}

#[tokio::test]
async fn a_link_is_made_once_for_a_key_and_listed() {
    let api = Api::start().await;
    let body = json!({ "title": "Coffee", "token": "USDC" });
    let one: Value = api.post_with_key("/v1/payment_links", "k", body.clone()).await.json().await.unwrap();
    let two: Value = api.post_with_key("/v1/payment_links", "k", body).await.json().await.unwrap();
    assert_eq!(one["id"], two["id"]);
    let other = open_link(&api).await;
    let page: Value = api.get("/v1/payment_links?limit=1").await.json().await.unwrap();
    assert_eq!(page["data"][0]["id"], json!(other), "the latest first");
    let next = format!("/v1/payment_links?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    let page: Value = api.get(&next).await.json().await.unwrap();
    assert_eq!((&page["data"][0]["id"], &page["next_cursor"]), (&one["id"], &Value::Null));
}

/// As if many customers had followed a link and not paid.
async fn crowd(api: &Api, link: &str) {
    sqlx::query(
        "INSERT INTO payments
         SELECT p.* FROM payments t, generate_series(1, 1000) n,
             jsonb_populate_record(t, jsonb_build_object('id', 'pay_crowd' || n, 'address', 'crowd' || n)) p
         WHERE t.link_id = $1",
    )
    .bind(link)
    .execute(&api.database.pool)
    .await
    .unwrap();
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let api = Api::start().await;
    seen.expect(Code::LinkNotFound, api.get("/links/lnk_nope/terms").await).await;
    let link = open_link(&api).await;
    assert_eq!(pay(&api, &link, Some("1"), None).await.status(), StatusCode::CREATED);
    crowd(&api, &link).await;
    seen.expect(Code::LinkBusy, pay(&api, &link, Some("1"), None).await).await;
    sqlx::query("UPDATE payments SET created_at = now() - interval '61 minutes' WHERE link_id = $1")
        .bind(&link)
        .execute(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(pay(&api, &link, Some("1"), None).await.status(), StatusCode::CREATED, "an hour later");
    change(&api, &link, json!({ "active": false })).await;
    seen.expect(Code::LinkInactive, pay(&api, &link, Some("1"), None).await).await;
}

#[tokio::test]
async fn one_caller_does_not_use_a_link_up() {
    let mut api = Api::start().await;
    let link = open_link(&api).await;
    api.restart_with(|config| {
        config.limits.limit_links = "2/3600".parse().unwrap();
        config.limits.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let from = async |address: &str, path: &str, body: Value| {
        let request = reqwest::Client::new().post(format!("{}{path}", api.url)).json(&body);
        request.header("x-forwarded-for", address).send().await.unwrap()
    };
    let (path, action) = (format!("/links/{link}/payments"), format!("/actions/link/{link}?amount=1"));
    for _ in 0..2 {
        let made = from("198.51.100.1", &path, json!({ "amount": "1" })).await;
        assert_eq!(made.status(), StatusCode::CREATED);
    }
    let refused = from("198.51.100.1", &path, json!({ "amount": "1" })).await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(code(refused).await, "rate_limited");
    let account = json!({ "account": solana_pubkey::Pubkey::new_unique().to_string() });
    let refused = from("198.51.100.1", &action, account).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "a Blink is no way around it");
    let made = from("198.51.100.2", &path, json!({ "amount": "1" })).await;
    assert_eq!(made.status(), StatusCode::CREATED, "somebody else");
}
