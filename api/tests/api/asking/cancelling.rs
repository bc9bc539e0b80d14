//! Taking a request back.

use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::Shop;
use crate::support::{Api, code};

#[tokio::test]
async fn a_request_is_taken_back_once_however_often_it_is_asked() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    let path = format!("/v1/payments/{}/cancel", payment.id);
    let first: Value = shop.api.post(&path, json!({})).await.json().await.unwrap();
    let second: Value = shop.api.post(&path, json!({})).await.json().await.unwrap();
    assert!(first["cancelled_at"].is_string());
    assert_eq!(first["cancelled_at"], second["cancelled_at"]);
    assert_eq!(shop.events().await, [("payment.cancelled".to_owned(), payment.id.clone())]);

    let wallet = shop.wallet(&[(shop.api.mint, 30_000_000)]);
    let account = json!({ "account": wallet.to_string() });
    let pay = shop.api.post(&format!("/pay/{}", payment.id), account).await;
    assert_eq!(code(pay).await, "payment_cancelled");
    let ways = shop.api.get(&format!("/pay/{}/options?account={wallet}", payment.id)).await;
    assert_eq!(code(ways).await, "payment_cancelled");
}

#[tokio::test]
async fn what_is_paid_in_any_way_is_not_taken_back() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    shop.pay(&payment, &payment.options[1].clone()).await;
    let response = shop.api.post(&format!("/v1/payments/{}/cancel", payment.id), json!({})).await;
    assert_eq!(code(response).await, "payment_already_paid");
    assert_eq!(shop.look(&payment.id).await.cancelled_at, None);
    assert_eq!(shop.events().await.len(), 1, "nothing is told of it");
}

#[tokio::test]
async fn a_strangers_payment_is_not_found() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    api.merchant.key = api.another_merchant().await.key;
    let cancel = api.post(&format!("/v1/payments/{}/cancel", payment.id), json!({})).await;
    assert_eq!(code(cancel).await, "payment_not_found");
}

#[tokio::test]
async fn of_a_payment_and_its_cancellation_at_once_one_sees_the_other() {
    let mut api = Api::start().await;
    for _ in 0..15 {
        let payment = api.payment().await;
        let path = format!("/v1/payments/{}/cancel", payment.id);
        let cancel = api.request(reqwest::Method::POST, &path).send();
        let merchant = api.merchant.address;
        let payer = Pubkey::new_unique();
        let (response, ()) = tokio::join!(cancel, api.ledger.authorize(&merchant, &payment, &payer));
        let was_cancelled = response.unwrap().status() == StatusCode::OK;
        let goes_back: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM give_backs WHERE payment_id = $1 AND reason = 'cancelled')",
        )
        .bind(&payment.id)
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
        assert_eq!(was_cancelled, goes_back);
    }
}
