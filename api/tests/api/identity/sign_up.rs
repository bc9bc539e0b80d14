//! Merchants bring themselves in.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

use super::{call, get_as, json_of, on_chain, session, sign_up};
use crate::support::{Api, SPL_TOKEN, code, problem};

#[tokio::test]
async fn who_governs_the_account_becomes_the_owner_once() {
    let api = Api::start().await;
    let wallet = Keypair::new();
    let token = session(&api, &wallet).await;
    let address = Pubkey::new_unique();
    assert_eq!(code(sign_up(&api, &token, &address).await).await, "merchant_not_found");
    on_chain(&api, &address, &wallet.pubkey(), &Pubkey::new_unique());
    let tries = (0..6).map(|_| sign_up(&api, &token, &address));
    let answers = futures::future::join_all(tries).await;
    let created = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    for answer in answers {
        assert!(answer.status().is_success());
        // Another operator: captures are the merchant's to sign.
        assert_eq!(answer.json::<Value>().await.unwrap()["operated"], false);
    }

    let mine = json_of(get_as(&api, &token, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!((&mine["data"][0]["role"], mine["data"].as_array().unwrap().len()), (&json!("owner"), 1));
    let stores = json_of(get_as(&api, &token, "/v1/stores").await, StatusCode::OK).await;
    assert_eq!(stores["data"][0]["is_default"], true);
    let renamed = call(&api, &token, Method::PATCH, "/v1/merchant", json!({ "name": " New name " })).await;
    assert_eq!(json_of(renamed, StatusCode::OK).await["name"], "New name");
    let who = json_of(get_as(&api, &token, "/v1/merchant").await, StatusCode::OK).await;
    assert_eq!(who["name"], "New name");
}

#[tokio::test]
async fn a_wallet_is_told_which_merchants_it_can_bring_in() {
    let mut api = Api::start().await;
    let wallet = Keypair::new();
    let token = session(&api, &wallet).await;
    let address = Pubkey::new_unique();
    api.ledger.register(&address, &api.operator.pubkey(), &wallet.pubkey()).await;
    let stranger = session(&api, &Keypair::new()).await;
    let theirs = json_of(get_as(&api, &stranger, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!(theirs["governed"], json!([]), "another wallet governs it");
    let mine = json_of(get_as(&api, &token, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!(mine["governed"], json!([{ "address": address.to_string(), "name": null }]));
    sqlx::query("UPDATE chain.merchants SET authority = $2 WHERE address = $1")
        .bind(api.merchant.address.to_string())
        .bind(wallet.pubkey().to_string())
        .execute(&api.database.pool)
        .await
        .unwrap();
    let mine = json_of(get_as(&api, &token, "/v1/merchants").await, StatusCode::OK).await;
    let known = mine["governed"].as_array().unwrap().iter().find(|it| it["name"].is_string()).unwrap();
    assert_eq!(known["address"], api.merchant.address.to_string());

    on_chain(&api, &api.merchant.address, &wallet.pubkey(), &api.operator.pubkey());
    assert_eq!(sign_up(&api, &token, &api.merchant.address).await.status(), StatusCode::OK);
    on_chain(&api, &address, &wallet.pubkey(), &api.operator.pubkey());
    assert_eq!(sign_up(&api, &token, &address).await.status(), StatusCode::CREATED);
    let mine = json_of(get_as(&api, &token, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!((&mine["governed"], &mine["data"][0]["role"]), (&json!([]), &json!("owner")));
}

#[tokio::test]
async fn nobody_else_takes_a_merchant() {
    let api = Api::start().await;
    let (first, second) = (Keypair::new(), Keypair::new());
    let (firsts, seconds) = (session(&api, &first).await, session(&api, &second).await);
    let address = Pubkey::new_unique();
    on_chain(&api, &address, &first.pubkey(), &api.operator.pubkey());
    assert_eq!(code(sign_up(&api, &seconds, &address).await).await, "not_the_authority");
    assert_eq!(sign_up(&api, &firsts, &address).await.status(), StatusCode::CREATED);
    on_chain(&api, &address, &second.pubkey(), &api.operator.pubkey());
    assert_eq!(code(sign_up(&api, &seconds, &address).await).await, "merchant_taken");
    // A key is no person.
    assert_eq!(code(sign_up(&api, &api.merchant.key, &address).await).await, "unauthorized");
}

#[tokio::test]
async fn a_member_that_a_key_has_made_keeps_no_owner_out() {
    let api = Api::start().await;
    let (viewer, wallet) = (Pubkey::new_unique(), Keypair::new());
    let path = format!("/v1/members/{viewer}");
    assert_eq!(api.put(&path, json!({ "role": "viewer" })).await.status(), StatusCode::OK);
    let address = api.merchant.address;
    on_chain(&api, &address, &wallet.pubkey(), &api.operator.pubkey());
    let token = session(&api, &wallet).await;
    assert!(sign_up(&api, &token, &address).await.status().is_success());
    let mine = json_of(get_as(&api, &token, "/v1/merchants").await, StatusCode::OK).await;
    assert_eq!(mine["data"][0]["role"], "owner");
}

#[tokio::test]
async fn a_registration_is_one_transaction_of_the_wallet() {
    let api = Api::start().await;
    let wallet = Keypair::new();
    let token = session(&api, &wallet).await;
    let mut mint = vec![0; 82];
    (mint[44], mint[45]) = (6, 1);
    let others: Vec<Pubkey> = (0..3).map(|_| Pubkey::new_unique()).collect();
    for address in others.iter().chain([&api.mint]) {
        api.rpc.node().accounts.insert(address.to_string(), (SPL_TOKEN, 1, mint.clone()));
    }
    let register = async |tokens: Vec<String>| {
        let body = json!({ "payout_wallet": wallet.pubkey().to_string(), "tokens": tokens });
        call(&api, &token, Method::POST, "/v1/merchants/registration", body).await
    };
    let mut tokens = vec!["USDC".to_owned()];
    tokens.extend(others.iter().map(Pubkey::to_string));
    let answer = json_of(register(tokens.clone()).await, StatusCode::OK).await;
    let raw = STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap();
    assert!(raw.len() <= 1232, "{} bytes", raw.len());
    let transaction: VersionedTransaction = bincode::deserialize(&raw).unwrap();
    assert_eq!(transaction.signatures, [Signature::default()]);
    let message = &transaction.message;
    assert_eq!(message.static_account_keys()[0], wallet.pubkey());
    // A compute limit, the registration, and a vault for each token.
    assert_eq!(message.instructions().len(), 2 + tokens.len());
    let address = till::pda::merchant(&wallet.pubkey(), 0).0;
    assert_eq!(answer["address"], address.to_string());
    let vault = till::pda::vault(&address, &api.mint, 0).0;
    assert!(message.static_account_keys().contains(&vault));

    assert_eq!(code(register(vec![]).await).await, "validation_failed");
    assert_eq!(code(register(vec!["USDC".into(), "USDC".into()]).await).await, "validation_failed");
    assert_eq!(code(register(vec!["DOGE".into()]).await).await, "token_not_accepted");
    let no_mint = vec![wallet.pubkey().to_string()];
    assert_eq!(code(register(no_mint).await).await, "token_not_accepted");
    api.rpc.node().refuses = Some(json!({ "InstructionError": [1, { "Custom": 1 }] }));
    assert_eq!(code(register(tokens.clone()).await).await, "insufficient_sol");
    api.rpc.node().refuses = Some(json!({ "InstructionError": [1, { "Custom": 6000 }] }));
    assert!(problem(register(tokens.clone()).await).await.detail.contains("Paused"));
    on_chain(&api, &address, &wallet.pubkey(), &api.operator.pubkey());
    assert_eq!(code(register(tokens).await).await, "merchant_taken");
}
