//! Prices in currencies, and where rates come from.

use std::time::Duration;

use chrono::Utc;
use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till_api::Code;

use super::Shop;
use crate::problems::Seen;
use crate::support::{Api, code, problem};

/// Pyth's receiver program.
const RECEIVER: Pubkey = Pubkey::from_str_const("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
const FEED: [u8; 32] = [0xab; 32];

/// A price account as Pyth writes it.
fn price_account(level: u8, price: i64, confidence: u64, published_at: i64) -> Vec<u8> {
    let mut data = vec![34, 241, 35, 99, 157, 126, 244, 205];
    data.extend([7; 32]);
    data.push(level);
    data.extend(FEED);
    data.extend(price.to_le_bytes());
    data.extend(confidence.to_le_bytes());
    data.extend((-8i32).to_le_bytes());
    data.extend(published_at.to_le_bytes());
    data.extend([0; 33]);
    data
}

/// An API that has the rate USDC/EUR from Pyth, and the account that it reads.
async fn with_pyth() -> (Api, Pubkey) {
    let mut api = Api::start().await;
    let account = Pubkey::new_unique();
    let feed = format!("USDC/EUR={account}:{}", hex::encode(FEED));
    api.restart_with(|config| config.rates.pyth_feeds = vec![feed.parse().unwrap()]).await;
    (api, account)
}

fn write(api: &Api, account: Pubkey, owner: Pubkey, data: Vec<u8>) {
    api.rpc.node().accounts.insert(account.to_string(), (owner, 1, data));
}

async fn rate(api: &Api) -> reqwest::Response {
    api.get("/v1/rates?base=USDC&quote=EUR").await
}

#[tokio::test]
async fn a_price_is_converted_into_each_accepted_token() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    let price = payment.price.unwrap();
    assert_eq!((price.amount.as_str(), price.currency.as_str()), ("25", "EUR"));
    let [usdc, sol] = payment.options.as_slice() else { panic!("two options") };
    assert_eq!((usdc.amount.value.as_str(), sol.amount.value.as_str()), ("30.00", "0.20"));
    assert_eq!((usdc.symbol.as_deref(), sol.symbol.as_deref()), (Some("USDC"), Some("SOL")));
    let quote = sol.quote.as_ref().unwrap();
    assert_eq!((quote.rate.as_str(), quote.source.as_str(), quote.spread_bps), ("125", "fixed", 0));
    let held = (sol.quote_expires_at.unwrap() - payment.created_at).num_seconds();
    assert!((895..=900).contains(&held), "{held}");
    assert_ne!(usdc.address, sol.address);
    assert_eq!((&payment.address, &payment.amount), (&usdc.address, &usdc.amount), "the preferred one");
}

#[tokio::test]
async fn what_cannot_be_converted_is_rounded_up_and_the_spread_is_said() {
    let mut shop = Shop::open().await;
    shop.api.restart_with(|config| config.rates.rate_spread_bps = 50).await;
    let body = json!({ "amount": "19.99", "currency": "EUR", "token": "SOL" });
    let payment = shop.created(body).await;
    // 19.99 / 125 * 1.005 = 0.16071960
    assert_eq!(payment.amount.base_units, "160720");
    assert_eq!(payment.options[0].quote.as_ref().unwrap().spread_bps, 50);
}

#[tokio::test]
async fn a_price_in_the_tokens_own_symbol_is_that_amount() {
    let shop = Shop::open().await;
    let body = json!({ "amount": "25.00", "currency": "USDC", "token": "USDC" });
    let payment = shop.created(body).await;
    assert_eq!((payment.amount.value.as_str(), payment.options.len()), ("25.00", 0));
    assert_eq!(payment.price.unwrap().currency, "USDC");
    let body = json!({ "amount": "30", "currency": "USDC", "accepted_tokens": ["USDC", "SOL"] });
    let payment = shop.created(body).await;
    let amounts: Vec<_> = payment.options.iter().map(|option| option.amount.value.as_str()).collect();
    assert_eq!(amounts, ["30.00", "0.20"]);
    assert_eq!(payment.options[0].quote_expires_at, None, "a token is always worth itself");
}

#[tokio::test]
async fn every_field_that_is_to_blame_is_named() {
    let shop = Shop::open().await;
    let body = json!({ "amount": "25", "currency": "GBP", "accepted_tokens": ["USDC", "DOGE", "USDC"] });
    let refused = problem(shop.api.post("/v1/payments", body).await).await;
    let fields: Vec<_> =
        refused.errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("accepted_tokens.1", "token_not_accepted"),
            ("accepted_tokens.2", "validation_failed"),
            ("currency", "currency_unknown"),
        ]
    );
}

#[tokio::test]
async fn a_rate_of_pyth_is_shown_and_used() {
    let (api, account) = with_pyth().await;
    let now = Utc::now().timestamp();
    write(&api, account, RECEIVER, price_account(1, 90_000_000, 50_000, now));
    let rate: Value = rate(&api).await.json().await.unwrap();
    assert_eq!(
        (&rate["rate"], &rate["confidence"], &rate["source"]),
        (&json!("0.9"), &json!("0.0005"), &json!("pyth"))
    );
    let body = json!({ "amount": "9.00", "currency": "EUR", "token": "USDC" });
    let response = api.post("/v1/payments", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let payment: Value = response.json().await.unwrap();
    assert_eq!(payment["amount"]["value"], "10.00");
    assert_eq!(payment["options"][0]["quote"]["source"], "pyth");
}

#[tokio::test]
async fn an_account_that_does_not_prove_itself_gives_no_rate() {
    let (api, account) = with_pyth().await;
    let now = Utc::now().timestamp();
    let good = price_account(1, 90_000_000, 50_000, now);
    let mut other_feed = good.clone();
    other_feed[41] ^= 1;
    let partial = price_account(0, 90_000_000, 50_000, now);
    for (owner, data) in [
        (Pubkey::new_unique(), good.clone()),
        (RECEIVER, other_feed),
        (RECEIVER, partial),
        (RECEIVER, vec![1, 2]),
    ] {
        write(&api, account, owner, data);
        assert_eq!(code(rate(&api).await).await, "rate_source_failed");
    }
    write(&api, account, RECEIVER, good);
    assert_eq!(rate(&api).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_slow_source_of_rates_holds_no_connection_to_the_database() {
    let (mut api, _) = with_pyth().await;
    api.restart_with(|config| config.database.database_connections = 4).await;
    assert_eq!(api.get("/v1/payments").await.status(), StatusCode::OK);
    api.rpc.node().hangs = true;
    let body = json!({ "amount": "9.00", "currency": "EUR", "token": "USDC" });
    let waiting: Vec<_> = (0..8)
        .map(|_| tokio::spawn(api.request(reqwest::Method::POST, "/v1/payments").json(&body).send()))
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(waiting.iter().all(|request| !request.is_finished()), "they wait for the rate");
    let plain = api.post("/v1/payments", json!({ "amount": "9.00", "token": "USDC" }));
    // The node is waited for twice as long.
    let plain = tokio::time::timeout(Duration::from_secs(5), plain).await.expect("nobody is in its way");
    assert_eq!(plain.status(), StatusCode::CREATED);
    for request in waiting {
        assert_eq!(code(request.await.unwrap().unwrap()).await, "rate_source_failed");
    }
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer_when_the_rate_is_gone() {
    let (api, account) = with_pyth().await;
    let good = price_account(1, 90_000_000, 50_000, Utc::now().timestamp());
    write(&api, account, RECEIVER, good.clone());
    let body = json!({ "amount": "9.00", "currency": "EUR", "token": "USDC" });
    let first = api.post_with_key("/v1/payments", "prices", body.clone()).await.text().await.unwrap();
    write(&api, account, Pubkey::new_unique(), good);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(code(rate(&api).await).await, "rate_source_failed");
    let again = api.post_with_key("/v1/payments", "prices", body).await;
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(again.text().await.unwrap(), first);
}

pub async fn provoke(seen: &mut Seen) {
    let (api, account) = with_pyth().await;
    seen.expect(Code::RateSourceFailed, rate(&api).await).await;
    seen.expect(Code::CurrencyUnknown, api.get("/v1/rates?base=USDC&quote=GBP").await).await;
    let now = Utc::now().timestamp();
    write(&api, account, RECEIVER, price_account(1, 90_000_000, 50_000, now - 120));
    seen.expect(Code::RateStale, rate(&api).await).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    write(&api, account, RECEIVER, price_account(1, 90_000_000, 9_000_000, now));
    seen.expect(Code::RateUncertain, rate(&api).await).await;

    let mut shop = Shop::open().await;
    shop.api.restart_with(|config| config.rates.rates.push("BONK/SOL=0.0000001".parse().unwrap())).await;
    seen.expect(Code::RateUnavailable, shop.api.get("/v1/rates?base=BONK&quote=EUR").await).await;
}
