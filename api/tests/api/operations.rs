//! Ordering captures, voids and refunds.

use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_store::domain::TransactionKind;

use crate::support::{Api, SPL_TOKEN, code, eventually, ledger::After, problem};

#[tokio::test]
async fn a_capture_is_recorded_signed_and_sent() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let response = api.post(&format!("/v1/payments/{}/capture", payment.id), json!({})).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let capture: Value = response.json().await.unwrap();
    assert_eq!(location, format!("/v1/transactions/{}", capture["id"].as_str().unwrap()));
    assert_eq!((&capture["kind"], &capture["status"]), (&json!("capture"), &json!("sent")));
    assert_eq!((&capture["is_final"], &capture["payment"]), (&json!(true), &json!(payment.id)));
    let authorize: Value = api.get(&format!("/v1/payments/{}", payment.id)).await.json().await.unwrap();
    assert_eq!(capture["parent"], authorize["transactions"][0]["id"]);

    let sent = api.rpc.node().transactions();
    assert_eq!(sent.len(), 1);
    assert_eq!(capture["signature"], sent[0].signatures[0].to_string());
    let message = sent[0].message.serialize();
    assert!(sent[0].signatures[0].verify(api.operator.pubkey().as_ref(), &message));
    // A compute limit and the capture: with nothing to return, no token account is needed.
    assert_eq!(sent[0].message.instructions().len(), 2);

    let signature = capture["signature"].as_str().unwrap();
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Capture, signature, 25_000_000, after).await;
    let confirmed = api.wait_for_status(capture["id"].as_str().unwrap(), "confirmed").await;
    assert_eq!(confirmed["signature"], signature);
}

#[tokio::test]
async fn accounts_are_created_where_money_goes() {
    let mut api = Api::start().await;
    for (operation, body, instructions) in [
        // The rest goes back to the payer.
        ("capture", json!({ "amount": "10.00", "final": true }), 3),
        ("capture", json!({ "amount": "10.00" }), 2),
        ("capture", json!({ "pay_out": true }), 3),
        ("capture", json!({ "amount": "10.00", "final": true, "pay_out": true }), 4),
        ("void", json!({}), 3),
    ] {
        let payment = api.authorized().await;
        let known = api.rpc.node().sent.len();
        let response = api.post(&format!("/v1/payments/{}/{operation}", payment.id), body.clone()).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED, "{operation} {body}");
        let raw = api.rpc.node().sent[known].clone();
        let sent: solana_transaction::versioned::VersionedTransaction = bincode::deserialize(&raw).unwrap();
        assert_eq!(sent.message.instructions().len(), instructions, "{operation} {body}");
    }
}

#[tokio::test]
async fn the_vault_is_the_one_that_was_paid_into() {
    let mut api = Api::start().await;
    let (merchant, mint) = (api.merchant.address, api.mint);
    api.ledger.open_vault(&merchant, &mint, &SPL_TOKEN, 1).await;
    for _ in 0..3 {
        let payment = api.payment().await;
        let meant: i32 = sqlx::query_scalar("SELECT shard FROM payments WHERE id = $1")
            .bind(&payment.id)
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
        let shard = 1 - u16::try_from(meant).unwrap();
        api.ledger.authorize_in(&merchant, &payment, &Pubkey::new_unique(), shard).await;
        let known = api.rpc.node().sent.len();
        api.post(&format!("/v1/payments/{}/capture", payment.id), json!({})).await;
        let raw = api.rpc.node().sent[known].clone();
        let sent: solana_transaction::versioned::VersionedTransaction = bincode::deserialize(&raw).unwrap();
        let vault = |shard| till::pda::vault(&merchant, &mint, shard).0;
        assert!(sent.message.static_account_keys().contains(&vault(shard)));
        assert!(!sent.message.static_account_keys().contains(&vault(1 - shard)));
    }
}

#[tokio::test]
async fn of_a_hundred_full_refunds_one_takes_effect() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let path = format!("/v1/payments/{}/refund", payment.id);
    let answers = join_all((0..100).map(|_| api.post(&path, json!({})))).await;
    let (accepted, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status() == StatusCode::ACCEPTED);
    assert_eq!((accepted.len(), refused.len()), (1, 99));
    for answer in refused {
        let problem = problem(answer).await;
        assert_eq!(
            (problem.code.as_str(), problem.available.as_deref()),
            ("amount_not_available", Some("0.00"))
        );
    }
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM transactions WHERE kind = 'refund'")
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(open, 1);
}

#[tokio::test]
async fn what_is_under_way_is_taken_from_what_is_available() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let capture = format!("/v1/payments/{}/capture", payment.id);
    assert_eq!(api.post(&capture, json!({ "amount": "10.00" })).await.status(), StatusCode::ACCEPTED);
    let too_much = problem(api.post(&capture, json!({ "amount": "15.01" })).await).await;
    assert_eq!(
        (too_much.code.as_str(), too_much.available.as_deref()),
        ("amount_not_available", Some("15.00"))
    );
    assert_eq!(api.post(&capture, json!({ "amount": "15.00" })).await.status(), StatusCode::ACCEPTED);
    let void = api.post(&format!("/v1/payments/{}/void", payment.id), json!({})).await;
    assert_eq!(code(void).await, "operation_in_progress");
}

#[tokio::test]
async fn who_waits_is_answered_with_the_end() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let path = format!("/v1/payments/{}/capture", payment.id);
    let request = api.request(Method::POST, &path).header("prefer", "wait=10").json(&json!({}));
    let waiting = tokio::spawn(request.send());
    eventually("the capture", async || !api.rpc.node().sent.is_empty()).await;
    let signature = api.rpc.node().transactions()[0].signatures[0].to_string();
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Capture, &signature, 25_000_000, after).await;
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "confirmed");
}

#[tokio::test]
async fn who_waits_too_short_learns_where_to_look() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let path = format!("/v1/payments/{}/void", payment.id);
    let answer = api.request(Method::POST, &path).header("prefer", "wait=1").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert!(answer.headers().contains_key("location"));
}

#[tokio::test]
async fn equal_orders_are_transactions_of_their_own() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let path = format!("/v1/payments/{}/refund", payment.id);
    let answers = join_all((0..5).map(|_| api.post(&path, json!({ "amount": "5.00" })))).await;
    for answer in answers {
        let refund: Value = answer.json().await.unwrap();
        api.wait_for_status(refund["id"].as_str().unwrap(), "sent").await;
    }
    assert_eq!(api.rpc.node().transactions().len(), 5);
}
