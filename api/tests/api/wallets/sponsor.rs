//! A sponsor that pays the network for customers.

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_keypair::{Keypair, write_keypair_file};
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use till_api::Config;
use till_store::domain::Payment;

use super::wallet;
use crate::asking::{Shop, handed_out};
use crate::support::{Api, code, eventually, problem};

/// What the network takes here for a transaction that the sponsor signs: two signatures.
const FEE: u32 = 2 * 5_000;
/// What one payment costs the sponsor here: the rent of its account, and the fee.
const COST: u32 = 2_000_000 + FEE;

/// An API whose sponsor pays for USDC, so much a wallet and in all.
async fn sponsored(per_wallet: u32, total: u32) -> (Api, Keypair) {
    sponsored_with(per_wallet, total, |_| ()).await
}

async fn sponsored_with(per_wallet: u32, total: u32, change: impl FnOnce(&mut Config)) -> (Api, Keypair) {
    sponsoring(Api::start().await, per_wallet, total, change).await
}

async fn sponsoring(
    mut api: Api,
    per_wallet: u32,
    total: u32,
    change: impl FnOnce(&mut Config),
) -> (Api, Keypair) {
    let sponsor = Keypair::new();
    let path = std::env::temp_dir().join(format!("till-sponsor-{}.json", sponsor.pubkey()));
    write_keypair_file(&sponsor, &path).unwrap();
    let mint = api.mint;
    api.restart_with(|config| {
        config.sponsor.sponsor_keypair = Some(path.clone());
        config.sponsor.sponsor_mints = vec![mint];
        config.sponsor.sponsor_per_wallet = per_wallet;
        config.sponsor.sponsor_total = total;
        change(config);
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

/// The sponsor's signature under the transaction that a wallet is handed for a payment.
async fn signature(api: &Api, payment: &Payment, wallet: Pubkey) -> String {
    let answer: Value = pay(api, payment, wallet, json!(true)).await.json().await.unwrap();
    handed_out(&answer).signatures[0].to_string()
}

/// What has become of a transaction and what it counts for: its lamports, and the rent in them. Nothing if it is
/// forgotten.
async fn row(api: &Api, signature: &str) -> Option<(Option<String>, i64, i64)> {
    sqlx::query_as("SELECT outcome, lamports, rent FROM sponsorships WHERE signature = $1")
        .bind(signature)
        .fetch_optional(&api.database.pool)
        .await
        .unwrap()
}

async fn outcome(api: &Api, signature: &str) -> Option<String> {
    row(api, signature).await.expect("it is not forgotten").0
}

async fn age(api: &Api, signature: &str, days: i32) {
    sqlx::query(
        "UPDATE sponsorships SET created_at = now() - make_interval(days => $2) WHERE signature = $1",
    )
    .bind(signature)
    .bind(days)
    .execute(&api.database.pool)
    .await
    .unwrap();
}

/// The last block that may hold a transaction; otherwise it is 150.
async fn valid_until(api: &Api, signature: &str, height: i64) {
    sqlx::query("UPDATE sponsorships SET last_valid_block_height = $2 WHERE signature = $1")
        .bind(signature)
        .bind(height)
        .execute(&api.database.pool)
        .await
        .unwrap();
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
        // The last block that could hold them is 150, and a node may be behind another by 32.
        node.finalized_height = 183;
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
    let payments = join_all((0..8).map(|_| api.payment())).await;
    let asking = payments.iter().map(|payment| pay(&api, payment, without_sol(&api), Value::Null));
    let answers = join_all(asking).await;
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

#[tokio::test]
async fn whoever_asks_again_and_again_for_one_payment_leaves_the_budget_to_others() {
    let unlimited = |config: &mut Config| config.limits.limit_sponsored = "off".parse().unwrap();
    let (api, _) = sponsored_with(2 * COST, 3 * COST, unlimited).await;
    let payments = [api.payment().await, api.payment().await];
    let stranger = without_sol(&api);
    for time in 0..50 {
        let asked = pay(&api, &payments[0], stranger, json!(true)).await;
        assert_eq!(asked.status(), StatusCode::OK, "one account for which only fees are added: {time}");
    }
    let other = pay(&api, &payments[1], without_sol(&api), json!(true)).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn asking_again_for_a_payment_adds_a_fee_and_no_rent() {
    let (api, _) = sponsored(10 * COST, COST + FEE).await;
    let payment = api.payment().await;
    for _ in 0..2 {
        let asked = pay(&api, &payment, without_sol(&api), json!(true)).await;
        assert_eq!(asked.status(), StatusCode::OK);
    }
    let asked = pay(&api, &payment, without_sol(&api), json!(true)).await;
    assert_eq!(code(asked).await, "not_sponsored", "fees count each time");
}

#[tokio::test]
async fn each_token_of_a_payment_has_an_account_and_a_rent() {
    let shop = Shop::open().await;
    let mints = vec![shop.api.mint, shop.sol];
    let (api, _) = sponsoring(shop.api, 10 * COST, 2 * COST - 1, |config| {
        config.sponsor.sponsor_mints = mints;
    })
    .await;
    let body = json!({ "amount": "25.00", "currency": "EUR", "accepted_tokens": ["USDC", "SOL"] });
    let payment: Payment = api.post("/v1/payments", body).await.json().await.unwrap();
    let in_usdc = wallet(&api, 0, &api.mint, Some(30_000_000));
    let in_sol = wallet(&api, 0, &shop.sol, Some(200_000));
    assert_eq!(pay(&api, &payment, in_usdc, json!(true)).await.status(), StatusCode::OK);
    let in_the_other = json!({ "account": in_sol.to_string(), "sponsor": true, "token": "SOL" });
    let asked = api.post(&format!("/pay/{}", payment.id), in_the_other).await;
    assert_eq!(code(asked).await, "not_sponsored");
}

#[tokio::test]
async fn what_failed_on_the_chain_has_cost_its_fee_alone() {
    let (api, _) = sponsored(COST + FEE, 100 * COST).await;
    let payments = [api.payment().await, api.payment().await];
    let customer = without_sol(&api);
    let failed = signature(&api, &payments[0], customer).await;
    assert_eq!(row(&api, &failed).await, Some((None, i64::from(COST), i64::from(COST - FEE))));
    assert_eq!(code(pay(&api, &payments[1], customer, json!(true)).await).await, "not_sponsored");
    {
        let mut node = api.rpc.node();
        node.landed.insert(failed.clone(), Some(json!({ "InstructionError": [2, { "Custom": 6008 }] })));
        node.finalized_height = 183;
    }
    eventually("the outcome", async || outcome(&api, &failed).await.is_some()).await;
    assert_eq!(row(&api, &failed).await, Some((Some("landed".to_owned()), i64::from(FEE), 0)));
    assert_eq!(pay(&api, &payments[1], customer, json!(true)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn nothing_has_expired_before_every_node_must_have_seen_it() {
    let (api, _) = sponsored(10 * COST, 100 * COST).await;
    let (payment, customer) = (api.payment().await, without_sol(&api));
    let kept = signature(&api, &payment, customer).await;
    api.rpc.node().finalized_height = 182;
    // In the run that decides on the second of these, `kept` has been looked at by the one before at the latest.
    for _ in 0..2 {
        let other = signature(&api, &api.payment().await, customer).await;
        valid_until(&api, &other, 149).await;
        eventually("the outcome", async || outcome(&api, &other).await.is_some()).await;
    }
    assert_eq!(outcome(&api, &kept).await, None);
}

#[tokio::test]
async fn what_is_long_decided_is_forgotten() {
    let (api, _) = sponsored(10 * COST, 100 * COST).await;
    let customer = without_sol(&api);
    let mut signatures = Vec::new();
    for (has_landed, days) in [(false, 2), (false, 0), (true, 91), (true, 2)] {
        let signature = signature(&api, &api.payment().await, customer).await;
        if has_landed {
            api.rpc.node().landed.insert(signature.clone(), None);
        }
        age(&api, &signature, days).await;
        signatures.push(signature);
    }
    api.rpc.node().finalized_height = 183;
    let [old_expired, expired, old_landed, landed] = signatures.as_slice() else { panic!("four") };
    for old in [old_expired, old_landed] {
        eventually("forgetting", async || row(&api, old).await.is_none()).await;
    }
    assert_eq!(outcome(&api, expired).await.as_deref(), Some("expired"));
    assert_eq!(outcome(&api, landed).await.as_deref(), Some("landed"));
}

#[tokio::test]
async fn who_asks_too_often_from_one_address_pays_the_network_himself() {
    let (api, sponsor) = sponsored_with(100 * COST, 100 * COST, |config| {
        config.limits.limit_sponsored = "2/3600".parse().unwrap();
        config.limits.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let payment = api.payment().await;
    let customer = wallet(&api, 1_000_000_000, &api.mint, Some(25_000_000));
    let from = async |address: &str, sponsor: Value| {
        let request = reqwest::Client::new().post(format!("{}/pay/{}", api.url, payment.id));
        let body = json!({ "account": customer.to_string(), "sponsor": sponsor });
        request.header("x-forwarded-for", address).json(&body).send().await.unwrap()
    };
    let payer_for = async |address: &str| {
        let answer: Value = from(address, Value::Null).await.json().await.unwrap();
        handed_out(&answer).message.static_account_keys()[0]
    };
    for _ in 0..2 {
        assert_eq!(payer_for("198.51.100.1").await, sponsor.pubkey());
    }
    assert_eq!(payer_for("198.51.100.1").await, customer, "handed out all the same");
    assert_eq!(code(from("198.51.100.1", json!(true)).await).await, "not_sponsored");
    assert_eq!(payer_for("198.51.100.2").await, sponsor.pubkey(), "somebody else");
}
