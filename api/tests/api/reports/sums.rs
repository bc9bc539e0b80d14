//! What reports must come to.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use super::history::{History, Holds};
use crate::support::Api;

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Base units of an amount of the test's token, which has six decimals.
fn base_units(value: &Value) -> i128 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn holds(value: &Value) -> Holds {
    let part = |name: &str| u64::try_from(base_units(&value[name])).unwrap();
    Holds { escrow: part("escrow"), balance: part("balance"), fees: part("fees") }
}

/// All pages of a report, as one list of lines; and its last page.
async fn whole(api: &Api, path: &str) -> (Vec<Value>, Value) {
    let (mut lines, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = api.get(&format!("{path}&limit=7{cursor}")).await.json().await.unwrap();
        lines.extend(page["data"].as_array().unwrap_or_else(|| panic!("{page}")).clone());
        assert!(page["indexed_through_slot"].is_i64());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (lines, page),
        }
    }
}

async fn period(api: &mut Api, seed: u64) -> (History, String) {
    let mut history = History::begin(api, seed, 24 * 12);
    for _ in 0..40 {
        history.go_on(api).await;
    }
    let first = history.at[0].0 - TimeDelta::hours(1);
    let period = format!("from={}&to={}", rfc3339(first), rfc3339(Utc::now() + TimeDelta::days(5)));
    (history, period)
}

#[tokio::test]
async fn a_statement_balances_wherever_it_begins_and_ends() {
    for seed in 0..4 {
        let mut api = Api::start().await;
        let (history, _) = period(&mut api, seed).await;
        for (from, to) in [(0, history.at.len() - 1), (3, 21), (17, 18), (30, 38)] {
            let ((from, before), (to, after)) = (history.at[from], history.at[to]);
            // Just behind what happened at that moment.
            let just_after = |time: DateTime<Utc>| rfc3339(time + TimeDelta::milliseconds(1));
            let path =
                format!("/v1/reports/ledger?token=USDC&from={}&to={}", just_after(from), just_after(to));
            let (lines, page) = whole(&api, &path).await;
            assert_eq!((holds(&page["opening"]), holds(&page["closing"])), (before, after), "seed {seed}");
            for part in ["escrow", "balance", "fees"] {
                let moved: i128 = lines.iter().map(|line| base_units(&line[part])).sum();
                let (opening, closing) =
                    (base_units(&page["opening"][part]), base_units(&page["closing"][part]));
                assert_eq!(opening + moved, closing, "{part}, seed {seed}");
            }
        }
    }
}

#[tokio::test]
async fn reports_by_day_come_to_what_happened_and_to_the_ledger() {
    for seed in 10..13 {
        let mut api = Api::start().await;
        let (history, period) = period(&mut api, seed).await;
        let mut found: BTreeMap<(String, &'static str), u64> = BTreeMap::new();
        let (settlements, _) = whole(&api, &format!("/v1/reports/settlements?{period}")).await;
        let (fees, _) = whole(&api, &format!("/v1/reports/fees?{period}")).await;
        let (payouts, _) = whole(&api, &format!("/v1/reports/payouts?{period}")).await;
        let mut add = |day: &Value, what: &'static str, value: &Value| {
            let day = day.as_str().unwrap()[..10].to_owned();
            let value = u64::try_from(base_units(value)).unwrap();
            if value > 0 {
                *found.entry((day, what)).or_default() += value;
            }
        };
        for row in &settlements {
            for what in ["gross", "net", "refunded"] {
                add(&row["day"], what, &row[what]);
            }
        }
        for row in &fees {
            add(&row["day"], "fee", &row["charged"]);
            add(&row["day"], "swept", &row["swept"]);
        }
        for row in &payouts {
            add(&row["time"], "paid_out", &row["amount"]);
        }
        let wanted: BTreeMap<_, _> =
            history.sums.clone().into_iter().filter(|(_, value)| *value > 0).collect();
        assert_eq!(found, wanted, "seed {seed}");

        // What became the merchant's, less what was given back and paid out, is what the ledger has left of it.
        let sum =
            |what: &str| -> u64 { found.iter().filter(|((_, it), _)| *it == what).map(|(_, it)| it).sum() };
        let left = sum("net") - sum("refunded") - sum("paid_out");
        assert_eq!(left, history.holds.balance);
        let (transactions, _) = whole(&api, &format!("/v1/reports/transactions?{period}")).await;
        assert_eq!(transactions.len(), history.operations);

        // And the days that the indexer sums up agree.
        let daily: (String, String) = sqlx::query_as(
            "SELECT sum(fees)::text, sum(net)::text FROM chain.daily_totals WHERE kind = 'capture'",
        )
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
        assert_eq!(daily, (sum("fee").to_string(), sum("net").to_string()));
    }
}

#[tokio::test]
async fn a_time_series_has_no_gaps_and_loses_nothing() {
    let mut api = Api::start().await;
    let (history, _) = period(&mut api, 20).await;
    let (first, last) = (history.at[0].0.date_naive(), history.at.last().unwrap().0.date_naive());
    let to = last + TimeDelta::days(1);
    for (metric, what) in [("captured", "gross"), ("fees", "fee"), ("refunded", "refunded")] {
        let path =
            format!("/v1/reports/time-series?from={first}&to={to}&token=USDC&metric={metric}&interval=day");
        let page: Value = api.get(&path).await.json().await.unwrap();
        let points = page["data"].as_array().unwrap();
        assert_eq!(points.len() as i64, (to - first).num_days());
        for (day, point) in first.iter_days().zip(points) {
            assert!(point["time"].as_str().unwrap().starts_with(&format!("{day}T00:00:00")));
            let wanted = history.sums.get(&(day.to_string(), what)).copied().unwrap_or(0);
            assert_eq!(base_units(&point["value"]), i128::from(wanted), "{metric} on {day}");
        }
    }
    let now = Utc::now();
    let hour = rfc3339(now - TimeDelta::hours(3));
    let path = format!(
        "/v1/reports/time-series?from={hour}&to={}&interval=hour&metric=",
        rfc3339(now + TimeDelta::seconds(5))
    );
    let page: Value = api.get(&format!("{path}payments")).await.json().await.unwrap();
    let points = page["data"].as_array().unwrap();
    let asked: u64 = points.iter().map(|it| it["value"].as_str().unwrap().parse::<u64>().unwrap()).sum();
    let paid: i64 =
        sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(&api.database.pool).await.unwrap();
    assert_eq!(asked as i64, paid);
    let page: Value = api.get(&format!("{path}conversion")).await.json().await.unwrap();
    let values: Vec<&str> =
        page["data"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
    assert!(values.iter().all(|it| ["0", "1"].contains(it)) && values.contains(&"1"), "{values:?}");
}
