//! Who may do what: people, keys, machines.

mod audit;
mod keys;
mod members;
mod oauth;
mod sign_in;
mod sign_up;
mod stores;

use anchor_lang::Discriminator;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_api::Code;

use crate::problems::Seen;
use crate::support::Api;

/// A request with another key or session than the merchant's.
async fn call(api: &Api, token: &str, method: Method, path: &str, body: Value) -> Response {
    let request = reqwest::Client::new().request(method, format!("{}{path}", api.url)).bearer_auth(token);
    request.json(&body).send().await.unwrap()
}

async fn get_as(api: &Api, token: &str, path: &str) -> Response {
    reqwest::Client::new().get(format!("{}{path}", api.url)).bearer_auth(token).send().await.unwrap()
}

async fn json_of(response: Response, status: StatusCode) -> Value {
    assert_eq!(response.status(), status, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

async fn challenge(api: &Api, wallet: &Pubkey) -> Value {
    let asked = api.post("/v1/auth/challenge", json!({ "wallet": wallet.to_string() })).await;
    json_of(asked, StatusCode::CREATED).await
}

/// The body that signs in with a challenge.
fn signed(wallet: &Keypair, challenge: &Value) -> Value {
    let signature = wallet.sign_message(challenge["message"].as_str().unwrap().as_bytes());
    json!({
        "wallet": wallet.pubkey().to_string(), "nonce": challenge["nonce"], "signature": signature.to_string(),
    })
}

/// The token of a new session.
async fn session(api: &Api, wallet: &Keypair) -> String {
    let body = signed(wallet, &challenge(api, &wallet.pubkey()).await);
    let session = json_of(api.post("/v1/auth/session", body).await, StatusCode::CREATED).await;
    session["token"].as_str().unwrap().to_owned()
}

/// Lets the node know a merchant's account.
fn on_chain(api: &Api, address: &Pubkey, authority: &Pubkey, operator: &Pubkey) {
    let merchant = till::Merchant {
        founder: *authority,
        authority: *authority,
        pending_authority: Pubkey::default(),
        operator: *operator,
        payout_wallet: *authority,
        rent_payer: *authority,
        sequence: 0,
        vaults: 1,
        index: 0,
        bump: 255,
        _reserved: [0; 33],
    };
    let data = [till::Merchant::DISCRIMINATOR, bytemuck::bytes_of(&merchant)].concat();
    api.rpc.node().accounts.insert(address.to_string(), (till::ID, 2_000_000, data));
}

async fn sign_up(api: &Api, token: &str, address: &Pubkey) -> Response {
    let body = json!({ "address": address.to_string(), "name": "Demo Shop" });
    call(api, token, Method::POST, "/v1/merchants", body).await
}

/// A session of a new wallet that owns the merchant of the tests.
async fn owner(api: &Api) -> (Keypair, String) {
    let wallet = Keypair::new();
    on_chain(api, &api.merchant.address, &wallet.pubkey(), &api.operator.pubkey());
    let token = session(api, &wallet).await;
    json_of(sign_up(api, &token, &api.merchant.address).await, StatusCode::OK).await;
    (wallet, token)
}

/// A session of a new wallet that the merchant's key has made a member.
async fn member(api: &Api, role: &str) -> (Keypair, String) {
    let wallet = Keypair::new();
    let path = format!("/v1/members/{}", wallet.pubkey());
    json_of(api.put(&path, json!({ "role": role })).await, StatusCode::OK).await;
    let token = session(api, &wallet).await;
    (wallet, token)
}

/// A key that may do some things, as the answer to its creation.
async fn key(api: &Api, body: Value) -> Value {
    json_of(api.post("/v1/api-keys", body).await, StatusCode::CREATED).await
}

fn secret(key: &Value) -> &str {
    key["secret"].as_str().unwrap()
}

pub async fn provoke(seen: &mut Seen, api: &Api) {
    let stranger = Keypair::new();
    let posted = |body: Value| api.post("/v1/auth/session", body);
    let mut unknown = signed(&stranger, &challenge(api, &stranger.pubkey()).await);
    let mut wrong = unknown.clone();
    wrong["signature"] = json!("nonsense");
    seen.expect(Code::SignatureInvalid, posted(wrong).await).await;
    assert_eq!(posted(unknown.clone()).await.status(), StatusCode::CREATED);
    seen.expect(Code::ChallengeUsed, posted(unknown.clone()).await).await;
    unknown["nonce"] = json!("nope");
    seen.expect(Code::ChallengeNotFound, posted(unknown).await).await;
    let late = signed(&stranger, &challenge(api, &stranger.pubkey()).await);
    sqlx::query("UPDATE sign_in_challenges SET expires_at = now()")
        .execute(&api.database.pool)
        .await
        .unwrap();
    seen.expect(Code::ChallengeExpired, posted(late).await).await;

    let token = session(api, &stranger).await;
    seen.expect(Code::MerchantNotFound, sign_up(api, &token, &Pubkey::new_unique()).await).await;
    seen.expect(Code::MerchantNotFound, get_as(api, &token, "/v1/payments").await).await;
    let (owner, owners) = owner(api).await;
    seen.expect(Code::NotTheAuthority, sign_up(api, &token, &api.merchant.address).await).await;
    on_chain(api, &api.merchant.address, &stranger.pubkey(), &api.operator.pubkey());
    seen.expect(Code::MerchantTaken, sign_up(api, &token, &api.merchant.address).await).await;
    let second = Pubkey::new_unique();
    on_chain(api, &second, &owner.pubkey(), &api.operator.pubkey());
    assert_eq!(sign_up(api, &owners, &second).await.status(), StatusCode::CREATED);
    seen.expect(Code::MerchantRequired, get_as(api, &owners, "/v1/payments").await).await;

    let delete = |path: &str| api.request(Method::DELETE, path).send();
    seen.expect(Code::KeyNotFound, delete("/v1/api-keys/key_nope").await.unwrap()).await;
    seen.expect(Code::ClientNotFound, delete("/v1/oauth-clients/cli_nope").await.unwrap()).await;
    let nobody = format!("/v1/members/{}", stranger.pubkey());
    seen.expect(Code::MemberNotFound, delete(&nobody).await.unwrap()).await;
    seen.expect(Code::RightsExceeded, api.put(&nobody, json!({ "role": "owner" })).await).await;
    let made = key(api, json!({ "name": "old" })).await;
    let path = format!("/v1/api-keys/{}", made["id"].as_str().unwrap());
    delete(&path).await.unwrap();
    seen.expect(Code::KeyEnded, api.post(&format!("{path}/rotate"), json!({})).await).await;
    let stores: Value = api.get("/v1/stores").await.json().await.unwrap();
    let archive = format!("/v1/stores/{}/archive", stores["data"][0]["id"].as_str().unwrap());
    seen.expect(Code::StoreIsDefault, api.post(&archive, json!({})).await).await;
    let merchant: Value = api.get("/v1/merchant").await.json().await.unwrap();
    let last = reqwest::Client::new()
        .delete(format!("{}/v1/members/{}", api.url, owner.pubkey()))
        .bearer_auth(&owners)
        .header("till-merchant", merchant["id"].as_str().unwrap());
    seen.expect(Code::LastOwner, last.send().await.unwrap()).await;
}
