//! kill -9 of the indexer and of Postgres, again and again, while customers pay.

use std::{
    collections::BTreeSet,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;
use till_e2e::{Net, PATIENCE, flags, program};
use till_localnet::wallet;
use till_store::testing::TestDatabase;
use tokio::task::JoinSet;

use crate::faults::{indexer, until_accepting};

const PAYMENTS: usize = 24;
const KILLS: u32 = 10;

/// Between two attempts: the API is without a database for a part of the time.
async fn again(what: &str, started: Instant) {
    assert!(started.elapsed() < PATIENCE, "no {what} after {PATIENCE:?}");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// The customer pays and the merchant captures.
async fn shop(net: Arc<Net>, payment: String) {
    let (link, customer) = (format!("{}/pay/{payment}", net.description.api_url), net.customer());
    let started = Instant::now();
    let unsigned = loop {
        match wallet::request(&link, &customer).await {
            Ok(unsigned) => break unsigned,
            Err(_) => again("transaction to sign", started).await,
        }
    };
    let signed = unsigned.sign(&customer).expect("a signature");
    net.rpc().send_signed(&signed).await.expect("a confirmed payment");
    let (path, key) = (format!("/v1/payments/{payment}/capture"), [("idempotency-key", payment.as_str())]);
    let started = Instant::now();
    // Not authorized yet, as far as the database knows; or the database is away.
    while !matches!(net.try_call(Method::POST, &path, Some(json!({})), &key).await, Some((status, _)) if status.is_success())
    {
        again("capture", started).await;
    }
}

/// `till-indexer audit`, or `rebuild`: whether everything agrees, and what was told.
fn check(net: &Net, command: &str, more: &[&str]) -> (bool, String) {
    let output = program("till-indexer")
        .args([command, "--rpc-requests-per-second", "200"])
        .args(more)
        .env("TILL_RPC_URL", &net.description.rpc_url)
        .env("DATABASE_URL", &net.description.database_url)
        .output()
        .expect("the audit runs");
    let told = [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned());
    (output.status.success(), told.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_dies_under_load_the_database_ends_as_the_chain() {
    let mut database = TestDatabase::create().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let extra = ["--without-indexer", "--database-url", &database.url];
    let net = Arc::new(Net::start(dir.path(), &flags(dir.path()), &extra).await);
    let mut running = indexer(&net);
    until_accepting(&net).await;
    let mut payments = Vec::new();
    for _ in 0..PAYMENTS {
        payments.push(net.payment("USDC").await);
    }

    let (shopping, customers) = (net.clone(), payments.clone());
    let load = tokio::spawn(async move {
        for few in customers.chunks(3) {
            let few: JoinSet<()> =
                few.iter().map(|payment| shop(shopping.clone(), payment.clone())).collect();
            few.join_all().await;
        }
    });
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(300 + u64::from(kill * 137 % 500))).await;
        if kill % 3 == 2 {
            database.crash().await.unwrap();
        } else {
            drop(running);
            running = indexer(&net);
        }
    }
    load.await.unwrap();

    for payment in &payments {
        net.until_status(payment, "captured").await;
        // They are delivered side by side: the second may come first.
        net.until_webhook(payment, "payment.authorized").await;
        net.until_webhook(payment, "payment.captured").await;
        let told = net.webhooks(payment);
        let events: BTreeSet<&str> = told.iter().filter_map(|body| body["id"].as_str()).collect();
        assert_eq!(events.len(), 2, "{payment}: {told:?}");
    }
    let events = net.get("/v1/events?after=0&limit=100").await;
    let events = events["data"].as_array().unwrap();
    let sequences: Vec<_> = events.iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
    assert_eq!(
        sequences,
        (1..=2 * PAYMENTS as i64).collect::<Vec<_>>(),
        "each thing once, and none left out"
    );
    let (agrees, differences) = check(&net, "audit", &[]);
    assert!(agrees, "{differences}");
    let first_slot = net.description.first_slot.to_string();
    let (agrees, differences) = check(&net, "rebuild", &["--from-slot", &first_slot]);
    assert!(agrees, "{differences}");
    drop(running);
}

/// The one that waits takes over where the one that died stood.
#[tokio::test(flavor = "multi_thread")]
async fn a_hot_standby_takes_over_from_an_indexer_that_dies() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &["--without-indexer"]).await;
    let first = indexer(&net);
    until_accepting(&net).await;
    let standby = indexer(&net);
    let before = net.payment("USDC").await;
    net.pay(&before).await;
    net.until_status(&before, "authorized").await;
    drop(first);
    let after = net.payment("USDC").await;
    net.pay(&after).await;
    net.until_status(&after, "authorized").await;
    net.until_webhook(&before, "payment.authorized").await;
    let told = net.webhooks(&before).iter().filter(|body| body["type"] == "payment.authorized").count();
    assert_eq!(told, 1);
    drop(standby);
}

/// Asked to stop, it finishes what it is committing and says that nothing went wrong.
#[tokio::test(flavor = "multi_thread")]
async fn an_indexer_that_is_asked_to_stop_stops() {
    let dir = tempfile::tempdir().unwrap();
    let net = Net::start(dir.path(), &flags(dir.path()), &["--without-indexer"]).await;
    let mut running = indexer(&net);
    until_accepting(&net).await;
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = running.0.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < PATIENCE, "it does not stop");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(status.success(), "{status}");
}
