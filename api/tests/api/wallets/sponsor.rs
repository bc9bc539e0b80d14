//! A sponsor that pays the network for customers.

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_keypair::{Keypair, write_keypair_file};
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use till_store::domain::Payment;

use super::wallet;
use crate::asking::handed_out;
use crate::support::{Api, code, eventually, problem};

/// What one payment costs the sponsor here: the rent of its account, and two signatures.
const COST: u32 = 2_000_000 + 2 * 5_000;

/// An API whose sponsor pays for USDC, so much a wallet and in all.
async fn sponsored(per_wallet: u32, total: u32) -> (Api, Keypair) {
    let mut api = Api::start().await;
    let sponsor = Keypair::new();
    let path = std::env::temp_dir().join(format!("till-sponsor-{}.json", sponsor.pubkey()));
    write_keypair_file(&sponsor, &path).unwrap();
    let mint = api.mint;
    api.restart_with(|config| {
        config.sponsor.sponsor_keypair = Some(path.clone());
        config.sponsor.sponsor_mints = vec![mint];
        config.sponsor.sponsor_per_wallet = per_wallet;
        config.sponsor.sponsor_total = total;
    })
    .await;
    // It is read before the first request is answered.
    assert_eq!(api.get("/healthz").await.status(), StatusCode::OK);
    std::fs::remove_file(path).unwrap();
    (api, sponsor)
}

/// A wallet with the price of a payment, and no SOL at all.
fn without_sol(api: &Api) -> Pubkey {
    wallet(api, 0, &api.mint, Some(25_000_000))
}

async fn pay(api: &Api, payment: &Payment, wallet: Pubkey, sponsor: Value) -> reqwest::Response {
    let body = json!({ "account": wallet.to_string(), "sponsor": sponsor });
    api.post(&format!("/pay/{}", payment.id), body).await
}

#[tokio::test]
async fn who_has_no_sol_pays_with_the_sponsors_signature() {
    let (api, sponsor) = sponsored(10 * COST, 100 * COST).await;
    let payment = api.payment().await;
    let customer = without_sol(&api);
    let ways = api.get(&format!("/pay/{}/options?account={customer}", payment.id)).await;
    let way = &ways.json::<Value>().await.unwrap()["data"][0];
    assert_eq!((&way["sponsored"], &way["affordable"]), (&json!(true), &json!(true)));
    assert_eq!((&way["network_fee"]["base_units"], &way["rent"]["base_units"]), (&json!("0"), &json!("0")));

    let answer: Value = pay(&api, &payment, customer, Value::Null).await.json().await.unwrap();
    assert_eq!(answer["message"], "Pay 25.00 USDC to Demo Shop; the network fee is paid for you");
    let transaction = handed_out(&answer);
    let keys = transaction.message.static_account_keys();
    assert_eq!(keys[..2], [sponsor.pubkey(), customer]);
    let [signed, unsigned] = transaction.signatures.as_slice() else { panic!("two signatures") };
    assert!(signed.verify(sponsor.pubkey().as_ref(), &transaction.message.serialize()));
    assert_eq!(*unsigned, Signature::default());
    let till = transaction
        .message
        .instructions()
        .iter()
        .find(|it| keys[usize::from(it.program_id_index)] == till::ID);
    assert_eq!(keys[usize::from(till.unwrap().accounts[1])], sponsor.pubkey(), "it gets the rent back");
    let row: (String, String, i64) = sqlx::query_as("SELECT signature, wallet, lamports FROM sponsorships")
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(row, (signed.to_string(), customer.to_string(), i64::from(COST)));

    let alone = problem(pay(&api, &payment, customer, json!(false)).await).await;
    assert_eq!((alone.code.as_str(), alone.message.starts_with("you need ")), ("insufficient_sol", true));
}

#[tokio::test]
async fn the_sponsor_pays_for_nothing_that_is_not_on_its_list() {
    let (mut api, _) = sponsored(10 * COST, 100 * COST).await;
    let other = Pubkey::new_unique();
    let merchant = api.merchant.address;
    api.ledger.open_vault(&merchant, &other, &crate::support::SPL_TOKEN, 0).await;
    let body = json!({ "amount": "25.00", "token": other.to_string() });
    let payment: Payment = api.post("/v1/payments", body).await.json().await.unwrap();
    let customer = wallet(&api, 1_000_000_000, &other, Some(25_000_000));
    let answer: Value = pay(&api, &payment, customer, Value::Null).await.json().await.unwrap();
    assert_eq!(handed_out(&answer).message.static_account_keys()[0], customer);
    assert_eq!(code(pay(&api, &payment, customer, json!(true)).await).await, "not_sponsored");
}

#[tokio::test]
async fn what_never_lands_is_given_back_and_what_lands_is_not() {
    let (api, _) = sponsored(COST, 100 * COST).await;
    let payments = [api.payment().await, api.payment().await];
    let customers = [without_sol(&api), without_sol(&api)];
    let mut signatures = Vec::new();
    for (payment, customer) in payments.iter().zip(customers) {
        let answer: Value = pay(&api, payment, customer, Value::Null).await.json().await.unwrap();
        signatures.push(handed_out(&answer).signatures[0].to_string());
        let again = pay(&api, payment, customer, Value::Null).await;
        assert_eq!(code(again).await, "insufficient_sol", "the wallet's day is used up");
    }
    {
        let mut node = api.rpc.node();
        node.landed.insert(signatures[1].clone(), None);
        // The last block that could hold them is 150.
        node.finalized_height = 151;
    }
    eventually("the budget", async || {
        pay(&api, &payments[0], customers[0], Value::Null).await.status() == StatusCode::OK
    })
    .await;
    let landed = pay(&api, &payments[1], customers[1], json!(true)).await;
    assert_eq!(code(landed).await, "not_sponsored");
}

#[tokio::test]
async fn however_many_ask_at_once_no_more_is_spent_than_the_budget() {
    let (api, _) = sponsored(10 * COST, 3 * COST).await;
    let payment = api.payment().await;
    let customers: Vec<_> = (0..8).map(|_| without_sol(&api)).collect();
    let answers =
        join_all(customers.iter().map(|customer| pay(&api, &payment, *customer, Value::Null))).await;
    let sponsored = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(sponsored, 3);
    for refused in answers.into_iter().filter(|answer| answer.status() != StatusCode::OK) {
        assert_eq!(code(refused).await, "insufficient_sol");
    }
}

#[tokio::test]
async fn a_sponsor_without_sol_keeps_nobody_from_paying() {
    let (api, _) = sponsored(10 * COST, 100 * COST).await;
    let payment = api.payment().await;
    let customer = wallet(&api, 1_000_000_000, &api.mint, Some(25_000_000));
    api.rpc.node().refuses = Some(json!("AccountNotFound"));
    assert_eq!(code(pay(&api, &payment, customer, json!(true)).await).await, "not_sponsored");
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sponsorships").fetch_one(&api.database.pool).await.unwrap();
    assert_eq!(rows, 0, "nothing that nobody was handed is counted");
}

/// With one key for both, its signature would be all that the purchase takes.
#[tokio::test]
async fn nobody_buys_in_the_name_of_the_sponsor() {
    let (api, sponsor) = sponsored(10 * COST, 100 * COST).await;
    let payment = api.payment().await;
    super::hold(&api, &sponsor.pubkey(), 1_000_000_000, &api.mint, Some(25_000_000));
    let refused = pay(&api, &payment, sponsor.pubkey(), json!(true)).await;
    assert_eq!(code(refused).await, "not_sponsored");
    let answer: Value = pay(&api, &payment, sponsor.pubkey(), Value::Null).await.json().await.unwrap();
    assert_eq!(handed_out(&answer).signatures, [Signature::default()], "unsigned, as for any wallet");
}
