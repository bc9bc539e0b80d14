//! A protected payment with a payee, on the real program: what the payer and the arbiter sign is what
//! the merchant is told.

use std::time::{SystemTime, UNIX_EPOCH};

use anchor_spl::associated_token::spl_associated_token_account::instruction::create_associated_token_account_idempotent;
use chrono::DateTime;
use reqwest::{Method, StatusCode};
use serde_json::json;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Payer, Receivers, Token, VaultKey};
use till::{CaptureMode, Protection, Split, Terms};
use till_e2e::{Net, flags};
use till_store::domain::{GatewayPayment, Share};
use till_store::gateway::{payments, stores};
use till_store::{Amount, PaymentId};

const AMOUNT: u64 = 25_000_000;

/// A payment whose terms name an arbiter and a payee.
struct Protected {
    id: String,
    address: Pubkey,
    terms: Terms,
    vault: VaultKey,
    arbiter: Keypair,
    payee: Pubkey,
}

/// The merchant asks for it: in the database, because the API offers no protection yet.
async fn asked_for(net: &Net) -> Protected {
    let key = |text: &str| text.parse::<Pubkey>().unwrap();
    let described = net.description.tokens.iter().find(|token| token.symbol == "USDC").unwrap();
    let token = Token { mint: key(&described.mint), program: key(&described.token_program) };
    let merchant = key(&net.description.merchant_address);
    let (arbiter, payee, id) = (Keypair::new(), Pubkey::new_unique(), PaymentId::random());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let protection =
        Protection { capture_from: now + 600, arbiter: arbiter.pubkey(), dispute_seconds: 3_600 };
    let terms = Terms {
        id: id.0,
        mint: token.mint,
        amount: AMOUNT,
        authorization_expiry: now + 3_600,
        refund_expiry: now + 7_200,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: 500,
        protection: Some(protection),
        splits: vec![Split { wallet: payee, bps: 1_000 }],
        salt: 0,
    };
    let (terms, address) = terms.salted(&merchant).unwrap();
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    let pool = till_store::db::connect(&net.description.database_url, 1).await.unwrap();
    let payment = GatewayPayment {
        id: id.to_string(),
        merchant_id: net.description.merchant_id.clone(),
        store_id: stores::default_of(&pool, &net.description.merchant_id).await.unwrap(),
        address: address.to_string(),
        mint: token.mint.to_string(),
        token_program: token.program.to_string(),
        decimals: described.decimals.into(),
        shard: 0,
        amount: Amount(AMOUNT),
        capture_mode: "manual".to_owned(),
        authorization_expiry: at(terms.authorization_expiry),
        refund_expiry: at(terms.refund_expiry),
        max_fee_bps: terms.max_fee_bps.into(),
        salt: terms.salt.into(),
        metadata: json!({}),
        splits: vec![Share { wallet: payee.to_string(), bps: 1_000 }],
        capture_from: Some(at(protection.capture_from)),
        arbiter: Some(protection.arbiter.to_string()),
        dispute_seconds: Some(protection.dispute_seconds as i32),
        ..Default::default()
    };
    payments::insert(&pool, &payment).await.unwrap();
    pool.close().await;
    Protected {
        id: payment.id,
        address,
        terms,
        vault: VaultKey { merchant, token, shard: 0 },
        arbiter,
        payee,
    }
}

/// The customer pays, and disputes; meanwhile the merchant cannot capture.
async fn dispute(net: &Net, payment: &Protected) {
    let Protected { id, address, terms, vault, .. } = payment;
    let customer = net.customer();
    let payer = Payer::wallet(customer.pubkey(), &vault.token, AMOUNT);
    let authorize = client::authorize(&payer, vault, *address, terms.clone());
    net.rpc().send(&[authorize], &customer, &[]).await.expect("a payment");
    let authorized = net.until_status(id, "authorized").await;
    assert_eq!(authorized["arbiter"], json!(payment.arbiter.pubkey().to_string()));
    refused(net, id, "capture_too_early").await;

    let dispute = client::dispute(customer.pubkey(), vault, *address, terms.clone());
    net.rpc().send(&[dispute], &customer, &[]).await.expect("a dispute");
    let disputed = net.until_status(id, "disputed").await;
    assert!(disputed["dispute_expires_at"].is_string(), "{disputed:#}");
    net.until_webhook(id, "payment.disputed").await;
    refused(net, id, "payment_disputed").await;
}

async fn refused(net: &Net, id: &str, code: &str) {
    let path = format!("/v1/payments/{id}/capture");
    let (status, problem) = net.call(Method::POST, &path, Some(json!({})), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!(code)), "{problem:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_told_and_ends_by_the_arbiter_or_by_a_void() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &[]).await;

    let payment = asked_for(&net).await;
    dispute(&net, &payment).await;
    let Protected { id, address, terms, vault, arbiter, payee } = &payment;
    let (customer, token) = (net.customer(), &vault.token);
    let account =
        create_associated_token_account_idempotent(&customer.pubkey(), payee, &token.mint, &token.program);
    let to = Receivers {
        payout_token: None,
        payer_token: Some(token.account_of(&customer.pubkey())),
        payees: vec![token.account_of(payee)],
    };
    let resolve = client::resolve(arbiter.pubkey(), vault, *address, 10_000_000, &to, terms.clone());
    net.rpc().send(&[account, resolve], &customer, &[arbiter]).await.expect("a resolution");
    net.until_webhook(id, "payment.resolved").await;
    let resolved = net.until_status(id, "captured").await;
    assert_eq!(
        (&resolved["captured"]["value"], &resolved["capturable"]["value"]),
        (&json!("10.00"), &json!("0.00"))
    );
    // 0.5% is the protocol's, and a tenth of the rest the payee's.
    assert_eq!(resolved["splits"][0]["paid"]["value"], "0.995");
    assert_eq!(resolved["transactions"][2]["kind"], "resolve");

    let payment = asked_for(&net).await;
    dispute(&net, &payment).await;
    net.post(&format!("/v1/payments/{}/void", payment.id), json!({})).await;
    let voided = net.until_status(&payment.id, "voided").await;
    assert_eq!(voided["dispute_expires_at"], json!(null));
}
