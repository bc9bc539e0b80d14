//! Payments of which others have a share.

use reqwest::StatusCode;
use serde_json::json;
use solana_pubkey::Pubkey;
use till_api::Code;
use till_store::chain::{PaymentOpening, PaymentSplit};
use till_store::domain::Payment;

use crate::problems::Seen;
use crate::support::{Api, code, ledger};

/// A payment of 25.00 with splits, in escrow.
async fn shared(api: &mut Api) -> Payment {
    let payment = api.payment().await;
    let split = PaymentSplit { wallet: Pubkey::new_unique().to_string(), bps: 500 };
    let opening = ledger::opening(&api.merchant.address, &payment, &Pubkey::new_unique(), 0);
    api.ledger.begin(&payment, PaymentOpening { splits: vec![split], ..opening }).await;
    payment
}

fn capture(payment: &Payment) -> String {
    format!("/v1/payments/{}/capture", payment.id)
}

#[tokio::test]
async fn a_payment_with_splits_is_captured_once_and_finally() {
    let mut api = Api::start().await;
    let payment = shared(&mut api).await;
    let partial = json!({ "amount": "10.00", "final": false });
    assert_eq!(code(api.post(&capture(&payment), partial).await).await, "splits_captured_once");
    let recorded = "SELECT count(*) FROM transactions WHERE kind = 'capture'";
    let recorded: i64 = sqlx::query_scalar(recorded).fetch_one(&api.database.pool).await.unwrap();
    assert_eq!(recorded, 0, "it is refused before it is recorded");

    let once = api.post(&capture(&payment), json!({ "amount": "10.00" })).await;
    assert_eq!(once.status(), StatusCode::ACCEPTED);
    let once: serde_json::Value = once.json().await.unwrap();
    assert_eq!((&once["is_final"], &once["amount"]["value"]), (&json!(true), &json!("10.00")));
    assert_eq!(
        code(api.post(&capture(&payment), json!({ "amount": "1" })).await).await,
        "operation_in_progress"
    );
}

pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let payment = shared(api).await;
    let partial = json!({ "amount": "10.00", "final": false });
    seen.expect(Code::SplitsCapturedOnce, api.post(&capture(&payment), partial).await).await;
}
