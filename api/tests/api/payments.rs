//! Creating and reading payments.

use reqwest::StatusCode;
use serde_json::{Value, json};
use till::{CaptureMode, Terms};

use crate::support::{Api, SPL_TOKEN, code};

#[tokio::test]
async fn a_payment_has_the_address_that_its_terms_hash_to() {
    let api = Api::start().await;
    let body = json!({
        "amount": "25.00", "token": api.mint.to_string(), "capture_mode": "immediate",
        "authorization_expires_in": 600, "refund_window": 60, "max_fee_bps": 100,
        "order_reference": "A-17", "description": "Two tickets",
        "redirect_url": "https://shop.example/thanks", "metadata": { "seat": "7" },
    });
    let response = api.post("/v1/payments", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let payment: Value = response.json().await.unwrap();
    let id = payment["id"].as_str().unwrap();

    assert_eq!(location, format!("/v1/payments/{id}"));
    assert_eq!(payment["status"], "created");
    assert_eq!(payment["finality"], "unseen");
    assert_eq!(payment["amount"], json!({ "value": "25.00", "base_units": "25000000" }));
    assert_eq!((&payment["symbol"], &payment["metadata"]["seat"]), (&json!("USDC"), &json!("7")));
    assert_eq!(payment["pay_url"], format!("https://pay.example/pay/{id}"));
    assert_eq!(payment["solana_pay_url"], format!("solana:https%3A%2F%2Fpay.example%2Fpay%2F{id}"));
    assert!(payment["indexed_through_slot"].is_i64() && payment["finalized_slot"].is_i64());

    let seconds = |field: &str| {
        chrono::DateTime::parse_from_rfc3339(payment[field].as_str().unwrap()).unwrap().timestamp()
    };
    let terms = Terms {
        id: id.parse::<till_store::PaymentId>().unwrap().0,
        mint: api.mint,
        amount: 25_000_000,
        authorization_expiry: seconds("authorization_expires_at"),
        refund_expiry: seconds("refund_expires_at"),
        capture_mode: CaptureMode::Immediate,
        max_fee_bps: 100,
        protection: None,
        splits: Vec::new(),
        salt: 0,
    };
    assert_eq!(terms.refund_expiry - terms.authorization_expiry, 60);
    let (_, address) = terms.salted(&api.merchant.address).unwrap();
    assert_eq!(payment["address"], address.to_string());
    let found: Value = api.get(&location).await.json().await.unwrap();
    assert_eq!(found, payment);
}

#[tokio::test]
async fn a_payment_that_was_seen_says_so() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let path = format!("/v1/payments/{}", payment.id);
    let seen: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&seen["status"], &seen["finality"]), (&json!("authorized"), &json!("confirmed")));
    assert_eq!(seen["capturable"]["value"], "25.00");
    assert_eq!(seen["transactions"][0]["kind"], "authorize");
    for _ in 0..32 {
        api.ledger.tick().await;
    }
    let seen: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!(seen["finality"], "finalized");
}

#[tokio::test]
async fn a_vault_that_takes_no_payments_is_asked_for_none() {
    let mut api = Api::start().await;
    let (merchant, mint) = (api.merchant.address, api.mint);
    api.ledger.open_vault(&merchant, &mint, &SPL_TOKEN, 1).await;
    api.ledger.set_accepting(&merchant, &mint, 0, false).await;
    for _ in 0..4 {
        let id = api.payment().await.id;
        let shard: i32 = sqlx::query_scalar("SELECT shard FROM payments WHERE id = $1")
            .bind(&id)
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
        assert_eq!(shard, 1);
    }
    api.ledger.set_accepting(&merchant, &mint, 1, false).await;
    let body = json!({ "amount": "25.00", "token": "USDC" });
    assert_eq!(code(api.post("/v1/payments", body).await).await, "token_not_accepted");
}

#[tokio::test]
async fn a_disputed_payment_says_so_and_can_be_voided() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let (from, until) = (payment.authorization_expires_at, payment.refund_expires_at);
    api.ledger.authorize_protected(&api.merchant.address, &payment, from).await;
    let path = format!("/v1/payments/{}", payment.id);
    let authorized: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!(
        (&authorized["status"], &authorized["dispute_expires_at"]),
        (&json!("authorized"), &Value::Null)
    );
    assert_eq!(authorized["capture_from"], json!(from));
    assert!(authorized["arbiter"].is_string());

    api.ledger.dispute(&payment, until).await;
    let disputed: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&disputed["status"], &disputed["dispute_expires_at"]), (&json!("disputed"), &json!(until)));
    assert_eq!(disputed["transactions"][1]["kind"], "dispute");
    let events: Value = api.get("/v1/events?after=0").await.json().await.unwrap();
    assert_eq!(events["data"][1]["type"], "payment.disputed");
    let void: Value = api.post(&format!("{path}/void"), json!({})).await.json().await.unwrap();
    assert_eq!((&void["status"], &void["amount"]["value"]), (&json!("sent"), &json!("25.00")));
}

#[tokio::test]
async fn an_unpaid_payment_expires_by_the_chains_clock() {
    let mut api = Api::start().await;
    let payment = api.payment().await;
    api.ledger.clock = payment.authorization_expires_at;
    api.ledger.tick().await;
    let expired: Value = api.get(&format!("/v1/payments/{}", payment.id)).await.json().await.unwrap();
    assert_eq!(expired["status"], "expired");
}

#[tokio::test]
async fn a_merchant_sees_only_its_own() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let captured = api.post(&format!("/v1/payments/{}/capture", payment.id), json!({})).await;
    let transaction: Value = captured.json().await.unwrap();
    let other = api.another_merchant().await;
    api.merchant.key = other.key;
    assert_eq!(code(api.get(&format!("/v1/payments/{}", payment.id)).await).await, "payment_not_found");
    let refund = api.post(&format!("/v1/payments/{}/refund", payment.id), json!({})).await;
    assert_eq!(code(refund).await, "payment_not_found");
    let path = format!("/v1/transactions/{}", transaction["id"].as_str().unwrap());
    assert_eq!(code(api.get(&path).await).await, "transaction_not_found");
    let list: Value = api.get("/v1/payments").await.json().await.unwrap();
    assert_eq!(list["data"], json!([]));
}
