//! kill -9 at every step that leaves a trace: each write to Postgres, each request to the node, once before it is
//! carried out and once after.
//!
//! The steps of an operation are those of a run that nobody disturbs. Then each is played again on a payment of its
//! own; the process dies at the step, another one starts, and the customer of the API repeats the request.

mod postgres;
mod process;

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use till_store::domain::{Payment, TransactionKind};

use crate::support::{
    Api, eventually,
    ledger::After,
    tripwire::{Moment, Step, Tripwire},
};
use postgres::Proxy;

/// An API whose process can be killed, and the rest of the world, which stays.
struct World {
    api: Api,
    tripwire: Arc<Tripwire>,
    proxy: Proxy,
}

impl World {
    async fn start() -> Self {
        let mut api = Api::start().await;
        api.stop().await;
        let tripwire = Arc::new(Tripwire::default());
        let proxy = Proxy::start(&api.database.url, tripwire.clone()).await;
        api.rpc.node().tripwire = Some(tripwire.clone());
        api.url = process::start(&api, &proxy, &tripwire).await;
        tripwire.learn(Duration::from_secs(3)).await;
        Self { api, tripwire, proxy }
    }

    /// The answer to a request, if the process lived to give one.
    async fn post(&self, path: &str, key: &str, body: &Value) -> Option<(StatusCode, String)> {
        let url = format!("{}{path}", self.api.url);
        let request = reqwest::Client::new().post(url).bearer_auth(&self.api.merchant.key);
        let answer = request.header("idempotency-key", key).json(body).send().await.ok()?;
        let status = answer.status();
        Some((status, answer.text().await.ok()?))
    }

    /// Makes a request that is cut off at `step`, then makes it again of a new process until it is answered.
    async fn interrupted(
        &mut self,
        step: &Step,
        moment: Moment,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Value {
        self.tripwire.arm(step.clone(), moment);
        let first = self.post(path, key, body).await;
        if self.tripwire.disarm() {
            self.api.url = process::start(&self.api, &self.proxy, &self.tripwire).await;
        }
        let (status, text) = self.post(path, key, body).await.expect("nobody kills this one");
        assert!(status.is_success(), "{step:?} {moment:?}: {status} {text}");
        if let Some((_, first)) = first {
            assert_eq!(text, first, "the first answer is given again");
        }
        let (_, again) = self.post(path, key, body).await.expect("nobody kills this one");
        assert_eq!(again, text, "{step:?} {moment:?}: the same answer each time");
        serde_json::from_str(&text).unwrap()
    }
}

/// An operation that is killed everywhere.
struct Case {
    operation: &'static str,
    kind: TransactionKind,
    after: After,
}

impl Case {
    /// A payment that it can be done with.
    async fn prepare(&self, api: &mut Api) -> Payment {
        match self.kind {
            TransactionKind::Refund => api.captured().await,
            _ => api.authorized().await,
        }
    }
}

async fn survives(case: Case) {
    let mut world = World::start().await;
    let path = |payment: &Payment| format!("/v1/payments/{}/{}", payment.id, case.operation);
    let undisturbed = case.prepare(&mut world.api).await;
    world.tripwire.record();
    let (status, answer) = world.post(&path(&undisturbed), "undisturbed", &json!({})).await.unwrap();
    let steps = world.tripwire.recorded();
    assert_eq!(status, StatusCode::ACCEPTED);
    let answer = serde_json::from_str(&answer).unwrap();
    settles_once(&mut world.api, &case, &undisturbed, &answer, "undisturbed").await;
    for trace in
        ["INSERT INTO transactions", "sendTransaction", "status = 'signed'", "status = 'sent'", "COMMIT"]
    {
        assert!(steps.iter().any(|step| step.name.contains(trace)), "no {trace} in {steps:#?}");
    }
    for (number, step) in steps.iter().enumerate() {
        for moment in [Moment::Before, Moment::After] {
            let payment = case.prepare(&mut world.api).await;
            let key = format!("{number}-{moment:?}");
            let answer = world.interrupted(step, moment, &path(&payment), &key, &json!({})).await;
            settles_once(&mut world.api, &case, &payment, &answer, &format!("{step:?} {moment:?}")).await;
        }
    }
}

/// Of all that was sent for the payment the chain takes each signature once; then everything must agree.
async fn settles_once(api: &mut Api, case: &Case, payment: &Payment, answer: &Value, at: &str) {
    let id = answer["id"].as_str().unwrap();
    api.wait_for_status(id, "sent").await;
    let address = payment.address.parse().unwrap();
    let sent = api.rpc.node().transactions();
    let sent: Vec<_> =
        sent.iter().filter(|sent| sent.message.static_account_keys().contains(&address)).collect();
    assert_eq!(sent.len(), 1, "{at}: one transaction, however often it was sent");
    let signature = sent[0].signatures[0].to_string();
    api.ledger.carry_out(payment, case.kind, &signature, 25_000_000, case.after).await;
    let confirmed = api.wait_for_status(id, "confirmed").await;
    assert_eq!(confirmed["signature"], signature.as_str(), "{at}");
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, status FROM transactions WHERE payment_id = $1 AND raw IS NOT NULL")
            .bind(&payment.id)
            .fetch_all(&api.database.pool)
            .await
            .unwrap();
    assert_eq!(rows, [(case.kind.as_str().to_owned(), "confirmed".to_owned())], "{at}");
}

#[tokio::test]
async fn a_capture_survives_kill_9_anywhere() {
    let after = After { captured: 25_000_000, sequence: 2, ..After::default() };
    survives(Case { operation: "capture", kind: TransactionKind::Capture, after }).await;
}

#[tokio::test]
async fn a_void_survives_kill_9_anywhere() {
    let after = After { sequence: 2, ..After::default() };
    survives(Case { operation: "void", kind: TransactionKind::Void, after }).await;
}

#[tokio::test]
async fn a_refund_survives_kill_9_anywhere() {
    let after = After { captured: 25_000_000, refunded: 25_000_000, sequence: 3, ..After::default() };
    survives(Case { operation: "refund", kind: TransactionKind::Refund, after }).await;
}

#[tokio::test]
async fn a_request_for_a_payment_survives_kill_9_anywhere() {
    let mut world = World::start().await;
    let body = json!({ "amount": "25.00", "token": "USDC", "order_reference": "undisturbed" });
    world.tripwire.record();
    let (status, _) = world.post("/v1/payments", "undisturbed", &body).await.unwrap();
    let steps = world.tripwire.recorded();
    assert_eq!(status, StatusCode::CREATED);
    assert!(steps.iter().any(|step| step.name.contains("INSERT INTO payments")), "{steps:#?}");
    for (number, step) in steps.iter().enumerate() {
        for moment in [Moment::Before, Moment::After] {
            let reference = format!("{number}-{moment:?}");
            let body = json!({ "amount": "25.00", "token": "USDC", "order_reference": reference });
            let created = world.interrupted(step, moment, "/v1/payments", &reference, &body).await;
            let found: Vec<String> = sqlx::query_scalar("SELECT id FROM payments WHERE order_reference = $1")
                .bind(&reference)
                .fetch_all(&world.api.database.pool)
                .await
                .unwrap();
            assert_eq!(found, [created["id"].as_str().unwrap()], "{step:?} {moment:?}");
        }
    }
    eventually("no lock left", async || {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        sqlx::query_scalar::<_, i64>(waiting).fetch_one(&world.api.database.pool).await.unwrap() == 0
    })
    .await;
}
