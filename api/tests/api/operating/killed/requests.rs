//! Asking for a payment, and taking that back: what moves no money.

use reqwest::StatusCode;
use serde_json::{Value, json};
use till_store::domain::Payment;

use super::{Operation, Request, World, survives, text};

struct Asking;

impl Operation for Asking {
    const STATUS: StatusCode = StatusCode::CREATED;
    const TRACES: &'static [&'static str] = &["INSERT INTO payments", "COMMIT"];
    type Subject = String;

    async fn prepare(&self, _: &mut World, name: &str) -> (String, Request) {
        let body = json!({ "amount": "25.00", "token": "USDC", "order_reference": name });
        (name.to_owned(), Request::new("/v1/payments", body))
    }

    async fn happened_once(&self, world: &mut World, reference: &String, answer: &Value, at: &str) {
        let found: Vec<String> = sqlx::query_scalar("SELECT id FROM payments WHERE order_reference = $1")
            .bind(reference)
            .fetch_all(&world.api.database.pool)
            .await
            .unwrap();
        assert_eq!(found, [text(&answer["id"])], "{at}");
    }
}

struct Cancelling;

impl Operation for Cancelling {
    const STATUS: StatusCode = StatusCode::OK;
    const TRACES: &'static [&'static str] =
        &["SET cancelled_at", "INSERT INTO audit_log", "INSERT INTO events", "COMMIT"];
    type Subject = Payment;

    async fn prepare(&self, world: &mut World, _: &str) -> (Payment, Request) {
        let payment = world.api.payment().await;
        let path = format!("/v1/payments/{}/cancel", payment.id);
        (payment, Request::new(path, json!({})))
    }

    async fn happened_once(&self, world: &mut World, payment: &Payment, answer: &Value, at: &str) {
        assert_eq!(answer["id"], payment.id.as_str(), "{at}");
        assert!(answer["cancelled_at"].is_string(), "{at}: {answer}");
        let written: (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM payments WHERE id = $1 AND cancelled_at IS NOT NULL),
                    (SELECT count(*) FROM events WHERE payment_id = $1 AND type = 'payment.cancelled'),
                    (SELECT count(*) FROM audit_log WHERE target = $1 AND action = 'payment.cancel')",
        )
        .bind(&payment.id)
        .fetch_one(&world.api.database.pool)
        .await
        .unwrap();
        assert_eq!(written, (1, 1, 1), "{at}: cancelled, told and noted once");
    }
}

#[tokio::test]
async fn a_request_for_a_payment_survives_kill_9_anywhere() {
    survives(World::start().await, Asking).await;
}

#[tokio::test]
async fn taking_a_request_back_survives_kill_9_anywhere() {
    survives(World::start().await, Cancelling).await;
}
