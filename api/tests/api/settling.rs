//! What becomes of operations when something goes wrong on the way.

use reqwest::StatusCode;
use serde_json::{Value, json};

use till_store::domain::TransactionKind;

use crate::support::{Api, code, eventually, ledger::After};

async fn ordered(api: &Api, payment_id: &str) -> Value {
    let response = api.post(&format!("/v1/payments/{payment_id}/refund"), json!({ "amount": "5.00" })).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    response.json().await.unwrap()
}

#[tokio::test]
async fn what_was_recorded_and_not_signed_is_signed_once() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let (_, second) = api.another_process().await;
    let (_, third) = api.another_process().await;
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
async fn bug_07_an_unknown_outcome_sends_the_same_bytes_again() {
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
    // The last valid height is 150; it counts as expired when 32 more blocks are final, and the
    // indexer is beyond it.
    api.ledger.tick_to(151).await;
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
async fn what_the_indexer_could_still_see_stays_open() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = ordered(&api, &payment.id).await;
    let id = refund["id"].as_str().unwrap();
    // A node that has lost its memory: it knows neither the signature nor that it is wrong.
    api.rpc.node().finalized_height = 10_000;
    api.ledger.tick_to(150).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(api.transaction(id).await["status"], "sent");
    api.ledger.tick_to(151).await;
    assert_eq!(api.wait_for_status(id, "failed").await["error"]["code"], "transaction_expired");
}

#[tokio::test]
async fn what_cannot_be_built_fails_and_holds_nothing() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    // As if ordered while the merchant was known, by a process that died.
    sqlx::query("DELETE FROM chain.merchants").execute(&api.database.pool).await.unwrap();
    let path = format!("/v1/payments/{}/capture", payment.id);
    assert_eq!(code(api.post(&path, json!({ "pay_out": true })).await).await, "payout_wallet_unknown");
    sqlx::query(
        "INSERT INTO transactions (id, payment_id, kind, amount, is_final, pay_out, status, updated_at)
         VALUES ('txn_left', $1, 'capture', 25000000, true, true, 'recorded', now() - interval '1 minute')",
    )
    .bind(&payment.id)
    .execute(&api.database.pool)
    .await
    .unwrap();
    let failed = api.wait_for_status("txn_left", "failed").await;
    assert_eq!((&failed["error"]["code"], &failed["signature"]), (&json!("not_buildable"), &Value::Null));
    let void = api.post(&format!("/v1/payments/{}/void", payment.id), json!({})).await;
    assert_eq!(void.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_node_that_hangs_does_not_hold_up_the_end() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    ordered(&api, &payment.id).await;
    api.rpc.node().hangs = true;
    let claimed = "SELECT count(*) FROM transactions WHERE claimed_until > now()";
    let claimed = async || sqlx::query_scalar::<_, i64>(claimed).fetch_one(&api.database.pool).await.unwrap();
    eventually("a step under way", async || claimed().await == 1).await;
    let started = std::time::Instant::now();
    api.stop().await;
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
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
    let id = refund["id"].as_str().unwrap();
    let told = async || api.transaction(id).await["error"]["code"] == "program_error: AmountAboveRefundable";
    eventually("the refusal", told).await;
    // It is one node's word, so the money stays spoken for.
    assert_eq!(api.transaction(id).await["status"], "sent");
    let everything =
        api.post(&format!("/v1/payments/{}/refund", payment.id), json!({ "amount": "25.00" })).await;
    assert_eq!(code(everything).await, "amount_not_available");
    api.rpc.node().finalized_height = 183;
    api.ledger.tick_to(151).await;
    let failed = api.wait_for_status(id, "failed").await;
    assert_eq!(failed["error"]["code"], "program_error: AmountAboveRefundable");
}

#[tokio::test]
async fn a_node_that_is_wrong_does_not_make_money_available_twice() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let refund = ordered(&api, &payment.id).await;
    let (id, signature) = (refund["id"].as_str().unwrap(), refund["signature"].as_str().unwrap());
    let error = json!({ "InstructionError": [2, { "Custom": 6008 }] });
    api.rpc.node().landed.insert(signature.to_owned(), Some(error));
    eventually("its word", async || !api.transaction(id).await["error"].is_null()).await;
    let after = After { captured: 25_000_000, refunded: 5_000_000, sequence: 3, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Refund, signature, 5_000_000, after).await;
    let confirmed = api.wait_for_status(id, "confirmed").await;
    assert_eq!(confirmed["error"], Value::Null);
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
