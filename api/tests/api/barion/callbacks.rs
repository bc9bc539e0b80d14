//! What shops are told, and when.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing};
use serde_json::json;

use super::{Shop, text};
use crate::support::eventually;

/// A callback as it came.
#[derive(Clone, Debug)]
struct Call {
    target: String,
    content_type: String,
    body: String,
    at: Instant,
}

/// A shop's own server, which fails so many times first.
#[derive(Clone)]
struct Listener {
    url: String,
    fails: Arc<Mutex<usize>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Listener {
    async fn start(fails: usize) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/barion?shop=7", listener.local_addr().unwrap());
        let this = Self { url, fails: Arc::new(Mutex::new(fails)), calls: Arc::default() };
        let app = Router::new().route("/barion", routing::post(take)).with_state(this.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        this
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    async fn wait_for(&self, count: usize) -> Vec<Call> {
        eventually(&format!("{count} callbacks"), async || self.calls().len() >= count).await;
        self.calls()
    }
}

async fn take(
    State(this): State<Listener>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    this.calls.lock().unwrap().push(Call {
        target: uri.to_string(),
        content_type: headers["content-type"].to_str().unwrap().to_owned(),
        body: String::from_utf8(body.to_vec()).unwrap(),
        at: Instant::now(),
    });
    let mut fails = this.fails.lock().unwrap();
    match *fails {
        0 => StatusCode::OK,
        // Anything but 200 counts as not taken.
        _ => {
            *fails -= 1;
            StatusCode::NO_CONTENT
        }
    }
}

#[tokio::test]
async fn a_shop_is_told_of_each_change_by_the_id_alone() {
    let mut shop = Shop::open().await;
    let listener = Listener::start(0).await;
    let payment = shop.paid(json!({ "CallbackUrl": listener.url })).await;
    let id = text(&payment["PaymentId"]);
    for call in listener.wait_for(2).await {
        assert_eq!(call.target, format!("/barion?shop=7&paymentId={id}"));
        assert_eq!(call.content_type, "application/x-www-form-urlencoded");
        assert_eq!(call.body, format!("PaymentId={id}"));
    }
}

#[tokio::test]
async fn what_is_not_answered_with_200_is_told_again() {
    let mut shop = Shop::open().await;
    let listener = Listener::start(2).await;
    let payment = shop.start(json!({ "CallbackUrl": listener.url })).await;
    shop.pay(&payment).await;
    let calls = listener.wait_for(3).await;
    let waited: Vec<u64> = calls.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs()).collect();
    assert!(waited[0] >= 2 && waited[1] >= 6, "{waited:?}");
    eventually("the note of it", async || {
        let noted = "SELECT status = 'delivered' AND attempts = 3 FROM barion_callbacks";
        sqlx::query_scalar::<_, bool>(noted).fetch_one(&shop.api.database.pool).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn after_five_more_attempts_a_callback_is_given_up() {
    let mut shop = Shop::open().await;
    let listener = Listener::start(usize::MAX).await;
    let payment = shop.start(json!({ "CallbackUrl": listener.url })).await;
    let pool = shop.api.database.pool.clone();
    shop.pay(&payment).await;
    listener.wait_for(1).await;
    for attempt in 2..=6_i32 {
        // Not one that has been claimed since: it is counted, and has its lease.
        let hurry = "UPDATE barion_callbacks SET next_attempt_at = now()
             WHERE status = 'pending' AND error IS NOT NULL AND attempts = $1 - 1";
        eventually("an attempt", async || {
            sqlx::query(hurry).bind(attempt).execute(&pool).await.unwrap();
            listener.calls().len() >= attempt as usize
        })
        .await;
    }
    eventually("the end", async || {
        let status: String =
            sqlx::query_scalar("SELECT status FROM barion_callbacks").fetch_one(&pool).await.unwrap();
        status == "failed"
    })
    .await;
    assert_eq!(listener.calls().len(), 6);
}

#[tokio::test]
async fn two_processes_tell_once_and_a_dead_ones_callbacks_are_made() {
    let mut shop = Shop::open().await;
    let listener = Listener::start(0).await;
    let (_, other) = shop.api.another_process().await;
    for number in 0..5 {
        let change = json!({ "CallbackUrl": listener.url, "PaymentRequestId": format!("O-{number}") });
        let payment = shop.start(change).await;
        shop.pay(&payment).await;
    }
    listener.wait_for(5).await;
    eventually("the notes of them", async || {
        let taken = "SELECT count(*) FROM barion_callbacks WHERE status = 'delivered'";
        sqlx::query_scalar::<_, i64>(taken).fetch_one(&shop.api.database.pool).await.unwrap() == 5
    })
    .await;
    assert_eq!(listener.calls().len(), 5);
    other.cancel();
    // What a process had claimed when it died is due again when its lease is over.
    sqlx::query("UPDATE barion_callbacks SET status = 'pending', attempts = 1, next_attempt_at = now() + interval '1 second'")
        .execute(&shop.api.database.pool)
        .await
        .unwrap();
    listener.wait_for(10).await;
}

#[tokio::test]
async fn a_shop_is_told_when_nobody_has_paid_in_time() {
    let mut shop = Shop::open().await;
    let listener = Listener::start(0).await;
    let payment = shop.start(json!({ "CallbackUrl": listener.url })).await;
    let due_at: &str = "UPDATE barion_payments SET valid_until = now(), due_at = now()";
    sqlx::query(due_at).execute(&shop.api.database.pool).await.unwrap();
    let pool = shop.api.database.pool.clone();
    let is_looked_at = async || {
        let due = "SELECT due_at > now() AND due_at < now() + interval '30 seconds' FROM barion_payments";
        sqlx::query_scalar::<_, bool>(due).fetch_one(&pool).await.unwrap()
    };
    eventually("a look", is_looked_at).await;
    // The chain's clock is behind: what was paid in time may still be seen.
    assert_eq!(shop.state(&payment).await["Status"], "InProgress");
    assert!(shop.ours(&payment).await.cancelled_at.is_none());
    shop.api.ledger.clock = chrono::Utc::now();
    shop.api.ledger.tick().await;
    listener.wait_for(1).await;
    assert_eq!(shop.state(&payment).await["Status"], "Expired");
    assert!(shop.ours(&payment).await.cancelled_at.is_some());
    let is_done = async || {
        let due = "SELECT due_at IS NULL FROM barion_payments";
        sqlx::query("UPDATE barion_payments SET due_at = now() WHERE due_at > now()")
            .execute(&pool)
            .await
            .unwrap();
        sqlx::query_scalar::<_, bool>(due).fetch_one(&pool).await.unwrap()
    };
    eventually("the end of looking", is_done).await;
}
