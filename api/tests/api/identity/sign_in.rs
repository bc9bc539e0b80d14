//! Sign-In With Solana.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;

use super::{call, challenge, get_as, json_of, member, owner, session, signed};
use crate::support::{Api, code, eventually};

#[tokio::test]
async fn a_wallet_signs_in_with_the_text_it_was_given() {
    let api = Api::start().await;
    let wallet = Keypair::new();
    let challenge = challenge(&api, &wallet.pubkey()).await;
    let message = challenge["message"].as_str().unwrap();
    let first = format!("pay.example wants you to sign in with your Solana account:\n{}\n", wallet.pubkey());
    assert!(message.starts_with(&first), "{message}");
    assert!(message.contains(&format!("\nNonce: {}\n", challenge["nonce"].as_str().unwrap())));
    assert_eq!(challenge["input"]["chainId"], "mainnet");

    let mut body = signed(&wallet, &challenge);
    let signature: solana_signature::Signature = body["signature"].as_str().unwrap().parse().unwrap();
    body["signature"] = json!(STANDARD.encode(signature));
    body["signed_message"] = json!(STANDARD.encode(message));
    let session = json_of(api.post("/v1/auth/session", body).await, StatusCode::CREATED).await;
    let token = session["token"].as_str().unwrap();
    assert!(token.starts_with("till_ses_"));
    let mine = json_of(get_as(&api, token, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!(mine["data"], json!([]));
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT token_hash FROM sessions").fetch_one(&api.database.pool).await.unwrap();
    assert_ne!(kept, token.as_bytes());
}

#[tokio::test]
async fn a_challenge_is_good_for_one_sign_in_of_many_at_once() {
    let api = Api::start().await;
    let wallet = Keypair::new();
    let body = signed(&wallet, &challenge(&api, &wallet.pubkey()).await);
    let tries = (0..12).map(|_| api.post("/v1/auth/session", body.clone()));
    let answers = futures::future::join_all(tries).await;
    let good = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!(good, 1);
    for answer in answers.into_iter().filter(|answer| answer.status() != StatusCode::CREATED) {
        assert_eq!(code(answer).await, "challenge_used");
    }
}

#[tokio::test]
async fn a_wrong_signature_uses_nothing_up_and_opens_nothing() {
    let api = Api::start().await;
    let (wallet, other) = (Keypair::new(), Keypair::new());
    let challenge = challenge(&api, &wallet.pubkey()).await;
    let good = signed(&wallet, &challenge);
    let mut of_another = signed(&other, &challenge);
    assert_eq!(code(api.post("/v1/auth/session", of_another.clone()).await).await, "challenge_not_found");
    of_another["wallet"] = good["wallet"].clone();
    assert_eq!(code(api.post("/v1/auth/session", of_another).await).await, "signature_invalid");
    assert_eq!(api.post("/v1/auth/session", good).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_ends_when_its_wallet_says_so_or_its_time_is_over() {
    let api = Api::start().await;
    let (wallet, token) = owner(&api).await;
    assert_eq!(get_as(&api, &token, "/v1/payments").await.status(), StatusCode::OK);
    let ended = call(&api, &token, Method::DELETE, "/v1/auth/session", json!({})).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(get_as(&api, &token, "/v1/payments").await).await, "unauthorized");

    let token = session(&api, &wallet).await;
    sqlx::query("UPDATE sessions SET expires_at = now()").execute(&api.database.pool).await.unwrap();
    assert_eq!(code(get_as(&api, &token, "/v1/payments").await).await, "unauthorized");
}

#[tokio::test]
async fn a_session_may_do_what_its_role_may() {
    let api = Api::start().await;
    let (_, token) = member(&api, "viewer").await;
    assert_eq!(get_as(&api, &token, "/v1/payments").await.status(), StatusCode::OK);
    let body = json!({ "amount": "1", "token": "USDC" });
    assert_eq!(code(call(&api, &token, Method::POST, "/v1/payments", body).await).await, "scope_missing");
    let who: Value = get_as(&api, &token, "/v1/merchant").await.json().await.unwrap();
    assert!(who["actor"].as_str().unwrap().starts_with("member "));
    assert_eq!(who["operated"], true);
}

#[tokio::test]
async fn what_has_run_out_is_forgotten() {
    let api = Api::start().await;
    let wallet = Keypair::new();
    session(&api, &wallet).await;
    let kept = challenge(&api, &wallet.pubkey()).await;
    for statement in [
        "UPDATE sign_in_challenges SET expires_at = now() - interval '2 hours' WHERE used_at IS NOT NULL",
        "UPDATE sessions SET expires_at = now()",
    ] {
        sqlx::query(statement).execute(&api.database.pool).await.unwrap();
    }
    // A process forgets when it starts, and then every hour.
    let (_, stop) = api.another_process().await;
    eventually("the end of a session", async || {
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&api.database.pool).await.unwrap();
        left == 0
    })
    .await;
    stop.cancel();
    let nonces: Vec<String> = sqlx::query_scalar("SELECT nonce FROM sign_in_challenges")
        .fetch_all(&api.database.pool)
        .await
        .unwrap();
    assert_eq!(nonces, [kept["nonce"].as_str().unwrap()]);
}
