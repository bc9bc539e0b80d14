//! Reports as CSV.

use reqwest::Method;
use serde_json::json;
use solana_pubkey::Pubkey;
use till_store::domain::Payment;

use super::around_today;
use super::history::History;
use crate::support::Api;

#[tokio::test]
async fn a_csv_has_every_line_and_plain_amounts() {
    let mut api = Api::start().await;
    let mut history = History::begin(&mut api, 30, 100);
    for _ in 0..20 {
        history.go_on(&mut api).await;
    }
    let path = format!("/v1/reports/transactions?{}", period(&history));
    let answer = api.request(Method::GET, &path).header("accept", "text/csv").send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-type").starts_with("text/csv"));
    assert!(header("indexed-through-slot").parse::<i64>().unwrap() > 100);
    let text = answer.text().await.unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("time,slot,signature,kind,transaction,payment,"));
    assert_eq!(lines.len(), history.operations + 2, "a header, and an end of line at the end");
    assert!(lines[1].contains(",authorize,") && lines[1].contains(",25.000000,"), "{}", lines[1]);
    let same = api.get(&format!("{path}&format=csv")).await.text().await.unwrap();
    assert_eq!(same, text);
}

#[tokio::test]
async fn a_formula_in_an_order_reference_stays_text() {
    let mut api = Api::start().await;
    let asked = json!({ "amount": "25.00", "token": "USDC", "order_reference": "=1+1,\"x\"" });
    let payment: Payment = api.post("/v1/payments", asked).await.json().await.unwrap();
    api.ledger.authorize(&api.merchant.address, &payment, &Pubkey::new_unique()).await;
    sqlx::query(
        "UPDATE chain.events SET type = 'PaymentAuthorized', merchant = $1 WHERE payment IS NOT NULL",
    )
    .bind(api.merchant.address.to_string())
    .execute(&api.database.pool)
    .await
    .unwrap();
    let text = api
        .get(&format!("/v1/reports/transactions?{}&format=csv", around_today()))
        .await
        .text()
        .await
        .unwrap();
    assert!(text.contains(",\"'=1+1,\"\"x\"\"\","), "{text}");
}

fn period(history: &History) -> String {
    let first = history.at[0].0 - chrono::TimeDelta::hours(1);
    let last = history.at.last().unwrap().0 + chrono::TimeDelta::hours(1);
    let text =
        |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    format!("from={}&to={}", text(first), text(last))
}
