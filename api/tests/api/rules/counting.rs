//! What is counted, also when many ask at once.

use std::time::Duration;

use chrono::Utc;
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use solana_pubkey::Pubkey;

use super::{ask, rule};
use crate::asking::Shop;
use crate::support::{Api, code};

#[tokio::test]
async fn of_forty_at_once_only_as_many_as_the_rule_lets_through() {
    let api = Api::start().await;
    let condition = json!({ "kind": "velocity", "by": "email", "window_seconds": 3600, "max_count": 7 });
    rule(&api, "block", condition).await;
    let asked = join_all((0..40).map(|_| ask(&api, "1", json!({ "email": "anna@shop.example" })))).await;
    let mut made = 0;
    for answer in asked {
        match answer.status() {
            StatusCode::CREATED => made += 1,
            _ => assert_eq!(code(answer).await, "payment_blocked"),
        }
    }
    assert_eq!(made, 7);
    let kept: Vec<(String, i64)> =
        sqlx::query_as("SELECT outcome, count(*) FROM rule_decisions GROUP BY outcome ORDER BY outcome")
            .fetch_all(&api.database.pool)
            .await
            .unwrap();
    assert_eq!(kept, [("allow".to_owned(), 7), ("block".to_owned(), 33)], "no attempt is lost");
    assert_eq!(ask(&api, "1", json!({ "email": "bela@shop.example" })).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn sums_are_of_one_token_and_end_with_the_window() {
    let api = Api::start().await;
    let condition = json!({
        "kind": "velocity", "by": "customer_reference", "window_seconds": 3600, "max_sum": "50", "token": "USDC",
    });
    rule(&api, "block", condition).await;
    let customer = json!({ "reference": "c-1" });
    assert_eq!(ask(&api, "30", customer.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(code(ask(&api, "20.000001", customer.clone()).await).await, "payment_blocked");
    assert_eq!(ask(&api, "20", customer.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(code(ask(&api, "0.01", customer.clone()).await).await, "payment_blocked");
    sqlx::query("UPDATE rule_sightings SET seen_at = seen_at - interval '1 hour'")
        .execute(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(ask(&api, "50", customer).await.status(), StatusCode::CREATED);
}

/// Waits, if a day of UTC is about to end, until it has: what follows is then of one day.
async fn within_a_day() {
    const DAY: i64 = 86_400;
    let left = DAY - Utc::now().timestamp() % DAY;
    if left < 60 {
        tokio::time::sleep(Duration::from_secs(left.unsigned_abs())).await;
    }
}

#[tokio::test]
async fn a_day_has_its_limit_whoever_pays() {
    let api = Api::start().await;
    within_a_day().await;
    rule(&api, "block", json!({ "kind": "amount", "token": "USDC", "max_per_day": "10" })).await;
    assert_eq!(ask(&api, "6", json!({ "email": "a@b.example" })).await.status(), StatusCode::CREATED);
    assert_eq!(code(ask(&api, "4.01", json!({ "email": "c@d.example" })).await).await, "payment_blocked");
    assert_eq!(ask(&api, "4", json!({})).await.status(), StatusCode::CREATED);
    sqlx::query("UPDATE rule_sightings SET seen_at = seen_at - interval '1 day'")
        .execute(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(ask(&api, "10", json!({})).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_stores_rule_counts_the_store() {
    let api = Api::start().await;
    let other = "sto_other";
    sqlx::query(
        "INSERT INTO stores (id, merchant_id, name) SELECT $1, id, 'Other' FROM merchants WHERE address = $2",
    )
    .bind(other)
    .bind(api.merchant.address.to_string())
    .execute(&api.database.pool)
    .await
    .unwrap();
    let body = json!({
        "name": "one", "outcome": "block", "store": other,
        "condition": { "kind": "velocity", "by": "ip", "window_seconds": 60, "max_count": 1 },
    });
    assert_eq!(api.post("/v1/rules", body).await.status(), StatusCode::CREATED);
    let customer = json!({ "ip": "203.0.113.9" });
    for _ in 0..2 {
        assert_eq!(ask(&api, "1", customer.clone()).await.status(), StatusCode::CREATED);
    }
    let there = json!({ "amount": "1", "token": "USDC", "customer": customer, "store": other });
    assert_eq!(api.post("/v1/payments", there.clone()).await.status(), StatusCode::CREATED);
    assert_eq!(code(api.post("/v1/payments", there).await).await, "payment_blocked");
}

#[tokio::test]
async fn a_limit_in_a_token_holds_for_who_chooses_it_last() {
    for condition in [
        json!({ "kind": "velocity", "by": "email", "window_seconds": 3600, "max_sum": "0.3", "token": "SOL" }),
        json!({ "kind": "amount", "token": "SOL", "max_per_day": "0.3" }),
    ] {
        let shop = Shop::open().await;
        rule(&shop.api, "block", condition).await;
        // Each is 30.00 USDC or 0.20 SOL.
        let body = json!({
            "amount": "25.00", "currency": "EUR", "accepted_tokens": ["USDC", "SOL"],
            "customer": { "email": "anna@shop.example" },
        });
        let (first, second) = (shop.created(body.clone()).await, shop.created(body).await);
        let (in_sol, in_usdc) =
            (shop.wallet(&[(shop.sol, 1_000_000)]), shop.wallet(&[(shop.api.mint, 100_000_000)]));
        let pay = async |id: &str, wallet: &Pubkey| {
            shop.api.post(&format!("/pay/{id}"), json!({ "account": wallet.to_string() })).await
        };
        assert_eq!(pay(&first.id, &in_sol).await.status(), StatusCode::OK);
        assert_eq!(pay(&first.id, &in_sol).await.status(), StatusCode::OK, "the same payment, not one more");
        assert_eq!(code(pay(&second.id, &in_sol).await).await, "payment_blocked");
        assert_eq!(pay(&second.id, &in_usdc).await.status(), StatusCode::OK, "no limit in that one");
    }
}
