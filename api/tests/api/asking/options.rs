//! Several ways to pay, and what becomes of their quotes.

use serde_json::{Value, json};

use super::{Shop, handed_out};
use crate::support::code;

#[tokio::test]
async fn a_payment_is_what_it_was_paid_by() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    let sol = payment.options[1].clone();
    let payer = shop.pay(&payment, &sol).await;
    let paid = shop.look(&payment.id).await;
    assert_eq!((paid.address.as_str(), paid.mint.as_str()), (sol.address.as_str(), sol.mint.as_str()));
    assert_eq!((paid.symbol.as_deref(), &paid.amount), (Some("SOL"), &sol.amount));
    assert_eq!((paid.payer, paid.capturable), (Some(payer.to_string()), sol.amount.clone()));
    let option = paid.options.iter().find(|option| option.address == sol.address).unwrap();
    assert!(option.paid_at.unwrap() < option.quote_expires_at.unwrap(), "in time");
    assert_eq!(shop.events().await, [("payment.authorized".to_owned(), payment.id.clone())]);

    let captured = shop.api.post(&format!("/v1/payments/{}/capture", payment.id), json!({})).await;
    let captured: Value = captured.json().await.unwrap();
    assert_eq!((&captured["status"], &captured["amount"]["value"]), (&json!("sent"), &json!("0.20")));
}

#[tokio::test]
async fn quotes_that_have_ended_are_converted_anew() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    shop.end_quotes(&payment).await;
    shop.api.restart_with(|config| config.rates.rates[2] = "EUR/USD=1.5".parse().unwrap()).await;
    let wallet = shop.wallet(&[(shop.api.mint, 37_500_000)]);
    let pay = format!("/pay/{}", payment.id);
    let answer: Value =
        shop.api.post(&pay, json!({ "account": wallet.to_string() })).await.json().await.unwrap();
    assert_eq!(answer["message"], "Pay 37.50 USDC to Demo Shop");

    let renewed = shop.look(&payment.id).await;
    assert_eq!((renewed.amount.value.as_str(), renewed.options.len()), ("37.50", 2));
    assert!(
        renewed.options.iter().all(|option| payment.options.iter().all(|old| old.address != option.address))
    );
    let address = renewed.address.parse().unwrap();
    assert!(handed_out(&answer).message.static_account_keys().contains(&address));
    let again: Value =
        shop.api.post(&pay, json!({ "account": wallet.to_string() })).await.json().await.unwrap();
    assert!(handed_out(&again).message.static_account_keys().contains(&address), "one quote, one address");
}

#[tokio::test]
async fn a_token_without_a_rate_is_left_out_until_it_has_one() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    let path = format!("/pay/{}/options?account={}", payment.id, shop.wallet(&[]));
    let symbols = async |shop: &Shop| -> Vec<String> {
        let ways: Value = shop.api.get(&path).await.json().await.unwrap();
        let ways = ways["data"].as_array().unwrap_or_else(|| panic!("{ways}")).clone();
        ways.iter().map(|way| way["symbol"].as_str().unwrap().to_owned()).collect()
    };
    let usdc = "USDC/USD=1".parse().unwrap();
    shop.api.restart_with(|config| drop(config.rates.rates.remove(0))).await;
    shop.end_quotes(&payment).await;
    assert_eq!(symbols(&shop).await, ["SOL"]);
    assert_eq!(shop.look(&payment.id).await.symbol.as_deref(), Some("SOL"));
    shop.api.restart_with(|config| config.rates.rates.push(usdc)).await;
    shop.end_quotes(&payment).await;
    assert_eq!(symbols(&shop).await, ["USDC", "SOL"]);
}

#[tokio::test]
async fn many_who_ask_for_new_rates_at_once_get_the_same() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    shop.end_quotes(&payment).await;
    let wallet = shop.wallet(&[(shop.api.mint, 30_000_000)]).to_string();
    let path = format!("/pay/{}/options?account={wallet}", payment.id);
    let answers = futures::future::join_all((0..10).map(|_| shop.api.get(&path))).await;
    let mut addresses = std::collections::BTreeSet::new();
    for answer in answers {
        let ways: Value = answer.json().await.unwrap();
        addresses.insert(ways["data"][0]["address"].as_str().unwrap().to_owned());
    }
    assert_eq!(addresses.len(), 1);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM payment_options WHERE payment_id = $1")
        .bind(&payment.id)
        .fetch_one(&shop.api.database.pool)
        .await
        .unwrap();
    assert_eq!(kept, 4, "two that have ended, two that stand");
}

#[tokio::test]
async fn an_earlier_quote_pays_the_payment_too_and_late() {
    let mut shop = Shop::open().await;
    let payment = shop.payment().await;
    shop.end_quotes(&payment).await;
    let wallet = shop.wallet(&[(shop.api.mint, 30_000_000)]);
    shop.api.get(&format!("/pay/{}/options?account={wallet}", payment.id)).await;
    let old = payment.options[0].clone();
    assert_ne!(shop.look(&payment.id).await.address, old.address);

    // A node has seen it before the indexer.
    shop.api.rpc.node().accounts.insert(old.address.clone(), (till::ID, 2_000_000, vec![0; 8]));
    let again =
        shop.api.post(&format!("/pay/{}", payment.id), json!({ "account": wallet.to_string() })).await;
    assert_eq!(code(again).await, "payment_already_paid");

    shop.api.ledger.clock = chrono::Utc::now();
    shop.pay(&payment, &old).await;
    let paid = shop.look(&payment.id).await;
    assert_eq!((&paid.address, &paid.amount), (&old.address, &old.amount));
    let option = paid.options.iter().find(|option| option.address == old.address).unwrap();
    assert!(option.paid_at.unwrap() > option.quote_expires_at.unwrap());
}
