//! The public client `node-barion`, with its base URL changed and nothing else.

use std::path::PathBuf;

use serde_json::{Value, json};
use till_store::domain::TransactionKind::{Capture, Refund};
use tokio::process::Command;

use super::{Shop, parts, text};
use crate::support::eventually;
use crate::support::ledger::After;

/// Where `tools/setup test` has put the packages.
fn packages() -> PathBuf {
    let directory = |name| std::env::var_os(name).map(PathBuf::from);
    let of_cache = || {
        let cache = directory("XDG_CACHE_HOME").or_else(|| Some(directory("HOME")?.join(".cache")));
        cache.expect("a home").join("till/node/node_modules")
    };
    directory("TILL_NODE_MODULES").unwrap_or_else(of_cache)
}

/// One call of the client.
async fn call(url: String, key: String, method: &'static str, options: Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/barion/client.js");
    let mut command = Command::new("node");
    command.arg(script).arg(packages()).args([url.as_str(), &key, method, &options.to_string()]);
    let output = command.kill_on_drop(true).output().await.expect("node runs");
    let text = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("`tools/setup test` installs node-barion: {complaint}"))
}

impl Shop {
    async fn client(&self, method: &'static str, options: Value) -> Value {
        let answered = call(self.api.url.clone(), self.key.clone(), method, options).await;
        assert!(answered["error"].is_null(), "{method}: {answered}");
        answered["answer"].clone()
    }

    /// A call that ends when the chain has carried out what it orders.
    async fn client_and_land(
        &mut self,
        method: &'static str,
        options: Value,
        payment: &Value,
        amount: u64,
        after: After,
    ) -> Value {
        let known = self.api.rpc.node().transactions().len();
        let waiting = tokio::spawn(call(self.api.url.clone(), self.key.clone(), method, options));
        eventually("what is sent", async || self.api.rpc.node().transactions().len() > known).await;
        let ours = self.ours(payment).await;
        let sent = ours.transactions.iter().rfind(|row| row.sequence.is_none()).unwrap();
        let signature = sent.signature.clone().unwrap();
        self.api.ledger.carry_out(&ours, sent.kind, &signature, amount, after).await;
        let answered = waiting.await.unwrap();
        assert!(answered["error"].is_null(), "{method}: {answered}");
        answered["answer"].clone()
    }
}

#[tokio::test]
async fn a_public_client_pays_finishes_and_refunds() {
    let mut shop = Shop::open().await;
    let payment = shop
        .client(
            "startPayment",
            json!({
                "PaymentType": "Reservation",
                "ReservationPeriod": "7:00:00:00",
                "PaymentRequestId": "O-2026-0001",
                "OrderNumber": "O-2026",
                "RedirectUrl": "https://shop.example/thanks",
                "CallbackUrl": "https://shop.example/barion",
                "Transactions": [{
                    "POSTransactionId": "T-1", "Payee": "shop@example.com", "Total": 25,
                    "Items": [{
                        "Name": "Coffee", "Description": "250 g", "Quantity": 2, "Unit": "piece", "UnitPrice": 12.5,
                        "ItemTotal": 25,
                    }],
                }],
            }),
        )
        .await;
    assert_eq!(payment["Status"], "Prepared");
    let asked = json!({ "PaymentId": payment["PaymentId"] });
    assert_eq!(shop.client("getPaymentState", asked.clone()).await["Status"], "Prepared");
    shop.pay(&payment).await;
    let state = shop.client("getPaymentState", asked.clone()).await;
    assert_eq!((&state["Status"], &state["Total"]), (&json!("Reserved"), &json!(25)));

    let part = parts(&payment).remove(0);
    let finish = json!({ "PaymentId": payment["PaymentId"], "Transactions": [{ "TransactionId": part, "Total": 20 }] });
    let after = After { captured: 20_000_000, sequence: 2, ..After::default() };
    let finished = shop.client_and_land("finishReservation", finish, &payment, 20_000_000, after).await;
    assert_eq!((&finished["IsSuccessful"], &finished["Status"]), (&json!(true), &json!("Succeeded")));
    let ours = shop.ours(&payment).await;
    assert!(ours.transactions.iter().any(|row| row.kind == Capture && row.amount.value == "20.00"));

    let merchant = shop.api.merchant.address;
    shop.api.ledger.credit(&merchant, &ours, 20_000_000, 2).await;
    let refund = json!({
        "PaymentId": payment["PaymentId"],
        "TransactionsToRefund": [{ "TransactionId": part, "POSTransactionId": "T-1", "AmountToRefund": 5.5 }],
    });
    let after = After { captured: 20_000_000, refunded: 5_500_000, sequence: 3, ..After::default() };
    let refunded = shop.client_and_land("refundPayment", refund, &payment, 5_500_000, after).await;
    assert_eq!(refunded["RefundedTransactions"][0]["Total"], json!(5.5));
    assert!(shop.ours(&payment).await.transactions.iter().any(|row| row.kind == Refund));

    let unknown = json!({ "PaymentId": "0".repeat(32) });
    let refused = call(shop.api.url.clone(), shop.key.clone(), "getPaymentState", unknown).await;
    assert_eq!(
        (&refused["status"], text(&refused["errors"][0]["ErrorCode"])),
        (&json!(400), "NotExistingPaymentId")
    );
}
