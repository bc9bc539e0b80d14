//! One object of each kind, and what is good to do with it. What an operation uses up is that operation's alone.

mod customers;
mod merchants;
mod pos;
mod public;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::document::Document;
use crate::staking::Farm;
use crate::support::Api;

/// Who the tester can be.
pub struct Keys {
    pub merchant: String,
    pub pos_key: String,
    /// Of a wallet that governs the merchant's account.
    pub session: String,
    /// Another of its sessions, which ends.
    pub ending_session: String,
}

pub async fn sow(farm: &mut Farm, document: &mut Document) -> Keys {
    let pos_key = pos::sow(&mut farm.api, document).await;
    merchants::sow(&mut farm.api, document).await;
    customers::sow(&mut farm.api, document).await;
    public::sow(farm, document).await;
    let api = &farm.api;
    let wallet = Keypair::new();
    governs(api, &wallet.pubkey());
    let merchant = api.merchant.address.to_string();
    let registration = json!({ "payout_wallet": wallet.pubkey().to_string(), "tokens": ["USDC"] });
    document
        .body("POST /v1/merchants", json!({ "address": merchant, "name": "Demo Shop" }))
        .body("POST /v1/merchants/registration", registration)
        .body("POST /v1/auth/session", proof(api, &Keypair::new()).await);
    Keys {
        merchant: api.merchant.key.clone(),
        pos_key,
        session: session(api, &wallet).await,
        ending_session: session(api, &wallet).await,
    }
}

/// What is answered to a request that changes something.
async fn made(api: &Api, method: Method, path: &str, body: Value) -> Value {
    succeeded(api.request(method, path).json(&body)).await
}

/// What is shown at `path`.
async fn shown(api: &Api, path: &str) -> Value {
    succeeded(api.request(Method::GET, path)).await
}

async fn succeeded(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (url, status) = (response.url().clone(), response.status());
    let answer: Value = response.json().await.unwrap();
    assert!(status.is_success(), "{url}: {status} {answer:#}");
    answer
}

/// The id of something new.
async fn created(api: &Api, path: &str, body: Value) -> String {
    text(&made(api, Method::POST, path, body).await["id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}

/// The body that signs in with a new challenge.
async fn proof(api: &Api, wallet: &Keypair) -> Value {
    let address = wallet.pubkey().to_string();
    let challenge = made(api, Method::POST, "/v1/auth/challenge", json!({ "wallet": address })).await;
    let signature = wallet.sign_message(text(&challenge["message"]).as_bytes()).to_string();
    json!({ "wallet": address, "nonce": challenge["nonce"], "signature": signature })
}

async fn session(api: &Api, wallet: &Keypair) -> String {
    text(&made(api, Method::POST, "/v1/auth/session", proof(api, wallet).await).await["token"])
}

/// Lets the node say that the wallet governs the merchant's account.
fn governs(api: &Api, wallet: &Pubkey) {
    let merchant = till::Merchant {
        founder: *wallet,
        authority: *wallet,
        operator: api.operator.pubkey(),
        payout_wallet: *wallet,
        rent_payer: *wallet,
        vaults: 1,
        bump: 255,
        ..bytemuck::Zeroable::zeroed()
    };
    api.place(&api.merchant.address, &merchant);
}
