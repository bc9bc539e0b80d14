//! What becomes of operations when something goes wrong on the way.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, eventually};

async fn ordered(api: &Api, payment_id: &str) -> Value {
    let response = api.post(&format!("/v1/payments/{payment_id}/refund"), json!({ "amount": "5.00" })).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    response.json().await.unwrap()
}

#[tokio::test]
async fn what_was_recorded_and_not_signed_is_signed_once() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let second = api.another_process().await;
    let third = api.another_process().await;
    // As a process leaves it that dies between the record and the signature.
    sqlx::query(
        "INSERT INTO transactions (id, payment_id, kind, amount, status, updated_at)
         VALUES ('txn_left', $1, 'refund', 5000000, 'recorded', now() - interval '1 minute')",
    )
    .bind(&payment.id)
    .execute(&api.database.pool)
    .await
    .unwrap();
    let sent = api.wait_for_status("txn_left", "sent").await;
    eventually("sending again", async || api.rpc.node().sent.len() >= 2).await;
    let transactions = api.rpc.node().transactions();
    assert_eq!(transactions.len(), 1);
    assert_eq!(sent["signature"], transactions[0].signatures[0].to_string());
    second.cancel();
    third.cancel();
}

#[tokio::test]
async fn an_unknown_outcome_sends_the_same_bytes_again() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    api.rpc.node().loses_answers = true;
    let refund = ordered(&api, &payment.id).await;
    assert_eq!(refund["status"], "signed");
    eventually("three attempts", async || api.rpc.node().sent.len() >= 3).await;
    assert_eq!(api.rpc.node().transactions().len(), 1, "never signed anew");
    api.rpc.node().loses_answers = false;
    let sent = api.wait_for_status(refund["id"].as_str().unwrap(), "sent").await;
    assert_eq!(sent["signature"], refund["signature"]);
}

#[tokio::test]
async fn what_the_network_can_no_longer_take_has_failed() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = ordered(&api, &payment.id).await;
    // The last valid height is 150; it counts as expired when 32 more blocks are final.
    api.rpc.node().finalized_height = 182;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let id = refund["id"].as_str().unwrap();
    assert_eq!(api.transaction(id).await["status"], "sent");
    api.rpc.node().finalized_height = 183;
    let failed = api.wait_for_status(id, "failed").await;
    assert_eq!(failed["error"]["code"], "transaction_expired");
    // Its amount is available again.
    let everything = api.post(&format!("/v1/payments/{}/refund", payment.id), json!({})).await;
    assert_eq!(everything.json::<Value>().await.unwrap()["amount"]["value"], "25.00");
}

#[tokio::test]
async fn what_has_landed_is_neither_sent_again_nor_given_up() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = ordered(&api, &payment.id).await;
    let signature = refund["signature"].as_str().unwrap().to_owned();
    {
        let mut node = api.rpc.node();
        node.landed.insert(signature, None);
        node.finalized_height = 10_000;
    }
    let sent = api.rpc.node().sent.len();
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert_eq!(api.transaction(refund["id"].as_str().unwrap()).await["status"], "sent");
    assert_eq!(api.rpc.node().sent.len(), sent);
}

#[tokio::test]
async fn the_chains_refusal_has_a_name() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = ordered(&api, &payment.id).await;
    let signature = refund["signature"].as_str().unwrap().to_owned();
    let error = json!({ "InstructionError": [2, { "Custom": 6008 }] });
    api.rpc.node().landed.insert(signature, Some(error));
    let failed = api.wait_for_status(refund["id"].as_str().unwrap(), "failed").await;
    assert_eq!(failed["error"]["code"], "program_error: AmountAboveRefundable");
}

#[tokio::test]
async fn what_the_chain_would_refuse_is_never_signed() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    api.rpc.node().refuses = Some(json!({ "InstructionError": [2, { "Custom": 6009 }] }));
    let refund = ordered(&api, &payment.id).await;
    assert_eq!((&refund["status"], &refund["signature"]), (&json!("failed"), &Value::Null));
    assert_eq!(refund["error"]["code"], "program_error: BalanceTooSmall");
    assert!(api.rpc.node().sent.is_empty());
}
