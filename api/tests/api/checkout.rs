//! What wallets are handed.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use till::client::Token;

use crate::support::{Api, SPL_TOKEN, problem, rpc};

/// A wallet with SOL and so much of the token.
fn wallet(api: &Api, tokens: u64) -> Pubkey {
    let wallet = Pubkey::new_unique();
    let token = Token { mint: api.mint, program: SPL_TOKEN };
    let mut node = api.rpc.node();
    node.accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
    let data = rpc::token_account(&api.mint, &wallet, tokens);
    node.accounts.insert(token.account_of(&wallet).to_string(), (SPL_TOKEN, 2_039_280, data));
    wallet
}

#[tokio::test]
async fn a_wallet_gets_the_transaction_that_pays() {
    let api = Api::start().await;
    for (mode, accounts) in [("manual", 14), ("immediate", 15)] {
        let body = json!({ "amount": "25.00", "token": "USDC", "capture_mode": mode });
        let payment: Value = api.post("/v1/payments", body).await.json().await.unwrap();
        let pay = format!("/pay/{}", payment["id"].as_str().unwrap());
        let described: Value = api.get(&pay).await.json().await.unwrap();
        assert_eq!(described, json!({ "label": "Demo Shop", "icon": "https://pay.example/icon.svg" }));

        let payer = wallet(&api, 25_000_000);
        let answer = api.post(&pay, json!({ "account": payer.to_string() })).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["message"], "Pay 25.00 USDC to Demo Shop");
        let raw = STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap();
        let transaction: VersionedTransaction = bincode::deserialize(&raw).unwrap();
        let message = &transaction.message;
        assert_eq!(transaction.signatures, [Signature::default()]);
        assert_eq!(message.static_account_keys()[0], payer);
        let address: Pubkey = payment["address"].as_str().unwrap().parse().unwrap();
        assert!(message.static_account_keys().contains(&address));
        let [_, pay, memo] = message.instructions() else { panic!("a limit, the payment, a memo") };
        assert_eq!(memo.data, payment["id"].as_str().unwrap().as_bytes());
        assert_eq!(message.static_account_keys()[usize::from(pay.program_id_index)], till::ID);
        assert!(pay.accounts.len() >= accounts - 2, "{} accounts", pay.accounts.len());
    }
}

#[tokio::test]
async fn a_wallet_signs_the_protection_that_was_asked_for() {
    let api = Api::start().await;
    let arbiter = Keypair::new().pubkey();
    let body = json!({
        "amount": "25.00", "token": "USDC", "authorization_expires_in": 7200,
        "protection": { "arbiter": arbiter.to_string(), "capture_after": 3600, "dispute_seconds": 7200 },
    });
    let payment: Value = api.post("/v1/payments", body).await.json().await.unwrap();
    assert_eq!(payment["arbiter"], arbiter.to_string());
    let payer = wallet(&api, 25_000_000);
    let pay = format!("/pay/{}", payment["id"].as_str().unwrap());
    let answer = api.post(&pay, json!({ "account": payer.to_string() })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    let raw = STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap();
    let transaction: VersionedTransaction = bincode::deserialize(&raw).unwrap();
    // The terms are in the instruction, and the address commits to them.
    let is_in_terms = |data: &[u8]| data.windows(32).any(|window| window == arbiter.as_ref());
    assert!(transaction.message.instructions().iter().any(|instruction| is_in_terms(&instruction.data)));
}

#[tokio::test]
async fn a_poor_wallet_is_told_what_is_missing() {
    let api = Api::start().await;
    let payment = api.payment().await;
    let poor = wallet(&api, 21_800_000);
    let answer = api.post(&format!("/pay/{}", payment.id), json!({ "account": poor.to_string() })).await;
    let problem = problem(answer).await;
    assert_eq!(problem.code, "insufficient_funds");
    assert_eq!(problem.message, "you need 3.20 USDC more");
}

#[tokio::test]
async fn a_transfer_fee_comes_on_top() {
    let api = Api::start().await;
    let payment = api.payment().await;
    let mint = rpc::mint_with_fee(6, 100);
    api.rpc.node().accounts.insert(api.mint.to_string(), (SPL_TOKEN, 1, mint));
    let pay = format!("/pay/{}", payment.id);
    // 25.252526 less 1% of it, rounded up, is 25.00.
    let short = wallet(&api, 25_252_524);
    let answer = api.post(&pay, json!({ "account": short.to_string() })).await;
    assert_eq!(problem(answer).await.code, "insufficient_funds");
    let enough = wallet(&api, 25_252_526);
    let answer = api.post(&pay, json!({ "account": enough.to_string() })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let message = answer.json::<Value>().await.unwrap()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("25.00 USDC") && message.contains("25.2525"), "{message}");
}

#[tokio::test]
async fn a_payment_that_the_indexer_has_not_seen_is_not_paid_twice() {
    let api = Api::start().await;
    let payment = api.payment().await;
    api.rpc.node().accounts.insert(payment.address.clone(), (till::ID, 2_000_000, vec![0; 8]));
    let payer = wallet(&api, 25_000_000);
    let answer = api.post(&format!("/pay/{}", payment.id), json!({ "account": payer.to_string() })).await;
    assert_eq!(problem(answer).await.code, "payment_already_paid");
}

#[tokio::test]
async fn pages_of_others_may_ask_for_payments_and_for_nothing_else() {
    let api = Api::start().await;
    let payment = api.payment().await;
    let preflight = |path: String| {
        let request = reqwest::Client::new().request(Method::OPTIONS, format!("{}{path}", api.url));
        let request =
            request.header("origin", "https://dial.to").header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "content-type").send()
    };
    let allowed = preflight(format!("/pay/{}", payment.id)).await.unwrap();
    assert!(allowed.status().is_success());
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
    let refused = preflight("/v1/payments".to_owned()).await.unwrap();
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    let icon = api.get("/icon.svg").await;
    assert_eq!(icon.headers()["content-type"], "image/svg+xml");
    // A wallet must be able to read a refusal, too.
    let request = api.request(Method::GET, "/pay/pay_nope").header("origin", "https://dial.to");
    let unknown = request.send().await.unwrap();
    assert_eq!(unknown.headers()["access-control-allow-origin"], "*");
    assert_eq!(problem(unknown).await.code, "payment_not_found");
}
