//! Transactions that others sign.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use till_api::Code;

use crate::problems::Seen;
use crate::support::{Api, code};

/// What was handed out: the transaction, and what it says of itself.
async fn handed_out(api: &Api, path: &str, body: Value) -> (VersionedTransaction, String) {
    let answer = api.post(path, body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    let raw = STANDARD.decode(answer["transaction"].as_str().unwrap()).unwrap();
    (bincode::deserialize(&raw).unwrap(), answer["message"].as_str().unwrap().to_owned())
}

/// Whether the last instruction, but for the memo, is this one of the program.
fn does(transaction: &VersionedTransaction, instruction: &[u8]) -> bool {
    let last = transaction.message.instructions().iter().rev().nth(1).unwrap();
    let program = transaction.message.static_account_keys()[usize::from(last.program_id_index)];
    program == till::ID && last.data.starts_with(instruction)
}

#[tokio::test]
async fn a_merchant_signs_by_itself_and_nothing_is_recorded() {
    use anchor_lang::Discriminator;
    use till::instruction::{Capture, Refund, Void};
    let mut api = Api::start().await;
    let operator = api.operator.pubkey().to_string();
    let authorized = api.authorized().await;
    let path = format!("/v1/payments/{}/transactions", authorized.id);
    let capture = json!({ "operation": "capture", "signer": operator, "amount": "10.00" });
    let (transaction, words) = handed_out(&api, &path, capture).await;
    assert!(does(&transaction, Capture::DISCRIMINATOR));
    assert_eq!(words, format!("Capture 10.00 USDC: payment {}", authorized.id));
    assert_eq!(transaction.signatures, [Signature::default()]);
    assert_eq!(transaction.message.static_account_keys()[0], api.operator.pubkey());
    let (transaction, _) = handed_out(&api, &path, json!({ "operation": "void", "signer": operator })).await;
    assert!(does(&transaction, Void::DISCRIMINATOR));

    let captured = api.captured().await;
    let path = format!("/v1/payments/{}/transactions", captured.id);
    let refund = json!({ "operation": "refund", "signer": operator, "amount": "5.00" });
    let (transaction, _) = handed_out(&api, &path, refund).await;
    assert!(does(&transaction, Refund::DISCRIMINATOR) && transaction.signatures.len() == 1);
    // More than the balance, from a wallet that signs too.
    api.ledger.credit(&api.merchant.address, &captured, 0, 3).await;
    let source = Pubkey::new_unique();
    let refund = json!({ "operation": "refund", "signer": operator, "source": source.to_string() });
    let (transaction, words) = handed_out(&api, &path, refund).await;
    assert_eq!(transaction.signatures.len(), 2);
    assert!(transaction.message.static_account_keys()[..2].contains(&source));
    assert!(words.starts_with("Refund 25.00 USDC from the tokens of"), "{words}");

    assert!(api.rpc.node().sent.is_empty());
    let recorded = "SELECT count(*) FROM transactions WHERE status <> 'confirmed'";
    let recorded: i64 = sqlx::query_scalar(recorded).fetch_one(&api.database.pool).await.unwrap();
    assert_eq!(recorded, 0);
}

#[tokio::test]
async fn what_is_handed_out_could_be_ordered() {
    let mut api = Api::start().await;
    let operator = api.operator.pubkey().to_string();
    let payment = api.authorized().await;
    let path = format!("/v1/payments/{}/transactions", payment.id);
    let too_much = json!({ "operation": "capture", "signer": operator, "amount": "25.01" });
    assert_eq!(code(api.post(&path, too_much).await).await, "amount_not_available");
    let order = api.post(&format!("/v1/payments/{}/capture", payment.id), json!({ "amount": "1.00" })).await;
    assert_eq!(order.status(), StatusCode::ACCEPTED);
    let beside = json!({ "operation": "capture", "signer": operator, "amount": "1.00" });
    assert_eq!(code(api.post(&path, beside).await).await, "operation_in_progress");
    let stranger = api.another_merchant().await;
    let client = reqwest::Client::new().post(format!("{}{path}", api.url)).bearer_auth(stranger.key);
    let answer = client.json(&json!({ "operation": "void", "signer": operator })).send().await.unwrap();
    assert_eq!(code(answer).await, "payment_not_found");
}

#[tokio::test]
async fn payers_and_arbiters_act_from_the_payments_link() {
    use anchor_lang::Discriminator;
    use till::instruction::{ClosePayment, Dispute, Reclaim, Release, Resolve};
    let mut api = Api::start().await;
    let payment = api.payment().await;
    let (merchant, until) = (api.merchant.address, api.ledger.clock + TimeDelta::days(1));
    api.ledger.authorize_protected(&merchant, &payment, until).await;
    let (payer, arbiter): (String, String) =
        sqlx::query_as("SELECT payer, arbiter FROM chain.payments WHERE address = $1")
            .bind(&payment.address)
            .fetch_one(&api.database.pool)
            .await
            .unwrap();
    let path = format!("/pay/{}/actions", payment.id);
    let anyone = Pubkey::new_unique().to_string();
    for (action, account, discriminator) in [
        ("release", &payer, Release::DISCRIMINATOR),
        ("dispute", &payer, Dispute::DISCRIMINATOR),
        ("resolve", &arbiter, Resolve::DISCRIMINATOR),
        ("reclaim", &anyone, Reclaim::DISCRIMINATOR),
        ("close", &anyone, ClosePayment::DISCRIMINATOR),
    ] {
        let body = json!({ "action": action, "account": account, "amount": "0" });
        let (transaction, _) = handed_out(&api, &path, body).await;
        assert!(does(&transaction, discriminator), "{action}");
        assert_eq!(transaction.message.static_account_keys()[0].to_string(), *account);
    }
    let more = json!({ "action": "resolve", "account": arbiter, "amount": "25.01" });
    assert_eq!(code(api.post(&path, more).await).await, "amount_not_available");
}

/// Somebody else's signature.
pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let payment = api.authorized().await;
    let stranger = Pubkey::new_unique().to_string();
    let path = format!("/v1/payments/{}/transactions", payment.id);
    let void = json!({ "operation": "void", "signer": stranger });
    seen.expect(Code::SignerNotAllowed, api.post(&path, void).await).await;
    let path = format!("/pay/{}/actions", payment.id);
    for action in ["release", "dispute", "resolve"] {
        let body = json!({ "action": action, "account": stranger });
        seen.expect(Code::SignerNotAllowed, api.post(&path, body).await).await;
    }
    let malformed = json!({ "action": "release", "account": "nobody" });
    seen.expect(Code::AccountInvalid, api.post(&path, malformed).await).await;
}
