//! Every code of every problem, provoked: what belongs to no other module here, the rest by a function `provoke` in
//! the module that it belongs to.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_api::Code;

use crate::support::{Api, Options, code, problem, rpc::token_account};
use crate::{
    actions, asking, barion, burns, donations, identity, links, manners, operating, rules, staking, wallets,
};

/// Collects the codes that were seen, each where it was expected.
#[derive(Default)]
pub struct Seen(BTreeSet<String>);

impl Seen {
    pub async fn expect(&mut self, code_expected: Code, response: reqwest::Response) {
        let status = response.status();
        let found = code(response).await;
        assert_eq!(
            (found.as_str(), status.as_u16()),
            (code_expected.as_str(), code_expected.status().as_u16())
        );
        self.0.insert(found);
    }

    /// Of a route whose specification prescribes another form of errors.
    pub fn expect_told(&mut self, code_expected: Code, status: StatusCode, body: &Value) {
        assert_eq!(
            (&body["code"], status),
            (&json!(code_expected.as_str()), code_expected.status()),
            "{body}"
        );
        self.0.insert(code_expected.as_str().to_owned());
    }
}

#[tokio::test]
async fn every_code_is_provoked() {
    let mut seen = Seen::default();
    let mut api = Api::start_with(Options { allow_private_webhooks: false, ..Options::default() }).await;
    requests(&mut seen, &api).await;
    fields(&mut seen, &api).await;
    operations(&mut seen, &mut api).await;
    operating::provoke(&mut seen, &mut api).await;
    wallets(&mut seen, &mut api).await;
    manners::provoke(&mut seen, &mut api).await;
    identity::provoke(&mut seen, &api).await;
    barion::provoke(&mut seen, &api).await;
    faults(&mut seen, &mut api).await;
    actions::provoke(&mut seen).await;
    asking::provoke(&mut seen).await;
    rules::provoke(&mut seen).await;
    wallets::provoke(&mut seen).await;
    links::provoke(&mut seen).await;
    donations::provoke(&mut seen).await;
    staking::provoke(&mut seen).await;
    burns::provoke(&mut seen).await;

    let all: BTreeSet<String> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    let missing: Vec<_> = all.difference(&seen.0).collect();
    assert!(missing.is_empty(), "not provoked: {missing:?}");
}

async fn requests(seen: &mut Seen, api: &Api) {
    let post = |path: &str| api.request(Method::POST, path);
    let json_type = (header::CONTENT_TYPE, "application/json");
    let broken = post("/v1/payments").header(json_type.0, json_type.1).body("{").send().await.unwrap();
    seen.expect(Code::InvalidJson, broken).await;
    seen.expect(Code::InvalidJson, api.post("/v1/payments", json!({ "amount": 25, "token": "USDC" })).await)
        .await;
    seen.expect(Code::InvalidQuery, api.get("/v1/payments?limit=0").await).await;
    seen.expect(Code::InvalidQuery, api.get("/v1/payments?limt=5").await).await;
    seen.expect(Code::InvalidText, api.get("/v1/transactions/%00").await).await;
    seen.expect(Code::InvalidQuery, api.get("/v1/payments?order_reference=%00").await).await;
    let zero = json!({ "amount": "1", "token": "\u{0}" });
    seen.expect(Code::InvalidText, api.post("/v1/payments", zero).await).await;
    seen.expect(Code::CursorInvalid, api.get("/v1/payments?cursor=xyz").await).await;
    let long = "k".repeat(256);
    seen.expect(Code::IdempotencyKeyInvalid, api.post_with_key("/v1/payments", &long, json!({})).await).await;
    let stranger = reqwest::Client::new().get(format!("{}/v1/payments", api.url));
    seen.expect(Code::Unauthorized, stranger.send().await.unwrap()).await;
    let restricted = api.restricted_key(&["payments:write"]).await;
    let forbidden = reqwest::Client::new().get(format!("{}/v1/payments", api.url)).bearer_auth(restricted);
    seen.expect(Code::ScopeMissing, forbidden.send().await.unwrap()).await;
    seen.expect(Code::RouteNotFound, api.get("/nowhere").await).await;
    seen.expect(Code::RouteNotFound, api.get("/problems/nonsense").await).await;
    seen.expect(Code::PaymentNotFound, api.get("/v1/payments/pay_nope").await).await;
    seen.expect(Code::TransactionNotFound, api.get("/v1/transactions/txn_nope").await).await;
    seen.expect(Code::EndpointNotFound, api.get("/v1/endpoints/end_nope").await).await;
    seen.expect(Code::DeliveryNotFound, api.get("/v1/deliveries/dlv_nope").await).await;
    seen.expect(Code::EventNotFound, api.get("/v1/events/evt_nope").await).await;
    let wrong = api.request(Method::PATCH, "/v1/payments").send().await.unwrap();
    assert!(wrong.headers()["allow"].to_str().unwrap().contains("POST"));
    seen.expect(Code::MethodNotAllowed, wrong).await;
    let large = json!({ "amount": "1", "token": "x".repeat(70_000) });
    seen.expect(Code::BodyTooLarge, api.post("/v1/payments", large).await).await;
    let text = post("/v1/payments").body("amount=25").send().await.unwrap();
    seen.expect(Code::UnsupportedMediaType, text).await;
}

async fn fields(seen: &mut Seen, api: &Api) {
    let asked = async |change: Value| {
        let mut body = json!({ "amount": "25.00", "token": "USDC" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        api.post("/v1/payments", body).await
    };
    for amount in ["0", "0.00", "-1", "ten", "0.0000001", "99999999999999999999"] {
        seen.expect(Code::AmountInvalid, asked(json!({ "amount": amount })).await).await;
    }
    seen.expect(Code::TokenNotAccepted, asked(json!({ "token": "DOGE" })).await).await;
    let elsewhere = asked(json!({ "store": "sto_nope" })).await;
    seen.expect(Code::StoreNotFound, elsewhere).await;
    let unknown = Pubkey::new_unique().to_string();
    seen.expect(Code::TokenNotAccepted, asked(json!({ "token": unknown })).await).await;
    seen.expect(Code::ValidationFailed, asked(json!({ "refund_window": -1 })).await).await;
    seen.expect(Code::ValidationFailed, asked(json!({ "authorization_expires_in": 0 })).await).await;
    seen.expect(Code::ValidationFailed, asked(json!({ "description": "a\u{0}b" })).await).await;
    seen.expect(Code::UrlNotAllowed, asked(json!({ "redirect_url": "javascript:alert(1)" })).await).await;
    endpoints(seen, api).await;
    let several = problem(asked(json!({ "amount": "0", "refund_window": -1 })).await).await;
    assert_eq!(several.code, "validation_failed");
    let fields: Vec<_> =
        several.errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
    assert_eq!(fields, [("refund_window", "validation_failed"), ("amount", "amount_invalid")]);

    let first = api.post_with_key("/v1/payments", "k", json!({ "amount": "1", "token": "USDC" })).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let other = api.post_with_key("/v1/payments", "k", json!({ "amount": "2", "token": "USDC" })).await;
    seen.expect(Code::IdempotencyMismatch, other).await;
}

async fn endpoints(seen: &mut Seen, api: &Api) {
    let create = async |url: &str| api.post("/v1/endpoints", json!({ "url": url })).await;
    seen.expect(Code::UrlNotAllowed, create("http://127.0.0.1/").await).await;
    let elsewhere = json!({ "url": "https://shop.example/", "store": "sto_nope" });
    seen.expect(Code::StoreNotFound, api.post("/v1/endpoints", elsewhere).await).await;
    for number in 0..20 {
        let created = create(&format!("https://shop.example/{number}")).await;
        assert_eq!(created.status(), StatusCode::CREATED);
    }
    seen.expect(Code::EndpointExists, create("https://shop.example/7").await).await;
    seen.expect(Code::EndpointLimitReached, create("https://shop.example/20").await).await;
}

async fn operations(seen: &mut Seen, api: &mut Api) {
    let unpaid = api.payment().await;
    let path = |id: &str, operation: &str| format!("/v1/payments/{id}/{operation}");
    seen.expect(Code::PaymentNotAuthorized, api.post(&path(&unpaid.id, "capture"), json!({})).await).await;

    let captured = api.captured().await;
    let refund = path(&captured.id, "refund");
    seen.expect(Code::AmountNotAvailable, api.post(&refund, json!({ "amount": "25.01" })).await).await;
    api.ledger.credit(&api.merchant.address, &captured, 1_000_000, 3).await;
    seen.expect(Code::BalanceTooSmall, api.post(&refund, json!({ "amount": "2.00" })).await).await;

    let busy = api.authorized().await;
    let voided = api.post(&path(&busy.id, "void"), json!({})).await;
    assert_eq!(voided.status(), StatusCode::ACCEPTED);
    seen.expect(Code::OperationInProgress, api.post(&path(&busy.id, "capture"), json!({})).await).await;

    let protected = api.payment().await;
    let capture_from = api.ledger.clock + chrono::TimeDelta::minutes(10);
    api.ledger.authorize_protected(&api.merchant.address, &protected, capture_from).await;
    let capture = path(&protected.id, "capture");
    seen.expect(Code::CaptureTooEarly, api.post(&capture, json!({})).await).await;
    api.ledger.dispute(&protected, capture_from).await;
    seen.expect(Code::PaymentDisputed, api.post(&capture, json!({})).await).await;

    let late = api.authorized().await;
    // As if the indexer had begun after the merchant registered.
    sqlx::query("DELETE FROM chain.merchants").execute(&api.database.pool).await.unwrap();
    let pay_out = api.post(&path(&late.id, "capture"), json!({ "pay_out": true })).await;
    seen.expect(Code::PayoutWalletUnknown, pay_out).await;
    api.ledger.clock = late.authorization_expires_at;
    api.ledger.tick().await;
    seen.expect(Code::AuthorizationExpired, api.post(&path(&late.id, "capture"), json!({})).await).await;
    api.ledger.clock = captured.refund_expires_at;
    api.ledger.tick().await;
    seen.expect(Code::RefundExpired, api.post(&refund, json!({})).await).await;
    api.ledger.clock = chrono::Utc::now();
    api.ledger.tick().await;
}

async fn wallets(seen: &mut Seen, api: &mut Api) {
    let wallet = Pubkey::new_unique();
    let account = json!({ "account": wallet.to_string() });
    let payment = api.payment().await;
    let pay = format!("/pay/{}", payment.id);
    seen.expect(Code::AccountInvalid, api.post(&pay, json!({ "account": "me" })).await).await;
    seen.expect(Code::InsufficientFunds, api.post(&pay, account.clone()).await).await;

    let token = till::client::Token { mint: api.mint, program: crate::support::SPL_TOKEN };
    let data = token_account(&api.mint, &wallet, 25_000_000);
    let address = token.account_of(&wallet).to_string();
    api.rpc.node().accounts.insert(address, (token.program, 2_039_280, data));
    seen.expect(Code::InsufficientSol, api.post(&pay, account.clone()).await).await;

    api.rpc.node().accounts.insert(wallet.to_string(), (Pubkey::default(), 1_000_000_000, vec![]));
    api.rpc.node().refuses = Some(json!({ "InstructionError": [1, { "Custom": 6000 }] }));
    let refused = problem(api.post(&pay, account.clone()).await).await;
    assert!(refused.detail.contains("paused") && refused.detail.contains("Paused"), "{}", refused.detail);
    seen.expect(Code::SimulationFailed, api.post(&pay, account.clone()).await).await;

    let paid = api.authorized().await;
    seen.expect(Code::PaymentAlreadyPaid, api.post(&format!("/pay/{}", paid.id), account.clone()).await)
        .await;

    let short = json!({ "amount": "1", "token": "USDC", "authorization_expires_in": 1 });
    let short: Value = api.post("/v1/payments", short).await.json().await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let pay = format!("/pay/{}", short["id"].as_str().unwrap());
    seen.expect(Code::PaymentExpired, api.post(&pay, account).await).await;
}

async fn faults(seen: &mut Seen, api: &mut Api) {
    let payment = api.payment().await;
    let pay = format!("/pay/{}", payment.id);
    let account = json!({ "account": Pubkey::new_unique().to_string() });

    sqlx::query("UPDATE chain.checkpoint SET updated_at = now() - interval '1 hour'")
        .execute(&api.database.pool)
        .await
        .unwrap();
    seen.expect(Code::NotReady, api.get("/readyz").await).await;

    api.restart_with(|config| config.request_timeout = Duration::from_secs(1)).await;
    api.rpc.node().hangs = true;
    seen.expect(Code::RequestTimeout, api.post(&pay, account.clone()).await).await;
    api.restart_with(|config| {
        config.request_timeout = Duration::from_secs(45);
        config.chain.rpc_url = "http://127.0.0.1:1".to_owned();
    })
    .await;
    seen.expect(Code::ChainUnavailable, api.post(&pay, account.clone()).await).await;

    // A row that this code cannot have written.
    sqlx::query("UPDATE payments SET salt = -1 WHERE id = $1")
        .bind(&payment.id)
        .execute(&api.database.pool)
        .await
        .unwrap();
    seen.expect(Code::InternalError, api.post(&pay, account).await).await;

    // The only connection is the one that listens.
    api.restart_with(|config| config.database.database_connections = 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    seen.expect(Code::DatabaseUnavailable, api.get("/v1/payments").await).await;
}
