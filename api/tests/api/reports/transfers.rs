//! Money that came to payments by plain transfers, in reports.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_store::Amount;
use till_store::domain::{Payment, TransactionKind, TransferRecord};
use till_store::gateway::transfers;

use crate::asking::{Shop, under};
use crate::support::{Api, ledger::After};

/// The day on which payments are asked for and transfers come.
const DAY: &str = "from=2026-03-05&to=2026-03-06";

/// A payment of 25.00 that a transfer may pay, as if it had been asked for on that day.
async fn asked(api: &Api) -> Payment {
    let body =
        json!({ "amount": "25.00", "token": "USDC", "accept_transfer": true, "order_reference": "A-7" });
    let payment: Payment = api.post("/v1/payments", body).await.json().await.unwrap();
    ask_on_that_day(api).await;
    payment
}

async fn ask_on_that_day(api: &Api) {
    sqlx::query("UPDATE payments SET created_at = '2026-03-05T10:00:00Z'")
        .execute(&api.database.pool)
        .await
        .unwrap();
}

/// A transfer of so many base units for a payment, at noon of that day and in a slot that is indexed.
fn transfer(payment: &Payment, amount: u64) -> TransferRecord {
    TransferRecord {
        payment_id: payment.id.clone(),
        signature: Pubkey::new_unique().to_string(),
        mint: payment.mint.clone(),
        decimals: 6,
        amount: Amount(amount),
        slot: 90,
        block_time: "2026-03-05T12:00:00Z".parse().unwrap(),
        finalized: true,
    }
}

async fn found(api: &Api, records: &[TransferRecord]) {
    let mut db = api.database.pool.acquire().await.unwrap();
    transfers::write(&mut db, records).await.unwrap();
}

/// The lines of a report; `query` begins with the period.
async fn lines(api: &Api, report: &str, query: &str) -> Vec<Value> {
    let page: Value = api.get(&format!("/v1/reports/{report}?{query}")).await.json().await.unwrap();
    page["data"].as_array().unwrap_or_else(|| panic!("{page}")).clone()
}

/// A number of that day, of one token.
async fn number(api: &Api, metric: &str, token: &str) -> String {
    let query = format!("{DAY}&interval=day&metric={metric}&token={token}");
    let points = lines(api, "time-series", &query).await;
    points[0]["value"].as_str().unwrap().to_owned()
}

/// How far the CSV of that day's transactions goes, and the slots of its lines.
async fn csv(api: &Api) -> (i64, Vec<i64>) {
    let answer = api.get(&format!("/v1/reports/transactions?{DAY}&format=csv")).await;
    let through = answer.headers()["indexed-through-slot"].to_str().unwrap().parse().unwrap();
    let text = answer.text().await.unwrap();
    let lines = text.lines().skip(1);
    let slots = lines.map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    (through, slots)
}

#[tokio::test]
async fn what_a_transfer_paid_is_in_every_report_but_the_statement_of_the_vaults() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    assert_eq!(number(&api, "conversion", "USDC").await, "0");
    let transfer = transfer(&payment, 25_000_000);
    found(&api, std::slice::from_ref(&transfer)).await;

    let transactions = lines(&api, "transactions", DAY).await;
    let expected = json!([{
        "time": "2026-03-05T12:00:00Z", "slot": 90, "signature": transfer.signature, "kind": "transfer",
        "transaction": null, "payment": payment.id, "store": payment.store, "order_reference": "A-7",
        "mint": payment.mint, "symbol": "USDC", "amount": "25.000000", "fee": "0.000000", "shared": "0.000000",
        "net": "25.000000", "returned": "0.000000",
    }]);
    assert_eq!(json!(transactions), expected);
    let payouts = lines(&api, "payouts", DAY).await;
    assert_eq!(payouts.len(), 1);
    let paid_out = ["kind", "payment", "signature", "amount"].map(|name| payouts[0][name].clone());
    let expected = [json!("transfer"), json!(payment.id), json!(transfer.signature), json!("25.000000")];
    assert_eq!(paid_out, expected);
    let settlements = lines(&api, "settlements", DAY).await;
    let expected = json!([{
        "day": "2026-03-05", "store": payment.store, "mint": payment.mint, "symbol": "USDC", "captures": 1,
        "gross": "25.000000", "fee": "0.000000", "shared": "0.000000", "net": "25.000000", "refunds": 0,
        "refunded": "0.000000",
    }]);
    assert_eq!(json!(settlements), expected);
    let fees = lines(&api, "fees", DAY).await;
    assert_eq!((&fees[0]["charged"], &fees[0]["swept"]), (&json!("0.000000"), &json!("0.000000")));
    for (metric, value) in [
        ("volume", "25.000000"),
        ("captured", "25.000000"),
        ("fees", "0.000000"),
        ("payments", "1"),
        ("conversion", "1"),
    ] {
        assert_eq!(number(&api, metric, "USDC").await, value, "{metric}");
    }

    let path = format!("/v1/reports/ledger?{DAY}&token=USDC");
    let statement: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&statement["data"], &statement["opening"]), (&json!([]), &statement["closing"]));
    assert_eq!(statement["closing"]["balance"], "0.000000");
}

#[tokio::test]
async fn what_came_counts_before_all_has_come_and_the_rest_makes_it_paid() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    asked(&api).await;
    let (first, rest) = (transfer(&payment, 10_000_000), transfer(&payment, 15_000_000));
    found(&api, std::slice::from_ref(&first)).await;
    assert_eq!(number(&api, "volume", "USDC").await, "10.000000");
    assert_eq!(number(&api, "conversion", "USDC").await, "0");
    found(&api, std::slice::from_ref(&rest)).await;
    assert_eq!(number(&api, "volume", "USDC").await, "25.000000");
    assert_eq!(number(&api, "conversion", "USDC").await, "0.5");
    assert_eq!(lines(&api, "settlements", DAY).await[0]["captures"], 2);

    // They are of one slot, and a page may end between them.
    let path = format!("/v1/reports/transactions?{DAY}&limit=1");
    let page: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!(page["data"][0]["signature"], first.signature);
    let path = format!("{path}&cursor={}", page["next_cursor"].as_str().unwrap());
    let page: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&page["data"][0]["signature"], &page["next_cursor"]), (&json!(rest.signature), &Value::Null));
}

#[tokio::test]
async fn a_transfer_counts_in_its_own_day_token_and_store() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    let mint = Pubkey::new_unique().to_string();
    let block_time = "2026-03-05T23:30:00Z".parse().unwrap();
    let other = TransferRecord { mint: mint.clone(), decimals: 2, block_time, ..transfer(&payment, 500) };
    found(&api, &[other]).await;
    let row = &lines(&api, "transactions", DAY).await[0];
    assert_eq!((&row["mint"], &row["amount"], &row["symbol"]), (&json!(mint), &json!("5.00"), &Value::Null));
    assert_eq!(number(&api, "volume", &mint).await, "5.00");
    assert_eq!(number(&api, "volume", "USDC").await, "0.000000");
    assert_eq!(number(&api, "conversion", "USDC").await, "0", "the token that was asked for did not come");

    let east = "from=2026-03-05&to=2026-03-08&time_zone=%2B02:00";
    assert_eq!(lines(&api, "settlements", east).await[0]["day"], "2026-03-06");
    let (own, another) = (format!("{DAY}&store={}", payment.store), format!("{DAY}&store=sto_another"));
    for report in ["transactions", "payouts", "settlements"] {
        assert_eq!(lines(&api, report, &own).await.len(), 1, "{report}");
        assert_eq!(lines(&api, report, &another).await.len(), 0, "{report}");
    }
}

#[tokio::test]
async fn a_csv_and_its_pages_end_at_the_slot_that_was_indexed() {
    let mut api = Api::start().await;
    let payment = asked(&api).await;
    let ahead = TransferRecord { slot: 5_000, ..transfer(&payment, 25_000_000) };
    found(&api, &[ahead, transfer(&payment, 1)]).await;
    let (through, slots) = csv(&api).await;
    assert!(through < 5_000 && slots == [90], "{slots:?} through {through}");
    assert_eq!(number(&api, "volume", "USDC").await, "0.000001");
    assert_eq!(number(&api, "conversion", "USDC").await, "0");
    assert_eq!(lines(&api, "settlements", DAY).await[0]["captures"], 1);
    api.ledger.tick_to(5_000).await;
    assert_eq!(csv(&api).await, (5_000, vec![90, 5_000]));
    assert_eq!(number(&api, "conversion", "USDC").await, "1");
    assert_eq!(lines(&api, "settlements", DAY).await[0]["captures"], 2);
}

#[tokio::test]
async fn what_was_paid_twice_was_asked_for_once_and_its_way_back_is_there() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    let (usdc, sol) = (payment.options[0].clone(), payment.options[1].clone());
    // Nobody gives anything back but this test.
    shop.api.stop().await;
    shop.pay(&payment, &usdc).await;
    shop.pay(&payment, &sol).await;
    let amount: u64 = sol.amount.base_units.parse().unwrap();
    let after = After { sequence: 2, ..Default::default() };
    let surplus = under(&payment, &sol);
    shop.api.ledger.carry_out(&surplus, TransactionKind::Void, "voided", amount, after).await;
    sqlx::query("UPDATE give_backs SET done_at = now()").execute(&shop.api.database.pool).await.unwrap();
    sqlx::query(
        "UPDATE chain.events SET merchant = $1, data = '{\"amount\": 200000}',
             type = CASE payment_sequence WHEN 1 THEN 'PaymentAuthorized' ELSE 'PaymentVoided' END
         WHERE payment IS NOT NULL",
    )
    .bind(shop.api.merchant.address.to_string())
    .execute(&shop.api.database.pool)
    .await
    .unwrap();
    ask_on_that_day(&shop.api).await;
    shop.api.restart_with(|_| ()).await;

    let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
    let (now, day) = (Utc::now(), TimeDelta::days(1));
    let period = format!("from={}&to={}", text(now - day), text(now + day));
    let rows = lines(&shop.api, "transactions", &period).await;
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["authorize", "authorize", "void"]);
    assert_eq!(rows[0]["payment"], payment.id);
    assert_ne!(rows[1]["payment"], payment.id);
    assert_eq!(
        (&rows[2]["payment"], &rows[2]["signature"], &rows[2]["amount"]),
        (&rows[1]["payment"], &json!("voided"), &json!("0.200000"))
    );
    for (metric, value) in [("payments", "1"), ("conversion", "1")] {
        let points = lines(&shop.api, "time-series", &format!("{DAY}&interval=day&metric={metric}")).await;
        assert_eq!(points[0]["value"], value, "{metric}");
    }
}
