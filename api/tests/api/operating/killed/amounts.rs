//! What moves the money of a payment of 25.00, in our words and in Barion's.

use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::domain::{Payment, TransactionKind};

use super::{Operation, Request, World, survives, text};
use crate::barion::{self, Shop};
use crate::support::{Api, ledger::After};

/// What every operation leaves on its way to the chain.
const TRACES: &[&str] =
    &["INSERT INTO transactions", "sendTransaction", "status = 'signed'", "status = 'sent'", "COMMIT"];
const FINISH: &str = "/v2/Payment/FinishReservation";

/// What the chain is to do, and the payment's numbers after it.
#[derive(Clone, Copy)]
struct Movement {
    kind: TransactionKind,
    /// In base units.
    amount: u64,
    after: After,
}

/// An operation of a merchant.
struct Ordering {
    operation: &'static str,
    body: Value,
    movement: Movement,
}

impl Operation for Ordering {
    const STATUS: StatusCode = StatusCode::ACCEPTED;
    const TRACES: &'static [&'static str] = TRACES;
    type Subject = Payment;

    async fn prepare(&self, world: &mut World, _: &str) -> (Payment, Request) {
        let payment = match self.movement.kind {
            TransactionKind::Refund => world.api.captured().await,
            _ => world.api.authorized().await,
        };
        let path = format!("/v1/payments/{}/{}", payment.id, self.operation);
        (payment, Request::new(path, self.body.clone()))
    }

    async fn happened_once(&self, world: &mut World, payment: &Payment, answer: &Value, at: &str) {
        let settled = settles_once(&mut world.api, self.movement, payment, at).await;
        assert_eq!(settled, text(&answer["id"]), "{at}: what was answered is what was done");
    }
}

/// The first of two parts of a reservation is finished with 12.50 of its 15.00.
struct Finishing {
    pos_key: String,
    movement: Movement,
}

impl Operation for Finishing {
    const STATUS: StatusCode = StatusCode::OK;
    const TRACES: &'static [&'static str] =
        &["UPDATE barion_transactions", "sendTransaction", "status = 'sent'", "COMMIT"];
    type Subject = Payment;

    async fn prepare(&self, world: &mut World, name: &str) -> (Payment, Request) {
        let asked =
            |path: &str, body| Request { path: path.to_owned(), body, pos_key: Some(self.pos_key.clone()) };
        let mut reservation = barion::request(barion::reservation());
        reservation["PaymentRequestId"] = json!(name);
        let started = world.post(&asked("/v2/Payment/Start", reservation), name).await;
        let (_, started) = started.expect("nobody kills this one");
        let started: Value = serde_json::from_str(&started).unwrap();
        let id = text(&started["PaymentId"]);
        let payment: Payment = world.api.get(&format!("/v1/payments/pay_{id}")).await.json().await.unwrap();
        let merchant = world.api.merchant.address;
        world.api.ledger.authorize(&merchant, &payment, &Pubkey::new_unique()).await;
        let part = json!({ "TransactionId": barion::parts(&started)[0], "Total": 12.5 });
        (payment, asked(FINISH, json!({ "PaymentId": id, "Transactions": [part] })))
    }

    async fn happened_once(&self, world: &mut World, payment: &Payment, answer: &Value, at: &str) {
        assert_eq!(answer["IsSuccessful"], true, "{at}: {answer}");
        let settled = settles_once(&mut world.api, self.movement, payment, at).await;
        let finished: Vec<(Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT trim_scale(finished_total)::text, finished_by FROM barion_transactions
             WHERE payment_id = $1 ORDER BY position",
        )
        .bind(&payment.id)
        .fetch_all(&world.api.database.pool)
        .await
        .unwrap();
        assert_eq!(finished, [(Some("12.5".to_owned()), Some(settled)), (None, None)], "{at}");
    }
}

/// Of all that was sent for the payment the chain takes each signature once; then everything must agree. Returns the id
/// of what was done.
async fn settles_once(api: &mut Api, movement: Movement, payment: &Payment, at: &str) -> String {
    let Movement { kind, amount, after } = movement;
    let ordered: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM transactions WHERE payment_id = $1 AND kind = $2 AND sequence IS NULL",
    )
    .bind(&payment.id)
    .bind(kind.as_str())
    .fetch_all(&api.database.pool)
    .await
    .unwrap();
    let [id] = &ordered[..] else { panic!("{at}: ordered once, not {ordered:?}") };
    api.wait_for_status(id, "sent").await;
    let address = payment.address.parse().unwrap();
    let sent = api.rpc.node().transactions();
    let sent: Vec<_> =
        sent.iter().filter(|sent| sent.message.static_account_keys().contains(&address)).collect();
    assert_eq!(sent.len(), 1, "{at}: one transaction, however often it was sent");
    let signature = sent[0].signatures[0].to_string();
    api.ledger.carry_out(payment, kind, &signature, amount, after).await;
    let confirmed = api.wait_for_status(id, "confirmed").await;
    assert_eq!(confirmed["signature"], signature.as_str(), "{at}");
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, status FROM transactions WHERE payment_id = $1 AND raw IS NOT NULL")
            .bind(&payment.id)
            .fetch_all(&api.database.pool)
            .await
            .unwrap();
    assert_eq!(rows, [(kind.as_str().to_owned(), "confirmed".to_owned())], "{at}");
    id.clone()
}

/// All of the 25.00.
fn whole(kind: TransactionKind, after: After) -> Movement {
    Movement { kind, amount: 25_000_000, after }
}

#[tokio::test]
async fn a_capture_survives_kill_9_anywhere() {
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    let movement = whole(TransactionKind::Capture, after);
    survives(World::start().await, Ordering { operation: "capture", body: json!({}), movement }).await;
}

#[tokio::test]
async fn a_capture_of_a_part_survives_kill_9_anywhere() {
    let after = After { capturable: 15_000_000, captured: 10_000_000, sequence: 2, ..After::default() };
    let movement = Movement { kind: TransactionKind::Capture, amount: 10_000_000, after };
    let body = json!({ "amount": "10.00" });
    survives(World::start().await, Ordering { operation: "capture", body, movement }).await;
}

#[tokio::test]
async fn a_void_survives_kill_9_anywhere() {
    let after = After { sequence: 2, ..After::default() };
    let movement = whole(TransactionKind::Void, after);
    survives(World::start().await, Ordering { operation: "void", body: json!({}), movement }).await;
}

#[tokio::test]
async fn a_refund_survives_kill_9_anywhere() {
    let after = After { captured: 25_000_000, refunded: 25_000_000, sequence: 3, ..After::default() };
    let movement = whole(TransactionKind::Refund, after);
    survives(World::start().await, Ordering { operation: "refund", body: json!({}), movement }).await;
}

#[tokio::test]
async fn finishing_a_part_of_a_reservation_survives_kill_9_anywhere() {
    let Shop { api, key, .. } = Shop::open().await;
    let after = After { capturable: 12_500_000, captured: 12_500_000, sequence: 2, ..After::default() };
    let movement = Movement { kind: TransactionKind::Capture, amount: 12_500_000, after };
    // It is answered when it is sent, and does not wait for the chain: that takes five seconds less than this at most.
    survives(World::of(api, 5).await, Finishing { pos_key: key, movement }).await;
}
