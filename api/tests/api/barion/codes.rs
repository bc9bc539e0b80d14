//! Every one of Barion's error codes, provoked.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Shop, answered, delayed, error_code, parts, request, reservation, text};

/// Where the list is: an enum that nobody outside of the API can go through.
const SOURCE: &str = include_str!("../../../src/barion/error.rs");
const START: &str = "/v2/Payment/Start";
const FINISH: &str = "/v2/Payment/FinishReservation";
const CAPTURE: &str = "/v2/Payment/Capture";
const REFUND: &str = "/v2/Payment/Refund";

/// The names of the list, which stand before a status and a title.
fn all() -> BTreeSet<&'static str> {
    let (_, list) = SOURCE.split_once("\nerror_codes! {\n").expect("the list");
    let (list, _) = list.split_once("\n}\n").expect("the end of the list");
    let lines = list.lines().map(str::trim).filter(|line| !line.starts_with("///"));
    lines.map(|line| line.split_once(',').unwrap_or_else(|| panic!("{line} names no code")).0).collect()
}

/// Collects the codes that were seen, each where it was expected.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    #[track_caller]
    fn expect(&mut self, code: &str, answer: &Value) {
        assert_eq!(error_code(answer), code, "{answer}");
        self.0.insert(code.to_owned());
    }
}

#[tokio::test]
async fn every_error_code_of_barions_is_provoked() {
    let mut seen = Seen::default();
    let mut shop = Shop::open().await;
    requests(&mut seen, &shop).await;
    starts(&mut seen, &shop).await;
    finishes(&mut seen, &mut shop).await;
    let payment = refunds(&mut seen, &mut shop).await;
    closed(&mut seen, &shop).await;
    faults(&mut seen, &mut shop, &payment).await;

    let seen: BTreeSet<&str> = seen.0.iter().map(String::as_str).collect();
    assert_eq!(seen, all(), "provoked, and listed");
}

/// What a GET of an address that takes the key is answered.
async fn got(shop: &Shop, path: &str) -> Value {
    answered(shop.bare(Method::GET, path).header("x-pos-key", &shop.key)).await.1
}

async fn posted(shop: &Shop, path: &str, body: Value) -> Value {
    shop.post(path, body).await.1
}

fn finish(payment: &Value, id: &str, total: f64) -> Value {
    json!({
        "PaymentId": payment["PaymentId"], "Transactions": [{ "TransactionId": id, "Total": total }],
    })
}

fn refund(payment: &Value, amount: f64) -> Value {
    json!({
        "PaymentId": payment["PaymentId"],
        "TransactionsToRefund": [{ "TransactionId": parts(payment)[0], "AmountToRefund": amount }],
    })
}

async fn requests(seen: &mut Seen, shop: &Shop) {
    let (_, keyless) = answered(shop.bare(Method::POST, START).json(&request(json!({})))).await;
    seen.expect("AuthenticationFailed", &keyless);
    seen.expect("EndpointNotFound", &posted(shop, "/v2/Payment/Nothing", json!({})).await);
    seen.expect("MethodNotAllowed", &got(shop, START).await);
    let large = json!({ "OrderNumber": "x".repeat(70_000) });
    seen.expect("RequestTooLarge", &posted(shop, START, large).await);
    let nobodys = format!("/v4/payment/{}/paymentstate", "0".repeat(32));
    seen.expect("NotExistingPaymentId", &got(shop, &nobodys).await);
}

async fn starts(seen: &mut Seen, shop: &Shop) {
    let started = async |change: Value| posted(shop, START, request(change)).await;
    seen.expect("ModelValidationError", &started(json!({ "PaymentType": "Later" })).await);
    seen.expect("RecurringPaymentNotAllowed", &started(json!({ "InitiateRecurrence": true })).await);
    let strangers = json!({ "Transactions": [
        { "POSTransactionId": "1", "Payee": "a@example.com", "Total": 1 },
        { "POSTransactionId": "2", "Payee": "b@example.com", "Total": 1 },
    ] });
    seen.expect("InvalidUser", &started(strangers).await);
    let settings = format!("/v1/stores/{}/barion", shop.store);
    // The merchant has no vault for it.
    let chosen = json!({ "currency_tokens": { "HUF": ["DOGE"] } });
    assert!(shop.api.put(&settings, chosen).await.status().is_success());
    seen.expect("InvalidCurrency", &started(json!({ "Currency": "HUF" })).await);
}

async fn finishes(seen: &mut Seen, shop: &mut Shop) {
    let mut reserved = reservation();
    reserved["PaymentRequestId"] = json!("O-reserved");
    let payment = shop.start(reserved).await;
    let part = parts(&payment).remove(0);
    seen.expect("PaymentStatusNotValid", &posted(shop, FINISH, finish(&payment, &part, 15.0)).await);
    shop.pay(&payment).await;
    let nobodys = "0".repeat(32);
    let strange = posted(shop, FINISH, finish(&payment, &nobodys, 15.0)).await;
    seen.expect("TransactionDoesNotBelongToPayment", &strange);
    seen.expect("InvalidAmount", &posted(shop, FINISH, finish(&payment, &part, 15.01)).await);
    // Nothing is taken of it, so nothing is waited for.
    let noted = posted(shop, FINISH, finish(&payment, &part, 0.0)).await;
    assert_eq!(noted["IsSuccessful"], true, "{noted}");
    seen.expect("TransactionAlreadyFinished", &posted(shop, FINISH, finish(&payment, &part, 15.0)).await);

    let payment = shop.start(delayed()).await;
    shop.pay(&payment).await;
    shop.api.rpc.node().refuses = Some(json!({ "InstructionError": [1, { "Custom": 6000 }] }));
    let refused = posted(shop, CAPTURE, finish(&payment, &parts(&payment)[0], 25.0)).await;
    shop.api.rpc.node().refuses = None;
    seen.expect("OperationFailed", &refused);
}

/// Returns a payment that has been paid.
async fn refunds(seen: &mut Seen, shop: &mut Shop) -> Value {
    let payment = shop.paid(json!({ "PaymentRequestId": "O-refunded" })).await;
    let ours = shop.ours(&payment).await;
    let merchant = shop.api.merchant.address;
    shop.api.ledger.credit(&merchant, &ours, 1_000_000, 3).await;
    seen.expect("InsufficientFunds", &posted(shop, REFUND, refund(&payment, 2.0)).await);
    payment
}

async fn closed(seen: &mut Seen, shop: &Shop) {
    sqlx::query("UPDATE stores SET archived_at = now() WHERE id = $1")
        .bind(&shop.store)
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    let late = request(json!({ "PaymentRequestId": "O-late" }));
    seen.expect("ShopIsClosed", &posted(shop, START, late).await);
}

/// Our own, and those of what stands before the routes.
async fn faults(seen: &mut Seen, shop: &mut Shop, payment: &Value) {
    let path = format!("/v4/payment/{}/paymentstate", text(&payment["PaymentId"]));
    sqlx::query("ALTER TABLE barion_refunds RENAME TO elsewhere")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    seen.expect("InternalServerError", &got(shop, &path).await);
    sqlx::query("ALTER TABLE elsewhere RENAME TO barion_refunds")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();

    shop.api.restart_with(|config| config.limits.limit_reads = "1/60".parse().unwrap()).await;
    assert_eq!(got(shop, &path).await["PaymentId"], payment["PaymentId"]);
    seen.expect("TooManyRequests", &got(shop, &path).await);

    shop.api
        .restart_with(|config| {
            config.limits.limit_reads = "off".parse().unwrap();
            config.server.max_requests = 0;
        })
        .await;
    seen.expect("ServiceUnavailable", &got(shop, &path).await);

    shop.api
        .restart_with(|config| {
            config.server.max_requests = 1_000;
            config.request_timeout = Duration::from_millis(1);
        })
        .await;
    let mut lock = till_store::db::begin(&shop.api.database.pool).await.unwrap();
    sqlx::query("LOCK TABLE barion_payments").execute(&mut *lock).await.unwrap();
    seen.expect("RequestTimeout", &got(shop, &path).await);
}
