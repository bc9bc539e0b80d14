//! Payments that nobody asked for, and how they go back.

use serde_json::{Value, json};
use till_store::domain::{Payment, TransactionKind};

use super::Shop;
use crate::support::{eventually, ledger::After};

/// The operations of a payment, by kind.
fn kinds(payment: &Payment) -> Vec<TransactionKind> {
    payment.transactions.iter().map(|transaction| transaction.kind).collect()
}

async fn duplicate_of(shop: &Shop, id: &str) -> Option<Payment> {
    let page: Value = shop.api.get("/v1/payments").await.json().await.unwrap();
    let mut payments = page["data"].as_array().unwrap().iter();
    let found = payments.find(|payment| payment["duplicate_of"] == id)?;
    serde_json::from_value(found.clone()).ok()
}

#[tokio::test]
async fn the_second_of_two_who_pay_is_told_and_gets_it_back() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    let (usdc, sol) = (payment.options[0].clone(), payment.options[1].clone());
    shop.pay(&payment, &usdc).await;
    let second = shop.pay(&payment, &sol).await;

    let duplicate = duplicate_of(&shop, &payment.id).await.expect("a payment of its own");
    assert_eq!((&duplicate.address, &duplicate.amount), (&sol.address, &sol.amount));
    assert_eq!(duplicate.payer, Some(second.to_string()));
    assert_eq!(shop.look(&payment.id).await.address, usdc.address, "the first stays what it is");
    let told = shop.events().await;
    let told: Vec<_> = told.iter().map(|(kind, id)| (kind.as_str(), id.as_str())).collect();
    assert_eq!(
        told,
        [
            ("payment.authorized", payment.id.as_str()),
            ("payment.authorized", duplicate.id.as_str()),
            ("payment.duplicated", duplicate.id.as_str()),
        ]
    );
    eventually("a void", async || kinds(&shop.look(&duplicate.id).await).contains(&TransactionKind::Void))
        .await;
    let audited: (String, String, Value) =
        sqlx::query_as("SELECT actor, action, details FROM audit_log WHERE target = $1")
            .bind(&duplicate.id)
            .fetch_one(&shop.api.database.pool)
            .await
            .unwrap();
    assert_eq!((audited.0.as_str(), audited.1.as_str()), ("system", "payment.give_back"));
    assert_eq!(audited.2["reason"], "duplicate");
    assert_eq!(
        kinds(&shop.look(&payment.id).await),
        [TransactionKind::Authorize],
        "and nothing of the first"
    );
}

#[tokio::test]
async fn of_two_who_pay_in_one_block_the_first_in_it_counts() {
    let mut shop = Shop::open().await;
    let merchant = shop.api.merchant.address;
    // Once the preferred one comes second, once it comes first.
    for (first, second) in [(1, 0), (0, 1)] {
        let payment = shop.payment().await;
        let [one, two] = [first, second].map(|index| super::under(&payment, &payment.options[index]));
        shop.api.ledger.authorize_together(&merchant, [&one, &two]).await;
        assert_eq!(shop.look(&payment.id).await.address, one.address);
        assert_eq!(duplicate_of(&shop, &payment.id).await.unwrap().address, two.address);
    }
}

#[tokio::test]
async fn what_was_captured_already_is_refunded_and_once() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    let (usdc, sol) = (payment.options[0].clone(), payment.options[1].clone());
    // Nobody sweeps until the second is captured.
    shop.api.stop().await;
    shop.pay(&payment, &usdc).await;
    shop.pay(&payment, &sol).await;
    let charged = super::under(&payment, &sol);
    let amount: u64 = sol.amount.base_units.parse().unwrap();
    let after = After { captured: amount, sequence: 2, ..Default::default() };
    shop.api.ledger.carry_out(&charged, TransactionKind::Capture, "captured", amount, after).await;
    let merchant = shop.api.merchant.address;
    shop.api.ledger.credit(&merchant, &charged, amount, 2).await;
    shop.api.restart_with(|_| ()).await;

    let duplicate = duplicate_of(&shop, &payment.id).await.unwrap();
    eventually("a refund", async || {
        kinds(&shop.look(&duplicate.id).await).contains(&TransactionKind::Refund)
    })
    .await;
    shop.api.another_process().await;
    sqlx::query("UPDATE give_backs SET next_attempt_at = now()")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let refunds = kinds(&shop.look(&duplicate.id).await);
    let refunds = refunds.iter().filter(|kind| **kind == TransactionKind::Refund).count();
    assert_eq!(refunds, 1, "one is on its way");
}

#[tokio::test]
async fn nothing_is_left_to_do_when_it_has_gone_back() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    shop.pay(&payment, &payment.options[0].clone()).await;
    let sol = payment.options[1].clone();
    shop.pay(&payment, &sol).await;
    let after = After { sequence: 2, ..Default::default() };
    let amount: u64 = sol.amount.base_units.parse().unwrap();
    let paid = super::under(&payment, &sol);
    shop.api.ledger.carry_out(&paid, TransactionKind::Void, "voided", amount, after).await;
    eventually("the end", async || {
        sqlx::query("UPDATE give_backs SET next_attempt_at = now()")
            .execute(&shop.api.database.pool)
            .await
            .unwrap();
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM give_backs WHERE done_at IS NULL")
            .fetch_one(&shop.api.database.pool)
            .await
            .unwrap();
        open == 0
    })
    .await;
}

#[tokio::test]
async fn a_request_that_was_taken_back_and_is_paid_all_the_same_goes_back() {
    let mut shop = Shop::open().await;
    let payment = shop.created(json!({ "amount": "25.00", "token": "USDC" })).await;
    shop.api.post(&format!("/v1/payments/{}/cancel", payment.id), json!({})).await;
    let merchant = shop.api.merchant.address;
    shop.api.ledger.authorize(&merchant, &payment, &solana_pubkey::Pubkey::new_unique()).await;
    let told: Vec<_> = shop.events().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, ["payment.cancelled", "payment.authorized", "payment.paid_after_cancel"]);
    eventually("a void", async || kinds(&shop.look(&payment.id).await).contains(&TransactionKind::Void))
        .await;
}
