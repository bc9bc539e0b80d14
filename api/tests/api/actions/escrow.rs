//! Releasing and disputing by a Blink.

use chrono::TimeDelta;
use serde_json::json;
use solana_signer::Signer;
use till_store::domain::TransactionKind;

use super::{code, press, protected, show, signature};
use crate::support::Api;
use crate::support::ledger::After;

#[tokio::test]
async fn a_payer_releases_and_is_told_what_happened() {
    let mut api = Api::start().await;
    let (payment, payer) = protected(&mut api).await;
    let (path, account) = (format!("/actions/release/{}", payment.id), payer.pubkey().to_string());
    let shown = show(&api, &path).await;
    assert_eq!(shown["label"], "Release 25.00 USDC");
    assert_eq!(shown["links"]["actions"][0]["href"], path);
    let answer = press(&api, &path, json!({ "account": account })).await;
    assert!(answer["message"].as_str().unwrap().starts_with("Release 25.00 USDC to Demo Shop"), "{answer}");
    let stranger = solana_pubkey::Pubkey::new_unique().to_string();
    assert_eq!(code(&api, &path, json!({ "account": stranger })).await, "signer_not_allowed");

    let landed = signature();
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Release, &landed, 25_000_000, after).await;
    let next = format!("{path}/next");
    let done = press(&api, &next, json!({ "account": account, "signature": landed })).await;
    assert_eq!((&done["type"], &done["label"]), (&json!("completed"), &json!("Released")));
    assert!(done["description"].as_str().unwrap().contains("25.00 USDC are released to Demo Shop"), "{done}");
    // The same transaction has disputed nothing.
    let dispute = format!("/actions/dispute/{}/next", payment.id);
    let claimed = json!({ "account": account, "signature": landed });
    assert_eq!(code(&api, &dispute, claimed).await, "transaction_not_seen");
    let after = show(&api, &path).await;
    assert_eq!((&after["disabled"], &after["label"]), (&json!(true), &json!("Nothing to release")));
}

#[tokio::test]
async fn after_a_dispute_comes_the_question_what_happened() {
    let mut api = Api::start().await;
    let (payment, payer) = protected(&mut api).await;
    let (path, account) = (format!("/actions/dispute/{}", payment.id), payer.pubkey().to_string());
    assert_eq!(show(&api, &path).await["label"], "Dispute 25.00 USDC");
    let answer = press(&api, &path, json!({ "account": account })).await;
    assert_eq!(answer["links"]["next"]["href"], format!("{path}/next"));

    let landed = signature();
    let until = api.ledger.clock + TimeDelta::hours(2);
    let disputed =
        After { capturable: 25_000_000, sequence: 2, dispute_expiry: Some(until), ..After::default() };
    api.ledger.carry_out(&payment, TransactionKind::Dispute, &landed, 0, disputed).await;
    let next = press(&api, &format!("{path}/next"), json!({ "account": account, "signature": landed })).await;
    assert_eq!(next["type"], "action");
    let button = &next["links"]["actions"][0];
    assert_eq!((&button["type"], &button["href"]), (&json!("message"), &json!(format!("{path}/statement"))));
    let field = &button["parameters"][0];
    assert_eq!((&field["type"], &field["name"]), (&json!("textarea"), &json!("statement")));
    assert_eq!((&field["min"], &field["max"]), (&json!(1), &json!(2_000)));
}

#[tokio::test]
async fn what_has_no_arbiter_cannot_be_disputed() {
    let mut api = Api::start().await;
    let unpaid = api.payment().await;
    let unprotected = api.authorized().await;
    for (payment, reason) in [(unpaid, "not been seen"), (unprotected, "no arbiter")] {
        let shown = show(&api, &format!("/actions/dispute/{}", payment.id)).await;
        assert_eq!(shown["disabled"], true);
        assert!(shown["error"]["message"].as_str().unwrap().contains(reason), "{shown}");
    }
}
