//! What a shop's machine does by Barion's API.

use reqwest::Method;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::domain::{Payment, TransactionKind};

use super::{Document, created, made, shown, text};
use crate::barion;
use crate::support::{Api, ledger::After};

/// Returns the key of a shop.
pub async fn sow(api: &mut Api, document: &mut Document) -> String {
    let store = created(api, "/v1/stores", json!({ "name": "Shop with a POSKey" })).await;
    let key = made(api, Method::POST, &format!("/v1/stores/{store}/pos-key"), json!({})).await;
    let key = text(&key["pos_key"]);
    let reserved = paid(api, &key, "reserved", barion::reservation()).await;
    let held = paid(api, &key, "held", barion::delayed()).await;
    let unwanted = paid(api, &key, "unwanted", barion::delayed()).await;
    let sold = paid(api, &key, "sold", json!({})).await;
    settle(api, &sold).await;

    let part = |payment: &Value| json!({ "TransactionId": barion::parts(payment)[0], "Total": 12.5 });
    let back = json!({ "TransactionId": barion::parts(&sold)[0], "AmountToRefund": 1 });
    let sold = &sold["PaymentId"];
    document
        .body("POST /v2/Payment/Start", request("another", json!({})))
        .query("GET /v2/Payment/GetPaymentState", "PaymentId", &text(sold))
        .path("GET /v4/payment/{payment_id}/paymentstate", "payment_id", &[&text(sold)])
        .body("POST /v2/Payment/FinishReservation", finish(&reserved, part(&reserved)))
        .body("POST /v2/Payment/Capture", finish(&held, part(&held)))
        .body("POST /v2/Payment/CancelAuthorization", json!({ "PaymentId": unwanted["PaymentId"] }))
        .body("POST /v2/Payment/Refund", json!({ "PaymentId": sold, "TransactionsToRefund": [back] }));
    key
}

/// A request in the merchant's token.
fn request(id: &str, change: Value) -> Value {
    let mut body = barion::request(change);
    body["PaymentRequestId"] = json!(id);
    body["Currency"] = json!("USDC");
    body
}

fn finish(payment: &Value, part: Value) -> Value {
    json!({ "PaymentId": payment["PaymentId"], "Transactions": [part] })
}

/// A payment of 25.00 in escrow, as Barion's API shows it.
async fn paid(api: &mut Api, key: &str, id: &str, change: Value) -> Value {
    let url = format!("{}/v2/Payment/Start", api.url);
    let start = reqwest::Client::new().post(url).header("x-pos-key", key).json(&request(id, change));
    let started: Value = start.send().await.unwrap().json().await.unwrap();
    let ours = ours(api, &started).await;
    let merchant = api.merchant.address;
    api.ledger.authorize(&merchant, &ours, &Pubkey::new_unique()).await;
    started
}

/// The same payment in our own words.
async fn ours(api: &Api, payment: &Value) -> Payment {
    let path = format!("/v1/payments/pay_{}", text(&payment["PaymentId"]));
    serde_json::from_value(shown(api, &path).await).unwrap()
}

/// The merchant has the money.
async fn settle(api: &mut Api, payment: &Value) {
    let ours = ours(api, payment).await;
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    let signature = Pubkey::new_unique().to_string();
    api.ledger.carry_out(&ours, TransactionKind::Capture, &signature, 25_000_000, after).await;
    let merchant = api.merchant.address;
    api.ledger.credit(&merchant, &ours, 25_000_000, 2).await;
}
