//! Orders that come all at once, to two processes.

use std::collections::BTreeMap;

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Api, problem};

const CROWD: usize = 1_000;
/// Of each process. Both together stay within what the test's Postgres allows.
const CONNECTIONS: u32 = 12;

/// Sends all these orders at once, every other one to a second process, and counts how each was answered: by the
/// operation that was accepted, or by the code of the problem.
async fn race(api: &mut Api, orders: &[(String, Value)]) -> BTreeMap<String, usize> {
    api.restart_with(|config| config.database.database_connections = CONNECTIONS).await;
    let (second, stop) = api.another_process().await;
    let urls = [api.url.clone(), second];
    let client = reqwest::Client::new();
    let answers = orders.iter().enumerate().map(|(number, (path, body))| {
        let url = format!("{}{path}", urls[number % 2]);
        let request = client.post(url).bearer_auth(&api.merchant.key).json(body);
        request.header("idempotency-key", format!("order-{number}")).send()
    });
    let mut counted = BTreeMap::new();
    for answer in join_all(answers).await {
        let answer = answer.unwrap();
        let told = if answer.status() == StatusCode::ACCEPTED {
            answer.json::<Value>().await.unwrap()["kind"].as_str().unwrap().to_owned()
        } else {
            problem(answer).await.code
        };
        *counted.entry(told).or_default() += 1;
    }
    stop.cancel();
    counted
}

async fn ordered(api: &Api, payment_id: &str) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT kind, amount::text FROM transactions WHERE payment_id = $1 AND raw IS NOT NULL ORDER BY created_at",
    )
    .bind(payment_id)
    .fetch_all(&api.database.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn of_a_thousand_refunds_of_everything_one_takes_effect() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let orders = vec![(format!("/v1/payments/{}/refund", payment.id), json!({})); CROWD];
    let answers = race(&mut api, &orders).await;
    let expected = [("amount_not_available".to_owned(), CROWD - 1), ("refund".to_owned(), 1)];
    assert_eq!(answers, BTreeMap::from(expected));
    assert_eq!(ordered(&api, &payment.id).await, [("refund".to_owned(), "25000000".to_owned())]);
    assert_eq!(api.rpc.node().transactions().len(), 1);
}

#[tokio::test]
async fn of_captures_and_voids_one_takes_effect() {
    let mut api = Api::start().await;
    let payment = api.authorized().await;
    let order = |operation: &str| (format!("/v1/payments/{}/{operation}", payment.id), json!({}));
    let orders: Vec<_> =
        (0..CROWD / 2).map(|number| order(if number % 3 == 0 { "void" } else { "capture" })).collect();
    let answers = race(&mut api, &orders).await;
    assert_eq!(answers.get("operation_in_progress"), Some(&(CROWD / 2 - 1)), "{answers:?}");
    let taken = ordered(&api, &payment.id).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(answers.get(&taken[0].0), Some(&1), "{answers:?}");
    assert_eq!(api.rpc.node().transactions().len(), 1);
}

#[tokio::test]
async fn partial_refunds_that_race_never_exceed_what_was_captured() {
    let mut api = Api::start().await;
    let payment = api.captured().await;
    let orders = vec![(format!("/v1/payments/{}/refund", payment.id), json!({ "amount": "4.00" })); 100];
    let answers = race(&mut api, &orders).await;
    // Six of 4.00 fit into 25.00.
    let expected = [("amount_not_available".to_owned(), 94), ("refund".to_owned(), 6)];
    assert_eq!(answers, BTreeMap::from(expected));
    assert_eq!(api.rpc.node().transactions().len(), 6);
}
