//! Payments that many ask for at the same time.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::Api;

/// Asks for each of these as the owner of this key, at once, and returns the ids of what was answered.
async fn ask(api: &Api, key: &str, ids: &[String]) -> HashSet<String> {
    let (mut reads, client) = (JoinSet::new(), reqwest::Client::new());
    for id in ids {
        let request = client.get(format!("{}/v1/payments/{id}", api.url)).bearer_auth(key);
        reads.spawn(async move {
            let response = request.send().await.unwrap();
            match response.status() {
                StatusCode::OK => {
                    Some(response.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned())
                }
                status => {
                    assert_eq!(status, StatusCode::NOT_FOUND);
                    None
                }
            }
        });
    }
    let mut seen = HashSet::new();
    while let Some(read) = reads.join_next().await {
        seen.extend(read.unwrap());
    }
    seen
}

#[tokio::test]
async fn whoever_asks_at_the_same_time_is_answered_with_what_is_theirs() {
    let mut api = Api::start().await;
    let other = api.another_merchant().await;
    let mut ours = Vec::new();
    for _ in 0..20 {
        ours.push(api.payment().await.id);
    }
    let asked = reqwest::Client::new().post(format!("{}/v1/payments", api.url)).bearer_auth(&other.key);
    let asked = asked.json(&json!({ "amount": "25.00", "token": "USDC" })).send().await.unwrap();
    let theirs = asked.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let nobodys = till_store::PaymentId::random().to_string();
    let mut all = vec![ours.clone(); 5].concat();
    all.extend([theirs.clone(), nobodys, "pay_nope".to_owned(), "pay_%00".to_owned()]);

    let (seen, seen_by_other) = tokio::join!(ask(&api, &api.merchant.key, &all), ask(&api, &other.key, &all));
    assert_eq!(seen, HashSet::from_iter(ours));
    assert_eq!(seen_by_other, HashSet::from([theirs]));
}

#[tokio::test]
async fn who_cannot_be_read_with_others_is_read_alone() {
    let api = Api::start().await;
    let ids = vec![[api.payment().await.id, api.payment().await.id]; 20].concat();
    let expected = HashSet::from_iter(ids.iter().cloned());
    let mut killed = 0;
    for _ in 0..20 {
        let (seen, dead) = tokio::join!(ask(&api, &api.merchant.key, &ids), async {
            sqlx::query_scalar::<_, i64>(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'till-reads'",
            )
            .fetch_one(&api.database.pool)
            .await
            .unwrap()
        });
        assert_eq!(seen, expected);
        killed += dead;
    }
    assert!(killed > 0, "nothing was tried");
}

/// A process that stands still, until this is dropped.
struct Stopped(i32);

impl Stopped {
    fn new(process: i32) -> Self {
        signal("-STOP", process);
        Self(process)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("-CONT", self.0);
    }
}

fn signal(name: &str, process: i32) {
    let sent = std::process::Command::new("kill").args([name, &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

#[tokio::test]
async fn a_connection_that_does_not_answer_holds_nobody_up_for_long() {
    let api = Api::start().await;
    let path = format!("/v1/payments/{}", api.payment().await.id);
    assert_eq!(api.get(&path).await.status(), StatusCode::OK);
    let process: i32 = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'till-reads'",
    )
    .fetch_one(&api.database.pool)
    .await
    .unwrap();
    let _stopped = Stopped::new(process);
    assert_eq!(api.get(&path).await.status(), StatusCode::OK, "read alone, before the request is given up");
    assert_eq!(api.get(&path).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_postgres_that_was_started_anew_costs_no_read() {
    let mut api = Api::start().await;
    let ids = vec![[api.payment().await.id]; 64].concat();
    let expected = HashSet::from_iter(ids.iter().cloned());
    for _ in 0..3 {
        assert_eq!(ask(&api, &api.merchant.key, &ids).await, expected);
        if !api.database.crash().await.unwrap() {
            return; // A server of somebody's own is not killed.
        }
        // For so long a connection is believed to be there.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(ask(&api, &api.merchant.key, &ids).await, expected);
}

#[tokio::test]
async fn connections_that_stand_still_cost_no_request() {
    let api = Api::start().await;
    assert_eq!(api.get("/v1/payments").await.status(), StatusCode::OK);
    let processes: Vec<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
             AND application_name <> 'till-reads' AND query NOT LIKE 'LISTEN%'",
    )
    .fetch_all(&api.database.pool)
    .await
    .unwrap();
    assert!(!processes.is_empty());
    let _stopped = processes.into_iter().map(Stopped::new).collect::<Vec<_>>();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..3 {
        assert_eq!(api.get("/v1/payments").await.status(), StatusCode::OK);
    }
}
