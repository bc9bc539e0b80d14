//! Blinks, as a client sees them.

mod escrow;
mod giving;
mod headers;
mod holding;
mod pay;
mod statements;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use till::client::Token;
use till_api::Code;
use till_store::chain::PaymentOpening;
use till_store::domain::Payment;

use crate::problems::Seen;
use crate::support::ledger::opening;
use crate::support::{Api, SPL_TOKEN, rpc};

/// What a client asks, without any key.
pub async fn ask(api: &Api, method: Method, path: &str, body: Option<Value>) -> Response {
    let request = reqwest::Client::new().request(method, format!("{}{path}", api.url));
    let request = request.header("origin", "https://dial.to").header("x-accept-action-version", "2.4");
    match body {
        Some(body) => request.json(&body).send().await.unwrap(),
        None => request.send().await.unwrap(),
    }
}

/// What a Blink shows.
pub async fn show(api: &Api, path: &str) -> Value {
    read(ask(api, Method::GET, path, None).await).await
}

/// What pressing a button brings.
pub async fn press(api: &Api, path: &str, body: Value) -> Value {
    read(ask(api, Method::POST, path, Some(body)).await).await
}

async fn read(response: Response) -> Value {
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// The status of a refusal, and its body in the specification's form.
pub async fn refused(api: &Api, path: &str, body: Value) -> (StatusCode, Value) {
    let response = ask(api, Method::POST, path, Some(body)).await;
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().await.unwrap();
    assert!(!status.is_success(), "{body}");
    assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
    (status, body)
}

/// The code of a refusal.
pub async fn code(api: &Api, path: &str, body: Value) -> String {
    refused(api, path, body).await.1["code"].as_str().unwrap().to_owned()
}

/// A signature as a client brings it: of a transaction that nobody has seen.
pub fn signature() -> String {
    Keypair::new().sign_message(b"a transaction").to_string()
}

/// A wallet with SOL, and so much of the shop's token.
pub fn wallet(api: &Api, tokens: u64) -> Pubkey {
    let wallet = Pubkey::new_unique();
    let token = Token { mint: api.mint, program: SPL_TOKEN };
    let mut node = api.rpc.node();
    node.accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
    let data = rpc::token_account(&api.mint, &wallet, tokens);
    node.accounts.insert(token.account_of(&wallet).to_string(), (SPL_TOKEN, 2_039_280, data));
    wallet
}

/// The transaction that an answer holds.
pub fn transaction(answer: &Value) -> VersionedTransaction {
    bincode::deserialize(&STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap()).unwrap()
}

/// A payment of 25.00 in escrow that its payer can dispute.
pub async fn protected(api: &mut Api) -> (Payment, Keypair) {
    let (payment, payer) = (api.payment().await, Keypair::new());
    let opening = PaymentOpening {
        capture_from: Some(api.ledger.clock + TimeDelta::hours(1)),
        arbiter: Some(Pubkey::new_unique().to_string()),
        dispute_seconds: Some(3_600),
        ..opening(&api.merchant.address, &payment, &payer.pubkey(), 0)
    };
    api.ledger.begin(&payment, opening).await;
    (payment, payer)
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let mut api = Api::start().await;
    let (payment, payer) = protected(&mut api).await;
    let (account, landed) = (payer.pubkey().to_string(), signature());
    let next = format!("/actions/release/{}/next", payment.id);
    let signed = json!({ "account": account, "signature": landed });
    let (status, body) = refused(&api, &next, signed.clone()).await;
    seen.expect_told(Code::TransactionNotSeen, status, &body);
    let paused = json!({ "InstructionError": [1, { "Custom": 6000 }] });
    api.rpc.node().landed.insert(landed, Some(paused));
    let (status, body) = refused(&api, &next, signed).await;
    seen.expect_told(Code::TransactionFailed, status, &body);

    let data = json!({ "domain": "a", "address": account, "statement": "b", "nonce": "c", "issuedAt": "d" });
    let forged = json!({ "account": account, "signature": signature(), "data": data, "state": "1.x" });
    let path = format!("/actions/dispute/{}/statement/next", payment.id);
    let (status, body) = refused(&api, &path, forged).await;
    seen.expect_told(Code::StateInvalid, status, &body);
}
