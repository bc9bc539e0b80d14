//! Errors in Barion's words, whoever finds them.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Shop, answered, delayed, error_code, parts, request, text};
use crate::support::{Api, Options};

const START: &str = "/v2/Payment/Start";

#[tokio::test]
async fn a_key_that_is_missing_or_nobodys_is_refused() {
    let shop = Shop::open().await;
    for key in [None, Some("nonsense"), Some("9c165cfc-cbd1-452f-8307-21a3a9cee664")] {
        let body = request(json!({ "POSKey": key }));
        let (status, refused) = answered(shop.bare(Method::POST, START).json(&body)).await;
        assert_eq!((status, error_code(&refused)), (StatusCode::UNAUTHORIZED, "AuthenticationFailed"));
    }
    let (status, refused) = answered(shop.bare(Method::GET, "/v2/Payment/GetPaymentState")).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::UNAUTHORIZED, "AuthenticationFailed"));
    assert_eq!(refused["Errors"][0]["EndPoint"], "https://pay.example/v2/Payment/GetPaymentState");
    // A key of ours is none of Barion's.
    let ours = shop.bare(Method::POST, START).bearer_auth(&shop.api.merchant.key).json(&request(json!({})));
    assert_eq!(answered(ours).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_request_is_said_at_once() {
    let shop = Shop::open().await;
    let wrong = json!({ "PaymentType": null, "PaymentWindow": "soon", "Transactions": [] });
    let (status, refused) = shop.post(START, request(wrong)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let errors = refused["Errors"].as_array().unwrap();
    assert_eq!(errors.len(), 3, "{refused}");
    assert!(errors.iter().all(|error| error["ErrorCode"] == "ModelValidationError"));
    assert_eq!(errors[0]["Description"], "The PaymentType field is required.");
}

#[tokio::test]
async fn each_thing_that_cannot_be_done_has_its_code() {
    let mut shop = Shop::open().await;
    for (change, expected) in [
        (json!({ "InitiateRecurrence": true }), "RecurringPaymentNotAllowed"),
        (json!({ "RecurrenceId": "r" }), "RecurringPaymentNotAllowed"),
        (json!({ "CallbackUrl": "ftp://shop.example" }), "ModelValidationError"),
        (
            json!({ "Transactions": [
                { "POSTransactionId": "1", "Payee": "a@example.com", "Total": 1 },
                { "POSTransactionId": "2", "Payee": "b@example.com", "Total": 1 },
            ] }),
            "InvalidUser",
        ),
        // More decimals than the token has.
        (
            json!({ "Transactions": [{ "POSTransactionId": "1", "Payee": "a@example.com", "Total": 0.0000001 }] }),
            "ModelValidationError",
        ),
    ] {
        let (status, refused) = shop.post(START, request(change.clone())).await;
        assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, expected), "{change}");
    }
    let nobodys = "0".repeat(32);
    let unknown = json!({ "PaymentId": nobodys, "TransactionsToRefund": [{ "TransactionId": nobodys, "AmountToRefund": 1 }] });
    let (_, refused) = shop.post("/v2/Payment/Refund", unknown).await;
    assert_eq!(error_code(&refused), "NotExistingPaymentId");
    let (_, refused) = shop.post("/v2/Payment/CancelAuthorization", json!({ "PaymentId": "pay_1" })).await;
    assert_eq!(error_code(&refused), "ModelValidationError");

    let payment = shop.start(delayed()).await;
    let capture = |id: &str, total: f64| json!({ "PaymentId": payment["PaymentId"], "Transactions": [{ "TransactionId": id, "Total": total }] });
    let part = parts(&payment).remove(0);
    for (id, total, expected) in [
        // Nobody has paid.
        (part.as_str(), 25.0, "PaymentStatusNotValid"),
        (nobodys.as_str(), 25.0, "TransactionDoesNotBelongToPayment"),
        (part.as_str(), 25.01, "InvalidAmount"),
        (part.as_str(), -1.0, "InvalidAmount"),
    ] {
        let (_, refused) = shop.post("/v2/Payment/Capture", capture(id, total)).await;
        assert_eq!(error_code(&refused), expected, "{id} {total}");
    }
    shop.pay(&payment).await;
    let refund = json!({ "PaymentId": payment["PaymentId"], "TransactionsToRefund": [{ "TransactionId": part, "AmountToRefund": 1 }] });
    let (_, refused) = shop.post("/v2/Payment/Refund", refund).await;
    assert_eq!(error_code(&refused), "PaymentStatusNotValid");
}

#[tokio::test]
async fn a_closed_shop_begins_nothing_and_ends_what_it_has_begun() {
    let shop = Shop::open().await;
    let payment = shop.start(json!({})).await;
    sqlx::query("UPDATE stores SET archived_at = now() WHERE id = $1")
        .bind(&shop.store)
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    let (_, refused) = shop.post(START, request(json!({ "PaymentRequestId": "O-2" }))).await;
    assert_eq!(error_code(&refused), "ShopIsClosed");
    assert_eq!(shop.state(&payment).await["Status"], "Prepared");
}

#[tokio::test]
async fn what_libraries_and_layers_answer_is_in_the_same_words() {
    let shop = Shop::open().await;
    let keyed = |method: Method, path: &str| shop.bare(method, path).header("x-pos-key", &shop.key);
    for (request, status, expected) in [
        (keyed(Method::POST, START).body("{"), 400, "ModelValidationError"),
        (keyed(Method::POST, START).body(r#"{"Transactions": "none"}"#), 400, "ModelValidationError"),
        (keyed(Method::POST, START).body("\u{0}"), 400, "ModelValidationError"),
        (keyed(Method::POST, START).body("x".repeat(70_000)), 413, "RequestTooLarge"),
        (keyed(Method::GET, START), 405, "MethodNotAllowed"),
        (keyed(Method::POST, "/v2/Payment/Nothing"), 404, "EndpointNotFound"),
        (keyed(Method::GET, "/v4/payment/1/other"), 404, "EndpointNotFound"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json", "{expected}");
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(response.status().as_u16(), status, "{expected}");
        assert_eq!(error_code(&response.json().await.unwrap()), expected);
    }
    let zero = request(json!({ "PaymentRequestId": "a\u{0}b" }));
    let (status, refused) = shop.post(START, zero).await;
    assert_eq!((status, error_code(&refused)), (StatusCode::BAD_REQUEST, "ModelValidationError"));
}

#[tokio::test]
async fn faults_of_ours_are_in_the_same_words() {
    let mut shop = Shop::open().await;
    let payment = shop.start(delayed()).await;
    let path = format!("/v4/payment/{}/paymentstate", text(&payment["PaymentId"]));
    let state = |shop: &Shop| answered(shop.bare(Method::GET, &path).header("x-pos-key", &shop.key));
    sqlx::query("ALTER TABLE barion_refunds RENAME TO elsewhere")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    let (status, fault) = state(&shop).await;
    assert_eq!((status.as_u16(), error_code(&fault)), (500, "InternalServerError"));
    assert!(!fault.to_string().contains("barion_refunds"));
    sqlx::query("ALTER TABLE elsewhere RENAME TO barion_refunds")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();

    shop.api.restart_with(|config| config.request_timeout = Duration::from_millis(1)).await;
    let mut lock = till_store::db::begin(&shop.api.database.pool).await.unwrap();
    sqlx::query("LOCK TABLE barion_payments").execute(&mut *lock).await.unwrap();
    let (status, fault) = state(&shop).await;
    assert_eq!((status.as_u16(), error_code(&fault)), (504, "RequestTimeout"));
}

#[tokio::test]
async fn a_callback_must_go_to_a_public_address() {
    let api = Api::start_with(Options { allow_private_webhooks: false, ..Options::default() }).await;
    let shop = Shop::of(api).await;
    for url in ["http://shop.example/callback", "https://127.0.0.1/", "https://169.254.169.254/latest"] {
        let (_, refused) = shop.post(START, request(json!({ "CallbackUrl": url }))).await;
        assert_eq!(error_code(&refused), "ModelValidationError", "{url}");
    }
}

#[tokio::test]
async fn who_is_told_is_named_once_the_shop_has_a_name() {
    let shop = Shop::open().await;
    let settings = format!("/v1/stores/{}/barion", shop.store);
    shop.api.put(&settings, json!({ "payee": "shop@example.com" })).await;
    let (_, refused) = shop.post(START, request(json!({ "PaymentType": "Later" }))).await;
    assert_eq!(refused["Errors"][0]["AuthData"], json!("shop@example.com"));
    let (_, missing) = answered(shop.bare(Method::POST, START).json(&request(json!({})))).await;
    assert_eq!(missing["Errors"][0]["AuthData"], Value::Null);
}
