//! Paying money back.

use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use till_store::domain::TransactionKind::Refund;

use super::{Shop, error_code, parts};
use crate::support::ledger::After;

const PATH: &str = "/v2/Payment/Refund";

fn refund(payment: &Value, amounts: &[(&str, f64)]) -> Value {
    let refunds: Vec<Value> = amounts
        .iter()
        .map(|(id, amount)| json!({ "TransactionId": id, "POSTransactionId": "T-1", "AmountToRefund": amount, "Comment": "sorry" }))
        .collect();
    json!({ "PaymentId": payment["PaymentId"], "TransactionsToRefund": refunds })
}

#[tokio::test]
async fn a_refund_is_made_and_shown() {
    let mut shop = Shop::open().await;
    let payment = shop.paid(json!({})).await;
    let part = parts(&payment).remove(0);
    let after = After { captured: 25_000_000, refunded: 5_500_000, sequence: 3, ..After::default() };
    let body = refund(&payment, &[(&part, 5.5)]);
    let (status, answer) = shop.post_and_land(PATH, body, &payment, Refund, 5_500_000, after).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let refunded = &answer["RefundedTransactions"][0];
    assert_eq!((&refunded["Total"], &refunded["Status"]), (&json!(5.5), &json!("Succeeded")));
    assert_eq!((&refunded["POSTransactionId"], &refunded["Comment"]), (&json!("T-1"), &json!("sorry")));

    let state = shop.state(&payment).await;
    assert_eq!(state["Status"], "Succeeded");
    let shown = &state["Transactions"][1];
    assert_eq!(shown["TransactionId"], refunded["TransactionId"]);
    assert_eq!((&shown["TransactionType"], &shown["RelatedId"]), (&json!("Refund"), &json!(part)));
    assert_eq!((&shown["Total"], &shown["Payer"]["Email"]), (&json!(5.5), &json!("shop@example.com")));
}

#[tokio::test]
async fn no_part_is_refunded_more_than_it_was_paid() {
    let mut shop = Shop::open().await;
    let payment = shop
        .paid(json!({ "Transactions": [
            { "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 15 },
            { "POSTransactionId": "T-2", "Payee": "shop@example.com", "Total": 10 },
        ] }))
        .await;
    let ids = parts(&payment);
    let (_, refused) = shop.post(PATH, refund(&payment, &[(&ids[1], 10.01)])).await;
    assert_eq!(error_code(&refused), "InvalidAmount");
    let after = After { captured: 25_000_000, refunded: 20_000_000, sequence: 3, ..After::default() };
    let both = refund(&payment, &[(&ids[0], 10.0), (&ids[1], 10.0)]);
    let (_, answer) = shop.post_and_land(PATH, both, &payment, Refund, 20_000_000, after).await;
    assert_eq!(answer["RefundedTransactions"].as_array().unwrap().len(), 2, "{answer}");
    let (_, refused) = shop.post(PATH, refund(&payment, &[(&ids[1], 0.01)])).await;
    assert_eq!(error_code(&refused), "InvalidAmount");
    let (_, refused) = shop.post(PATH, refund(&payment, &[(&ids[0], 5.01)])).await;
    assert_eq!(error_code(&refused), "InvalidAmount");
}

#[tokio::test]
async fn of_many_full_refunds_one_takes_effect() {
    let mut shop = Shop::open().await;
    let payment = shop.paid(json!({})).await;
    let part = parts(&payment).remove(0);
    let body = refund(&payment, &[(&part, 25.0)]);
    let calls: FuturesUnordered<_> = (0..20).map(|_| shop.post(PATH, body.clone())).collect();
    // The one that takes effect waits for the chain, and is not waited for.
    let refused = calls.take(19).map(|(_, answer)| error_code(&answer).to_owned()).collect::<Vec<_>>();
    let refused =
        tokio::time::timeout(Duration::from_secs(30), refused).await.expect("all others are answered");
    assert_eq!(refused, ["InvalidAmount"; 19]);
    let ours = shop.ours(&payment).await;
    assert_eq!(ours.transactions.iter().filter(|row| row.kind == Refund).count(), 1);
}

#[tokio::test]
async fn what_the_merchant_no_longer_has_is_not_refunded() {
    let mut shop = Shop::open().await;
    let payment = shop.paid(json!({})).await;
    let ours = shop.ours(&payment).await;
    let merchant = shop.api.merchant.address;
    shop.api.ledger.credit(&merchant, &ours, 1_000_000, 3).await;
    let (_, refused) = shop.post(PATH, refund(&payment, &[(&parts(&payment)[0], 2.0)])).await;
    assert_eq!(error_code(&refused), "InsufficientFunds");
}
