//! The merchant's balance on its way to the merchant's wallet.

use anchor_lang::Discriminator;
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_transaction::versioned::VersionedTransaction;
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, SPL_TOKEN, code, problem};

const PATH: &str = "/v1/payouts/transactions";

async fn open(api: &mut Api, shards: std::ops::Range<u16>) {
    for shard in shards {
        api.ledger.open_vault(&api.merchant.address, &api.mint, &SPL_TOKEN, shard).await;
    }
}

async fn credit(api: &mut Api, shard: u16, balance: u64) {
    let (vault, _) = till::pda::vault(&api.merchant.address, &api.mint, shard);
    api.ledger.credit_in(vault.to_string(), balance, 1).await;
}

/// The shards that a transaction pays out, and to which token account.
fn paid_out(api: &Api, transaction: &VersionedTransaction) -> Vec<(u16, Pubkey)> {
    let keys = transaction.message.static_account_keys();
    let payouts = transaction.message.instructions().iter().filter(|instruction| {
        keys[usize::from(instruction.program_id_index)] == till::ID
            && instruction.data == till::instruction::Payout::DISCRIMINATOR
    });
    let account = |index: u8| keys[usize::from(index)];
    let shard = |vault| {
        (0..20).find(|shard| till::pda::vault(&api.merchant.address, &api.mint, *shard).0 == vault).unwrap()
    };
    payouts.map(|payout| (shard(account(payout.accounts[1])), account(payout.accounts[4]))).collect()
}

#[tokio::test]
async fn a_payout_takes_the_balance_of_every_shard_to_the_merchants_wallet() {
    let mut api = Api::start().await;
    open(&mut api, 1..12).await;
    for shard in [0, 2, 3, 4, 5, 6, 7, 8, 9, 10] {
        credit(&mut api, shard, 1_500_000).await;
    }
    // It takes no new payments, and has a balance all the same.
    api.ledger.set_accepting(&api.merchant.address, &api.mint, 3, false).await;
    let signer = Pubkey::new_unique();
    let answer = api.post(PATH, json!({ "token": "USDC", "signer": signer.to_string() })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["amount"]["value"], "15.00");
    let wallet: String = sqlx::query_scalar("SELECT payout_wallet FROM chain.merchants WHERE address = $1")
        .bind(api.merchant.address.to_string())
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(answer["wallet"], wallet);

    let token = till::client::Token { mint: api.mint, program: SPL_TOKEN };
    let account = token.account_of(&wallet.parse().unwrap());
    let mut shards = Vec::new();
    for one in answer["transactions"].as_array().unwrap() {
        let raw = STANDARD.decode(one["transaction"].as_str().unwrap()).unwrap();
        assert!(raw.len() <= 1_232, "{}", raw.len());
        let transaction: VersionedTransaction = bincode::deserialize(&raw).unwrap();
        assert_eq!(transaction.message.static_account_keys()[0], signer);
        assert_eq!(transaction.signatures.len(), 1);
        for (shard, to) in paid_out(&api, &transaction) {
            assert_eq!(to, account);
            shards.push(shard);
        }
    }
    assert_eq!(shards, [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    let words = &answer["transactions"][1]["message"];
    assert_eq!(*words, format!("Pay 3.00 USDC out to {wallet}"));
    assert!(api.rpc.node().sent.is_empty());
}

#[tokio::test]
async fn a_payout_waits_for_the_refunds_that_count_on_the_balance() {
    let mut api = Api::start().await;
    let captured = api.captured().await;
    let payout = json!({ "token": api.mint.to_string(), "signer": Pubkey::new_unique().to_string() });
    assert_eq!(api.post(PATH, payout.clone()).await.status(), StatusCode::OK);
    let refund = api.post(&format!("/v1/payments/{}/refund", captured.id), json!({ "amount": "1" })).await;
    assert_eq!(refund.status(), StatusCode::ACCEPTED);
    assert_eq!(code(api.post(PATH, payout).await).await, "operation_in_progress");
}

#[tokio::test]
async fn a_payout_that_would_fail_is_not_handed_out() {
    let mut api = Api::start().await;
    let signer = Pubkey::new_unique().to_string();
    credit(&mut api, 0, 1).await;
    let payout = json!({ "token": "USDC", "signer": signer });
    api.rpc.node().refuses = Some(json!("AccountNotFound"));
    let refused = problem(api.post(PATH, payout.clone()).await).await;
    assert_eq!(refused.code, "insufficient_sol");
    assert!(refused.message.ends_with("SOL more, for the network fee"), "{}", refused.message);
    api.rpc.node().refuses = None;
    let unknown = json!({ "token": "DOGE", "signer": signer });
    assert_eq!(code(api.post(PATH, unknown).await).await, "token_not_accepted");
    let malformed = json!({ "token": "USDC", "signer": "me" });
    assert_eq!(code(api.post(PATH, malformed).await).await, "account_invalid");
    let stranger = api.another_merchant().await;
    let request = reqwest::Client::new().post(format!("{}{PATH}", api.url)).bearer_auth(stranger.key);
    assert_eq!(code(request.json(&payout).send().await.unwrap()).await, "nothing_to_pay_out");
    sqlx::query("DELETE FROM chain.merchants").execute(&api.database.pool).await.unwrap();
    assert_eq!(code(api.post(PATH, payout).await).await, "payout_wallet_unknown");
}

#[tokio::test]
async fn balances_are_what_all_vaults_of_a_token_hold() {
    let mut api = Api::start().await;
    open(&mut api, 1..3).await;
    let nameless = Pubkey::new_unique();
    api.ledger.open_vault(&api.merchant.address, &nameless, &SPL_TOKEN, 0).await;
    for (shard, balance) in [(0, 1_500_000), (2, 2_000_001)] {
        credit(&mut api, shard, balance).await;
    }
    sqlx::query("UPDATE chain.vaults SET escrowed = 700000, fees = 5 WHERE shard IN (1, 2)")
        .execute(&api.database.pool)
        .await
        .unwrap();

    let answer: Value = api.get("/v1/balances").await.json().await.unwrap();
    let [usdc, other] = answer["data"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&usdc["symbol"], &usdc["mint"]), (&json!("USDC"), &json!(api.mint.to_string())));
    assert_eq!(usdc["balance"], json!({ "value": "3.500001", "base_units": "3500001" }));
    let waiting = (&usdc["escrow"]["value"], &usdc["fees"]["base_units"]);
    assert_eq!(waiting, (&json!("1.40"), &json!("10")), "{usdc}");
    assert_eq!((&other["symbol"], &other["mint"]), (&Value::Null, &json!(nameless.to_string())));
    assert_eq!(other["balance"]["base_units"], "0");
    assert!(answer["payout_wallet"].is_string() && answer["indexed_through_slot"].is_i64());

    let stranger = api.another_merchant().await;
    let theirs = reqwest::Client::new().get(format!("{}/v1/balances", api.url)).bearer_auth(stranger.key);
    let theirs: Value = theirs.send().await.unwrap().json().await.unwrap();
    assert!(!theirs["data"].to_string().contains("3500001"), "{theirs}");
    let key = api.restricted_key(&["payments:read"]).await;
    let refused = reqwest::Client::new().get(format!("{}/v1/balances", api.url)).bearer_auth(key);
    assert_eq!(code(refused.send().await.unwrap()).await, "scope_missing");
}

pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let mint = Pubkey::new_unique().to_string();
    let nothing = json!({ "token": mint, "signer": Pubkey::new_unique().to_string() });
    seen.expect(Code::NothingToPayOut, api.post(PATH, nothing).await).await;
}
