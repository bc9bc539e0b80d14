//! More than can be done at once.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Api, code};

#[tokio::test]
async fn a_flood_of_reads_is_refused_at_once_and_starves_no_write() {
    let mut api = Api::start().await;
    api.restart_with(|config| config.database.database_connections = 6).await;
    // Nobody can read rules now; the work behind the API does not.
    let mut lock = till_store::db::begin(&api.database.pool).await.unwrap();
    sqlx::query("LOCK TABLE rules IN ACCESS EXCLUSIVE MODE").execute(&mut *lock).await.unwrap();
    let request = || api.request(reqwest::Method::GET, "/v1/rules").send();
    let stuck: Vec<_> = (0..3).map(|_| tokio::spawn(request())).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;

    let started = Instant::now();
    let refused = request().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(code(refused).await, "overloaded");
    // It needs the database to know the key.
    let write = api.post("/v1/payments", json!({ "amount": "0", "token": "USDC" })).await;
    assert_eq!(write.status(), StatusCode::UNPROCESSABLE_ENTITY);

    lock.rollback().await.unwrap();
    for read in stuck {
        assert_eq!(read.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(request().await.unwrap().status(), StatusCode::OK);
}
