//! Wrong input over the whole chain of things: a clear error with a stable code, and nothing lost.

use reqwest::{Method, StatusCode};
use serde_json::json;
use till_localnet::wallet;

use till_e2e::{Net, flags};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_is_refused_with_a_stable_code() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &[]).await;

    for (body, code) in [
        (json!({ "amount": "0", "token": "USDC" }), "amount_invalid"),
        (json!({ "amount": "1.0000001", "token": "USDC" }), "amount_invalid"),
        (json!({ "amount": "1", "token": "DOGE" }), "token_not_accepted"),
        (json!({ "amount": "1", "token": net.description.merchant_address }), "token_not_accepted"),
    ] {
        let (status, problem) = net.call(Method::POST, "/v1/payments", Some(body), &[]).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)),
            "{problem:#}"
        );
    }

    let wrong_key = [("Authorization", "Bearer till_sk_wrong")];
    let client = reqwest::Client::new();
    let url = format!("{}/v1/payments", net.description.api_url);
    let answer = client.get(url).header(wrong_key[0].0, wrong_key[0].1).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["code"], "unauthorized");

    payments_are_one_for_one_key(&net).await;
    a_wallet_without_money_is_told_so(&net).await;
    a_transaction_of_another_signer_is_refused(&net).await;
    an_expired_payment_is_not_paid(&net).await;
    more_than_there_is_is_not_captured(&net).await;
}

async fn payments_are_one_for_one_key(net: &Net) {
    let create = |amount: &str| {
        let body = json!({ "amount": amount, "token": "USDC" });
        let headers = [("Idempotency-Key", "the-same-key")];
        async move { net.call(Method::POST, "/v1/payments", Some(body), &headers).await }
    };
    let (first, second) = tokio::join!(create("7.00"), create("7.00"));
    assert_eq!(first, second, "the same answer");
    let (status, problem) = create("8.00").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["code"], "idempotency_mismatch");
}

async fn a_wallet_without_money_is_told_so(net: &Net) {
    let payment = net.payment("USDC").await;
    let poor = solana_keypair::Keypair::new();
    let link = format!("{}/pay/{payment}", net.description.api_url);
    let refusal = wallet::request(&link, &poor).await.err().expect("a refusal").to_string();
    assert!(refusal.contains("USDC"), "{refusal}");
}

async fn a_transaction_of_another_signer_is_refused(net: &Net) {
    let payment = net.payment("USDC").await;
    let link = format!("{}/pay/{payment}", net.description.api_url);
    let unsigned = wallet::request(&link, &net.customer()).await.expect("a transaction");
    assert!(unsigned.sign(&solana_keypair::Keypair::new()).is_err());
}

async fn an_expired_payment_is_not_paid(net: &Net) {
    let body = json!({ "amount": "1.00", "token": "USDC", "authorization_expires_in": 60 });
    let (status, payment) = net.call(Method::POST, "/v1/payments", Some(body), &[]).await;
    assert_eq!(status, StatusCode::CREATED, "{payment:#}");
    let id = payment["id"].as_str().unwrap();
    // the wallet fetches in time, and its person takes too long
    let link = format!("{}/pay/{id}", net.description.api_url);
    wallet::request(&link, &net.customer()).await.expect("a transaction");
    let told = net.until_status(id, "expired").await;
    assert_eq!(told["finality"], "unseen");
    let refusal = wallet::request(&link, &net.customer()).await.err().expect("a refusal").to_string();
    assert!(refusal.contains("410") && refusal.contains("not paid in time"), "{refusal}");
}

async fn more_than_there_is_is_not_captured(net: &Net) {
    let payment = net.payment("FUSD").await;
    let path = format!("/v1/payments/{payment}/capture");
    let (status, problem) = net.call(Method::POST, &path, Some(json!({})), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("payment_not_authorized")));

    net.pay(&payment).await;
    net.until_status(&payment, "authorized").await;
    let (status, problem) = net.call(Method::POST, &path, Some(json!({ "amount": "25.01" })), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("amount_not_available")));

    // the merchant has second thoughts, and the payer gets everything back
    net.post(&format!("/v1/payments/{payment}/void"), json!({})).await;
    let told = net.until_status(&payment, "voided").await;
    assert_eq!(told["capturable"]["value"], "0.00");
    net.until_webhook(&payment, "payment.voided").await;
}
