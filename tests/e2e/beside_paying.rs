//! What people do with a wallet beside paying, on the real program: give, stake, claim, burn, follow a link.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till::client::Token;
use till_e2e::{Net, PATIENCE, flags};
use till_localnet::{keys, wallet};

/// Signs and sends what a route hands out for `wallet`.
async fn sign(net: &Net, wallet: &Keypair, path: &str, mut body: Value) {
    body["account"] = json!(wallet.pubkey().to_string());
    let link = format!("{}{path}", net.description.api_url);
    let unsigned = wallet::ask(&link, body).await.expect("a transaction");
    net.rpc()
        .send_signed(&unsigned.sign(wallet).expect("a signature"))
        .await
        .expect("a confirmed transaction");
}

/// What a route tells, once `done` says that it is as expected.
async fn until(net: &Net, path: &str, done: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let told = net.get(path).await;
        if done(&told) {
            return told;
        }
        assert!(started.elapsed() < PATIENCE, "{path} is not as expected after {PATIENCE:?}: {told:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What a wallet has of the token that is staked, in base units.
async fn balance(net: &Net, wallet: &Keypair) -> u64 {
    let account = staked(net).account_of(&wallet.pubkey());
    let balance = net.rpc().client.get_token_account_balance(&account).await.expect("a token account");
    balance.amount.parse().expect("an amount")
}

fn staked(net: &Net) -> Token {
    let known = net.description.tokens.iter().find(|token| token.mint == net.description.burn_mint);
    let known = known.expect("the token that is staked");
    Token { mint: known.mint.parse().unwrap(), program: known.token_program.parse().unwrap() }
}

#[tokio::test]
async fn a_wallet_gives_stakes_burns_and_follows_a_link() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &[]).await;
    let customer = net.customer();
    gives(&net, &customer).await;
    follows_a_link(&net).await;
    burns(&net, &customer).await;
    what_is_claimable_is_paid(&net, &customer).await;
    net.stop();
}

async fn gives(net: &Net, customer: &Keypair) {
    for campaign in &net.description.campaigns {
        let path = format!("/v1/campaigns/{campaign}");
        let shown = net.get(&path).await;
        assert_eq!((&shown["status"], &shown["merchant_name"]), (&json!("open"), &json!("Demo Shop")));
        let body = json!({ "action": "donate", "amount": "5" });
        sign(net, customer, &format!("{path}/transactions"), body).await;
        until(net, &path, |shown| shown["raised"]["value"] == "5.00").await;
        let receipt = net.get(&format!("{path}/receipts/{}", customer.pubkey())).await;
        assert_eq!((&receipt["amount"]["value"], &receipt["refundable"]), (&json!("5.00"), &json!(false)));
    }
    let decides = &net.description.campaigns[1];
    let path = format!("/v1/campaigns/{decides}");
    let creator = keys::load(&net.description.keypairs.merchant).unwrap();
    sign(net, &creator, &format!("{path}/transactions"), json!({ "action": "cancel" })).await;
    until(net, &path, |shown| shown["status"] == "cancelled").await;
    sign(net, customer, &format!("{path}/transactions"), json!({ "action": "refund" })).await;
    until(net, &path, |shown| shown["refunded"]["value"] == "5.00").await;
    let receipt = net.get(&format!("{path}/receipts/{}", customer.pubkey())).await;
    assert_eq!(receipt["outcome"], "refunded");
}

async fn follows_a_link(net: &Net) {
    let link = &net.description.link;
    let payment = net.post(&format!("/links/{link}/payments"), json!({ "amount": "3.5" })).await;
    let payment = payment["id"].as_str().expect("an id");
    net.pay(payment).await;
    let paid = net.until_status(payment, "captured").await;
    assert_eq!((&paid["link"], &paid["captured"]["value"]), (&json!(link), &json!("3.50")));
}

async fn burns(net: &Net, customer: &Keypair) {
    let path = format!("/v1/burns/{}", net.description.burn_mint);
    let before = net.get(&path).await;
    let body = json!({ "action": "burn", "amount": "1.25" });
    sign(net, customer, &format!("{path}/transactions"), body).await;
    let after = until(net, &path, |shown| shown["burns"] == 1).await;
    assert_eq!(after["burned"]["total"]["value"], "1.25");
    assert_eq!(after["recent"][0]["owner"], customer.pubkey().to_string());
    let supply = |shown: &Value| -> u64 { shown["supply"]["base_units"].as_str().unwrap().parse().unwrap() };
    assert_eq!(supply(&before) - supply(&after), 1_250_000);
}

/// In a pool whose plan has run out, so that what is claimable does not grow between looking and claiming.
async fn what_is_claimable_is_paid(net: &Net, customer: &Keypair) {
    let merchant = keys::load(&net.description.keypairs.merchant).unwrap();
    let token = &net.description.burn_mint;
    let body = json!({
        "authority": merchant.pubkey().to_string(), "token": token, "cooldown_seconds": 86_400, "index": 1,
        "tiers": [{ "lock_seconds": 0, "weight_bps": 10_000 }, { "lock_seconds": 60, "weight_bps": 15_000 }],
    });
    let created = net.post("/v1/pools/transactions", body.clone()).await;
    let pool = format!("/v1/pools/{}", created["address"].as_str().unwrap());
    let acting = format!("{pool}/transactions");
    let link = format!("{}/v1/pools/transactions", net.description.api_url);
    let create = wallet::ask(&link, body).await.unwrap().sign(&merchant).unwrap();
    net.rpc().send_signed(&create).await.unwrap();
    let started = Instant::now();
    while !net.call(reqwest::Method::GET, &pool, None, &[]).await.0.is_success() {
        assert!(started.elapsed() < PATIENCE, "the pool is not indexed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    sign(net, &merchant, &acting, json!({ "action": "add_reward", "token": token })).await;
    until(net, &pool, |shown| shown["rewards"][0]["mint"] == *token).await;
    for (tier, amount) in [(0, "7.000001"), (1, "3")] {
        sign(net, customer, &acting, json!({ "action": "stake", "tier": tier, "amount": amount })).await;
    }
    let fund = json!({ "action": "fund_reward", "token": token, "amount": "10.000003", "seconds": 2 });
    sign(net, &merchant, &acting, fund).await;
    until(net, &pool, |shown| shown["rewards"][0]["ends_at"].is_null()).await;

    let positions = format!("{pool}/positions?owner={}", customer.pubkey());
    let told = until(net, &positions, |told| told["data"].as_array().unwrap().len() == 2).await;
    let claimable = |position: &Value| -> u64 {
        position["claimable"][0]["amount"]["base_units"].as_str().unwrap().parse().unwrap()
    };
    let owed: u64 = told["data"].as_array().unwrap().iter().map(claimable).sum();
    assert!(owed > 0 && owed <= 10_000_003, "{owed}");
    let before = balance(net, customer).await;
    sign(net, customer, &acting, json!({ "action": "claim" })).await;
    assert_eq!(balance(net, customer).await - before, owed);
    let told = net.get(&positions).await;
    assert!(told["data"].as_array().unwrap().iter().all(|position| claimable(position) == 0), "{told:#}");

    sign(net, customer, &acting, json!({ "action": "unstake", "amount": "7" })).await;
    until(net, &positions, |told| {
        told["data"].as_array().unwrap().iter().any(|p| p["cooling"]["value"] == "7.00")
    })
    .await;
}
