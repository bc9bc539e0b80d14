//! Changing the merchant's own words for a payment.

use reqwest::Method;
use serde_json::{Value, json};

use super::Shop;
use crate::support::{code, problem};

async fn amend(shop: &Shop, id: &str, body: Value) -> reqwest::Response {
    shop.api.request(Method::PATCH, &format!("/v1/payments/{id}")).json(&body).send().await.unwrap()
}

#[tokio::test]
async fn what_is_given_is_changed_and_told_once() {
    let shop = Shop::open().await;
    let body = json!({ "amount": "1", "token": "USDC", "order_reference": "A", "description": "Tea", "metadata": { "a": "1" } });
    let payment = shop.created(body).await;
    let change = json!({ "order_reference": "B", "description": null });
    let changed: Value = amend(&shop, &payment.id, change.clone()).await.json().await.unwrap();
    assert_eq!((&changed["order_reference"], &changed["description"]), (&json!("B"), &Value::Null));
    assert_eq!(changed["metadata"], json!({ "a": "1" }), "what was left out stays");
    amend(&shop, &payment.id, change).await;
    assert_eq!(shop.events().await, [("payment.updated".to_owned(), payment.id.clone())]);
    let changed: Value =
        amend(&shop, &payment.id, json!({ "metadata": { "b": "2" } })).await.json().await.unwrap();
    assert_eq!(changed["metadata"], json!({ "b": "2" }));
}

#[tokio::test]
async fn what_the_terms_say_cannot_be_changed() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    assert_eq!(code(amend(&shop, &payment.id, json!({ "amount": "1" })).await).await, "invalid_json");
    let long = json!({ "description": "x".repeat(501), "metadata": { "": "" } });
    let refused = problem(amend(&shop, &payment.id, long).await).await;
    let fields: Vec<_> = refused.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["description", "metadata"]);
    assert_eq!(code(amend(&shop, "pay_nope", json!({})).await).await, "payment_not_found");
}
