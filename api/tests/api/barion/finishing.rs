//! Finishing reservations, capturing, cancelling.

use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till_store::domain::TransactionKind::{Capture, Void};

use super::{Shop, delayed, error_code, parts, reservation, text};
use crate::support::eventually;
use crate::support::ledger::After;

fn finish(payment: &Value, totals: &[(&str, f64)]) -> Value {
    let transactions: Vec<Value> =
        totals.iter().map(|(id, total)| json!({ "TransactionId": id, "Total": total })).collect();
    json!({ "PaymentId": payment["PaymentId"], "Transactions": transactions })
}

#[tokio::test]
async fn parts_are_finished_one_by_one_and_the_rest_goes_back() {
    let mut shop = Shop::open().await;
    let payment = shop.start(reservation()).await;
    shop.pay(&payment).await;
    let ids = parts(&payment);
    let path = "/v2/Payment/FinishReservation";

    let first = finish(&payment, &[(&ids[0], 12.5)]);
    let after = After { capturable: 12_500_000, captured: 12_500_000, sequence: 2, ..After::default() };
    let (status, answer) =
        shop.post_and_land(path, first.clone(), &payment, Capture, 12_500_000, after).await;
    assert_eq!((status, &answer["IsSuccessful"]), (StatusCode::OK, &json!(true)), "{answer}");
    assert_eq!(answer["Status"], "PartiallySucceeded");
    assert_eq!(answer["Transactions"][0]["Status"], "Succeeded");
    assert_eq!(answer["Transactions"][1]["Status"], "Reserved");

    // Said again it is the same, said otherwise it is refused.
    let (_, again) = shop.post(path, first).await;
    assert_eq!((&again["IsSuccessful"], &again["Status"]), (&json!(true), &json!("PartiallySucceeded")));
    let (_, refused) = shop.post(path, finish(&payment, &[(&ids[0], 15.0)])).await;
    assert_eq!(error_code(&refused), "TransactionAlreadyFinished");

    let second = finish(&payment, &[(&ids[1], 10.0)]);
    let after = After { captured: 22_500_000, sequence: 3, ..After::default() };
    let (_, answer) = shop.post_and_land(path, second, &payment, Capture, 10_000_000, after).await;
    assert_eq!(answer["Status"], "Succeeded");
    let ours = shop.ours(&payment).await;
    let captures: Vec<_> = ours.transactions.iter().filter(|row| row.kind == Capture).collect();
    assert_eq!(captures.len(), 2);
    let state = shop.state(&payment).await;
    assert_eq!((&state["Status"], &state["Total"]), (&json!("Succeeded"), &json!(22.5)));
    assert_eq!(state["Transactions"][0]["Total"], 15);
}

#[tokio::test]
async fn a_reservation_finished_with_nothing_goes_back_whole() {
    let mut shop = Shop::open().await;
    let payment = shop.start(reservation()).await;
    shop.pay(&payment).await;
    let ids = parts(&payment);
    let (_, noted) = shop.post("/v2/Payment/FinishReservation", finish(&payment, &[(&ids[0], 0.0)])).await;
    assert_eq!(
        (&noted["Status"], &noted["Transactions"][0]["Status"]),
        (&json!("Reserved"), &json!("Reversed"))
    );
    let rest = finish(&payment, &[(&ids[1], 0.0)]);
    let after = After { sequence: 2, ..After::default() };
    let (_, answer) =
        shop.post_and_land("/v2/Payment/FinishReservation", rest, &payment, Void, 25_000_000, after).await;
    assert_eq!((&answer["IsSuccessful"], &answer["Status"]), (&json!(true), &json!("Succeeded")));
}

#[tokio::test]
async fn a_delayed_capture_takes_all_its_transactions_at_once() {
    let mut shop = Shop::open().await;
    let payment = shop.start(delayed()).await;
    shop.pay(&payment).await;
    let ids = parts(&payment);
    let (_, refused) = shop.post("/v2/Payment/FinishReservation", finish(&payment, &[(&ids[0], 20.0)])).await;
    assert_eq!(error_code(&refused), "PaymentStatusNotValid");
    let body = finish(&payment, &[(&ids[0], 20.0)]);
    let after = After { captured: 20_000_000, sequence: 2, ..After::default() };
    let (_, answer) =
        shop.post_and_land("/v2/Payment/Capture", body, &payment, Capture, 20_000_000, after).await;
    assert_eq!((&answer["IsSuccessful"], &answer["Status"]), (&json!(true), &json!("Succeeded")), "{answer}");
}

#[tokio::test]
async fn an_authorization_is_cancelled() {
    let mut shop = Shop::open().await;
    let payment = shop.start(delayed()).await;
    shop.pay(&payment).await;
    let body = json!({ "PaymentId": payment["PaymentId"] });
    let after = After { sequence: 2, ..After::default() };
    let path = "/v2/Payment/CancelAuthorization";
    let (_, answer) = shop.post_and_land(path, body.clone(), &payment, Void, 25_000_000, after).await;
    assert_eq!((&answer["IsSuccessful"], &answer["Status"]), (&json!(true), &json!("Canceled")), "{answer}");
    assert_eq!(answer["Transactions"][0]["Status"], "Reversed");
    let (_, again) = shop.post(path, body).await;
    assert_eq!(again["Status"], "Canceled");
}

#[tokio::test]
async fn what_the_chain_refuses_can_be_done_again() {
    let mut shop = Shop::open().await;
    let payment = shop.start(delayed()).await;
    shop.pay(&payment).await;
    let body = finish(&payment, &[(&parts(&payment)[0], 25.0)]);
    shop.api.rpc.node().refuses = Some(json!({ "InstructionError": [1, { "Custom": 6000 }] }));
    let (status, refused) = shop.post("/v2/Payment/Capture", body.clone()).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, "OperationFailed"));
    assert_eq!(refused["Errors"][0]["PaymentId"], payment["PaymentId"]);
    assert_eq!(shop.state(&payment).await["Status"], "Authorized");
    shop.api.rpc.node().refuses = None;
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    let (_, answer) =
        shop.post_and_land("/v2/Payment/Capture", body, &payment, Capture, 25_000_000, after).await;
    assert_eq!(answer["Status"], "Succeeded");
}

#[tokio::test]
async fn of_many_who_finish_at_once_one_takes_effect() {
    let mut shop = Shop::open().await;
    let payment = shop.start(reservation()).await;
    shop.pay(&payment).await;
    let ids = parts(&payment);
    let body = |total: f64| finish(&payment, &[(ids[0].as_str(), total), (ids[1].as_str(), 10.0)]);
    // Whoever loses has said another amount, and is told.
    let calls: FuturesUnordered<_> = (0..10)
        .map(|cents| shop.post("/v2/Payment/FinishReservation", body(5.0 + f64::from(cents) / 100.0)))
        .collect();
    // The one that takes effect waits for the chain, and is not waited for.
    let answers = calls.take(9).map(|(status, _)| status).collect::<Vec<_>>();
    let answers =
        tokio::time::timeout(Duration::from_secs(30), answers).await.expect("all others are answered");
    assert_eq!(answers, [StatusCode::BAD_REQUEST; 9]);
    let ours = shop.ours(&payment).await;
    assert_eq!(ours.transactions.iter().filter(|row| row.kind == Capture).count(), 1);
    assert_eq!(shop.state(&payment).await["Status"], "InProgress");
}

#[tokio::test]
async fn where_payees_share_parts_are_finished_alike() {
    let mut shop = Shop::open().await;
    let payee = format!("/v1/stores/{}/payees/ann@example.com", shop.store);
    shop.api.put(&payee, json!({ "wallet": Keypair::new().pubkey().to_string() })).await;
    let mut asked = reservation();
    asked["Transactions"][1]["Payee"] = json!("ann@example.com");
    let payment = shop.start(asked).await;
    shop.pay(&payment).await;
    let ids = parts(&payment);
    let (_, refused) = shop.post("/v2/Payment/FinishReservation", finish(&payment, &[(&ids[0], 15.0)])).await;
    assert_eq!(error_code(&refused), "ModelValidationError");
}

#[tokio::test]
async fn a_reservation_that_nobody_finishes_goes_back() {
    let mut shop = Shop::open().await;
    let payment = shop.start(reservation()).await;
    shop.pay(&payment).await;
    let id = format!("pay_{}", text(&payment["PaymentId"]));
    sqlx::query("UPDATE barion_payments SET period_seconds = 0, due_at = now() WHERE payment_id = $1")
        .bind(&id)
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    eventually("the void", async || !shop.api.rpc.node().sent.is_empty()).await;
    let ours = shop.ours(&payment).await;
    let void = ours.transactions.iter().find(|row| row.kind == Void).unwrap();
    let after = After { sequence: 2, ..After::default() };
    let signature = void.signature.clone().unwrap();
    shop.api.ledger.carry_out(&ours, Void, &signature, 25_000_000, after).await;
    assert_eq!(shop.state(&payment).await["Status"], "Expired");
}
