//! Who may ask for what.

use serde_json::{Value, json};

use super::around_today;
use super::history::History;
use crate::support::{Api, code};

const REPORTS: [&str; 4] = ["transactions", "payouts", "settlements", "fees"];

#[tokio::test]
async fn a_period_that_makes_no_sense_is_refused() {
    let api = Api::start().await;
    for query in [
        "from=2026-01-02&to=2026-01-01",
        "from=2026-01-01&to=2026-01-01",
        "from=2025-01-01&to=2026-12-01",
        "from=yesterday&to=2026-01-01",
        "from=2026-01-01",
        "from=2026-01-01&to=2026-01-02&time_zone=Mars",
        "from=2026-01-01&to=2026-01-02&token=DOGE",
        "from=2026-01-01&to=2026-01-02&limit=0",
        "from=2026-01-01&to=2026-01-02&format=xml",
    ] {
        let answer = api.get(&format!("/v1/reports/transactions?{query}")).await;
        assert_eq!(code(answer).await, "invalid_query", "{query}");
    }
    let cursor = api.get("/v1/reports/payouts?from=2026-01-01&to=2026-01-02&cursor=x").await;
    assert_eq!(code(cursor).await, "cursor_invalid");
    let without_token = api.get("/v1/reports/ledger?from=2026-01-01&to=2026-01-02").await;
    assert_eq!(code(without_token).await, "invalid_query");
    let hours = "/v1/reports/time-series?from=2026-01-01&to=2026-03-01&metric=payments&interval=hour";
    assert_eq!(code(api.get(hours).await).await, "invalid_query");
}

#[tokio::test]
async fn reports_are_of_the_merchant_that_asks() {
    let mut api = Api::start().await;
    let mut history = History::begin(&mut api, 40, 100);
    for _ in 0..20 {
        history.go_on(&mut api).await;
    }
    let always = around_today();
    for report in REPORTS {
        let own: Value = api.get(&format!("/v1/reports/{report}?{always}")).await.json().await.unwrap();
        assert_ne!(own["data"], json!([]), "{report}");
    }
    api.merchant.key = api.another_merchant().await.key;
    for report in REPORTS {
        let none: Value = api.get(&format!("/v1/reports/{report}?{always}")).await.json().await.unwrap();
        assert_eq!(none["data"], json!([]), "{report}");
    }
    let ledger = format!("/v1/reports/ledger?{always}&token=USDC");
    let none: Value = api.get(&ledger).await.json().await.unwrap();
    assert_eq!(
        (&none["data"], &none["opening"], &none["closing"]["escrow"]),
        (&json!([]), &none["closing"], &json!("0.000000"))
    );
}

#[tokio::test]
async fn a_day_of_a_report_reads_no_big_table_whole() {
    let api = Api::start().await;
    sqlx::raw_sql(
        "INSERT INTO chain.events (slot, transaction_index, signature, instruction, inner_index, type, merchant, data,
             block_time)
         SELECT n, 0, 'signature' || n, 0, 0, 'PaidOut', 'merchant' || n % 20, '{\"amount\": 5}',
             '2026-01-01'::timestamptz + n * interval '1 minute'
         FROM generate_series(1, 200000) AS n;
         INSERT INTO chain.ledger (signature, instruction, inner_index, line, owner, account, mint, amount)
         SELECT 'signature' || n, 0, 0, 0, 'vault', 'balance', 'mint', 5 FROM generate_series(1, 200000) AS n;
         ANALYZE chain.events; ANALYZE chain.ledger;",
    )
    .execute(&api.database.pool)
    .await
    .unwrap();
    let payment = api.payment().await;
    sqlx::query(
        "INSERT INTO transfers
             (payment_id, merchant_id, signature, mint, decimals, amount, slot, block_time, finalized)
         SELECT p.id, p.merchant_id, 'signature' || n, 'mint', 6, 5, n,
             '2026-01-01'::timestamptz + n * interval '1 minute', true
         FROM payments p, generate_series(1, 200000) AS n WHERE p.id = $1",
    )
    .bind(&payment.id)
    .execute(&api.database.pool)
    .await
    .unwrap();
    sqlx::query("ANALYZE transfers").execute(&api.database.pool).await.unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT sum(amount) FROM merchant_operations
         WHERE merchant = 'merchant7' AND block_time >= '2026-02-01' AND block_time < '2026-02-02'",
    )
    .fetch_all(&api.database.pool)
    .await
    .unwrap();
    let has = |what: &str| plan.iter().any(|line| line.contains(what));
    let scans_all =
        ["events", "ledger", "transfers"].iter().any(|table| has(&format!("Seq Scan on {table}")));
    let uses_indexes = has("events_by_merchant") && has("transfers_by_merchant");
    assert!(!scans_all && uses_indexes, "{}", plan.join("\n"));
}
