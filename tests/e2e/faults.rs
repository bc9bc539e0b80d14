//! kill -9 where it hurts.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use till_e2e::{Net, PATIENCE, flags, program};

/// A process that dies at once when it is dropped: kill -9.
pub struct Indexer(pub Child);

impl Drop for Indexer {
    fn drop(&mut self) {
        // One that has ended by itself is as dead.
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

pub fn indexer(net: &Net) -> Indexer {
    let child = program("till-indexer")
        .arg("run")
        .env("TILL_GRPC_URL", &net.description.grpc_url)
        .env("TILL_RPC_URL", &net.description.rpc_url)
        .env("TILL_RPC_REQUESTS_PER_SECOND", "200")
        .env("TILL_FROM_SLOT", net.description.first_slot.to_string())
        .env("DATABASE_URL", &net.description.database_url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Indexer(child.expect("the indexer starts"))
}

/// Waits until the merchant's vaults are indexed, without which there is nothing to pay into.
pub async fn until_accepting(net: &Net) {
    let started = Instant::now();
    let body = json!({ "amount": "1.00", "token": "USDC" });
    while net.call(Method::POST, "/v1/payments", Some(body.clone()), &[]).await.0 != StatusCode::CREATED {
        assert!(started.elapsed() < PATIENCE, "no payment can be asked for after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The payment is on the chain, and the indexer dies before the merchant is told, and again while
/// it tells him. He is told everything, and each thing once.
#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_killed_between_chain_and_webhook_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &["--without-indexer"]).await;
    let mut running = indexer(&net);
    until_accepting(&net).await;
    let mut payments = Vec::new();
    for round in 0..5 {
        let payment = net.payment("USDC").await;
        net.pay(&payment).await;
        // at another moment each time: before it is read, while it is written, after
        tokio::time::sleep(Duration::from_millis(100 * round)).await;
        drop(running);
        payments.push(payment);
        if round % 2 == 0 {
            running = indexer(&net);
        } else {
            // one whole payment happens while nobody looks
            let unseen = net.payment("USDC").await;
            net.pay(&unseen).await;
            payments.push(unseen);
            running = indexer(&net);
        }
    }
    for payment in &payments {
        net.until_status(payment, "authorized").await;
        net.until_webhook(payment, "payment.authorized").await;
    }
    let last = payments.last().unwrap();
    net.post(&format!("/v1/payments/{last}/capture"), json!({})).await;
    net.until_webhook(last, "payment.captured").await;

    for payment in &payments {
        let told = net.webhooks(payment);
        let events = told.iter().filter(|body| body["type"] == "payment.authorized").count();
        assert_eq!(events, 1, "{payment} was told {events} times");
    }
    let events = net.get("/v1/events?after=0&limit=100").await;
    let sequences: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
    assert_eq!(sequences, (1..=sequences.len() as i64).collect::<Vec<_>>(), "gap-free");
}
