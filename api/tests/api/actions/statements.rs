//! What a payer says in a dispute, signed by its wallet.

use chrono::TimeDelta;
use ed25519_dalek::VerifyingKey;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till_store::domain::Payment;

use super::{code, press, protected};
use crate::support::Api;

async fn disputed(api: &mut Api) -> (Payment, Keypair) {
    let (payment, payer) = protected(api).await;
    let until = api.ledger.clock + TimeDelta::hours(2);
    api.ledger.dispute(&payment, until).await;
    (payment, payer)
}

fn path(payment: &Payment) -> String {
    format!("/actions/dispute/{}/statement", payment.id)
}

/// The text as the specification makes it of its fields.
fn text(data: &Value) -> String {
    let field = |name: &str| data[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
    format!(
        "{} wants you to sign a message with your account:\n{}\n\n{}\n\nChain ID: {}\nNonce: {}\nIssued At: {}",
        field("domain"),
        field("address"),
        field("statement"),
        field("chainId"),
        field("nonce"),
        field("issuedAt"),
    )
}

/// What a client brings once the wallet has signed.
fn signed(answer: &Value, wallet: &Keypair) -> Value {
    let signature = wallet.sign_message(text(&answer["data"]).as_bytes()).to_string();
    let (account, data, state) = (wallet.pubkey().to_string(), &answer["data"], &answer["state"]);
    json!({ "account": account, "signature": signature, "data": data, "state": state })
}

async fn asked(api: &Api, payment: &Payment, payer: &Keypair, statement: &str) -> Value {
    let body = json!({ "account": payer.pubkey().to_string(), "data": { "statement": statement } });
    press(api, &path(payment), body).await
}

async fn evidence(api: &Api, payment: &Payment) -> Vec<Value> {
    let dispute = api.get(&format!("/v1/payments/{}/dispute", payment.id)).await;
    dispute.json::<Value>().await.unwrap()["evidence"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_signed_statement_is_evidence_that_anyone_can_check() {
    let mut api = Api::start().await;
    let (payment, payer) = disputed(&mut api).await;
    let answer = asked(&api, &payment, &payer, "It never came.\r\nI asked twice.").await;
    assert_eq!(answer["type"], "message");
    let next = format!("{}/next", path(&payment));
    assert_eq!(answer["links"]["next"], json!({ "type": "post", "href": next }));
    assert_eq!(answer["data"]["domain"], "pay.example");
    assert_eq!(answer["data"]["chainId"], "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp");
    let said = format!(
        "I dispute payment {} of 25.00 USDC to Demo Shop.\n\nIt never came.\nI asked twice.",
        payment.id
    );
    assert_eq!(answer["data"]["statement"], said);

    let brought = signed(&answer, &payer);
    let done = press(&api, &next, brought.clone()).await;
    assert_eq!(done["type"], "completed");
    assert_eq!(press(&api, &next, brought).await, done, "brought twice, it is one piece");

    let [kept] = &evidence(&api, &payment).await[..] else { panic!("one piece") };
    assert_eq!(kept["text"], "It never came.\nI asked twice.");
    assert_eq!(kept["author"], format!("payer {}", payer.pubkey()));
    assert_eq!(kept["signed"]["message"], text(&answer["data"]));
    assert!(done["description"].as_str().unwrap().contains(kept["sha256"].as_str().unwrap()), "{done}");
    let key = VerifyingKey::from_bytes(&payer.pubkey().to_bytes()).unwrap();
    let signature = bs58::decode(kept["signed"]["signature"].as_str().unwrap()).into_vec().unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
    key.verify_strict(kept["signed"]["message"].as_str().unwrap().as_bytes(), &signature).unwrap();

    let events: Value = api.get("/v1/events?after=0").await.json().await.unwrap();
    let told = events["data"].as_array().unwrap().iter();
    let told: Vec<_> = told.filter(|event| event["type"] == "payment.dispute_evidence").collect();
    assert_eq!((told.len(), &told[0]["data"]["evidence"]), (1, kept));
}

#[tokio::test]
async fn nothing_of_a_statement_can_be_swapped() {
    let mut api = Api::start().await;
    let (payment, payer) = disputed(&mut api).await;
    let (another, stranger) = (disputed(&mut api).await.0, Keypair::new());
    let answer = asked(&api, &payment, &payer, "It never came.").await;
    let next = format!("{}/next", path(&payment));

    let mut other_words = answer.clone();
    other_words["data"]["statement"] = json!("It came, and I am happy.");
    assert_eq!(code(&api, &next, signed(&other_words, &payer)).await, "state_invalid");
    let elsewhere = format!("{}/next", path(&another));
    assert_eq!(code(&api, &elsewhere, signed(&answer, &payer)).await, "state_invalid");
    assert_eq!(code(&api, &next, signed(&answer, &stranger)).await, "state_invalid");
    let mut later = answer.clone();
    let (_, mac) = answer["state"].as_str().unwrap().split_once('.').unwrap();
    later["state"] = json!(format!("99999999999.{mac}"));
    assert_eq!(code(&api, &next, signed(&later, &payer)).await, "state_invalid");
    let mut unsigned = signed(&answer, &payer);
    unsigned["signature"] = json!(payer.sign_message(b"something else").to_string());
    assert_eq!(code(&api, &next, unsigned).await, "signature_invalid");
    assert_eq!(evidence(&api, &payment).await, Vec::<Value>::new());
}

#[tokio::test]
async fn only_the_payer_of_an_open_dispute_is_asked() {
    let mut api = Api::start().await;
    let (payment, payer) = protected(&mut api).await;
    let ask = |wallet: &Keypair, statement: &str| json!({ "account": wallet.pubkey().to_string(), "data": { "statement": statement } });
    assert_eq!(code(&api, &path(&payment), ask(&payer, "Early.")).await, "payment_not_disputed");
    let until = api.ledger.clock + TimeDelta::hours(2);
    api.ledger.dispute(&payment, until).await;
    assert_eq!(code(&api, &path(&payment), ask(&Keypair::new(), "Me too.")).await, "signer_not_allowed");
    for wrong in ["", "a\u{7}b", &"x".repeat(2_001)] {
        assert_eq!(code(&api, &path(&payment), ask(&payer, wrong)).await, "validation_failed");
    }
}

#[tokio::test]
async fn a_payer_leaves_room_for_the_merchants_evidence() {
    let mut api = Api::start().await;
    let (payment, payer) = disputed(&mut api).await;
    let next = format!("{}/next", path(&payment));
    for number in 0..10 {
        let answer = asked(&api, &payment, &payer, &format!("Number {number}.")).await;
        press(&api, &next, signed(&answer, &payer)).await;
    }
    let answer = asked(&api, &payment, &payer, "One more.").await;
    assert_eq!(code(&api, &next, signed(&answer, &payer)).await, "evidence_limit_reached");
    let merchants = format!("/v1/payments/{}/dispute/evidence", payment.id);
    assert!(api.post(&merchants, json!({ "text": "Sent." })).await.status().is_success());
}
