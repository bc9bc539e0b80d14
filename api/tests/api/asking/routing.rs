//! Which way a wallet pays.

use serde_json::{Value, json};

use super::{Shop, handed_out};
use crate::support::{code, problem};

async fn ways(shop: &Shop, id: &str, wallet: impl std::fmt::Display) -> Vec<Value> {
    let answer: Value =
        shop.api.get(&format!("/pay/{id}/options?account={wallet}")).await.json().await.unwrap();
    answer["data"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

#[tokio::test]
async fn a_wallet_sees_what_each_way_costs_and_what_is_missing() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    let rich = shop.wallet(&[(shop.api.mint, 30_000_000), (shop.sol, 200_000)]);
    let [usdc, sol] = ways(&shop, &payment.id, rich).await.try_into().unwrap();
    assert_eq!((&usdc["affordable"], &sol["affordable"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&usdc["cheapest"], &sol["cheapest"]),
        (&json!(true), &json!(false)),
        "of equal ones the first"
    );
    // 0.002005 SOL of rent and fee, at 125 EUR.
    assert_eq!(usdc["total"], json!({ "amount": "25.250625", "currency": "EUR" }));
    assert_eq!(
        (&usdc["network_fee"]["value"], &usdc["rent"]["value"]),
        (&json!("0.000005"), &json!("0.002"))
    );

    let poor = shop.wallet(&[(shop.api.mint, 29_000_000), (shop.sol, 200_000)]);
    let [usdc, sol] = ways(&shop, &payment.id, poor).await.try_into().unwrap();
    assert_eq!((&usdc["affordable"], &usdc["missing"]["value"]), (&json!(false), &json!("1.00")));
    assert_eq!((&sol["cheapest"], &sol["missing"]), (&json!(true), &Value::Null));

    let stranger = solana_pubkey::Pubkey::new_unique();
    let [usdc, sol] = ways(&shop, &payment.id, stranger).await.try_into().unwrap();
    assert_eq!((&usdc["cheapest"], &sol["cheapest"]), (&json!(false), &json!(false)));
    assert_eq!(usdc["missing_sol"]["value"], "0.004005", "with what a wallet must keep");
}

#[tokio::test]
async fn a_wallet_pays_what_it_can_or_what_it_names() {
    let shop = Shop::open().await;
    let payment = shop.payment().await;
    let pay = format!("/pay/{}", payment.id);
    let wallet = shop.wallet(&[(shop.sol, 200_000)]);
    let answer: Value =
        shop.api.post(&pay, json!({ "account": wallet.to_string() })).await.json().await.unwrap();
    assert_eq!(answer["message"], "Pay 0.20 SOL to Demo Shop");
    let address = payment.options[1].address.parse().unwrap();
    assert!(handed_out(&answer).message.static_account_keys().contains(&address));

    let named = json!({ "account": wallet.to_string(), "token": "USDC" });
    let refused = problem(shop.api.post(&pay, named).await).await;
    assert_eq!((refused.code.as_str(), refused.message.contains("30.00 USDC")), ("insufficient_funds", true));
    let unknown = json!({ "account": wallet.to_string(), "token": "DOGE" });
    assert_eq!(code(shop.api.post(&pay, unknown).await).await, "token_not_accepted");
}

#[tokio::test]
async fn priority_is_what_others_paid_and_no_more_than_allowed() {
    let mut shop = Shop::open().await;
    let payment = shop.created(json!({ "amount": "1", "token": "USDC" })).await;
    let wallet = shop.wallet(&[(shop.api.mint, 1_000_000)]);
    let price = async |shop: &Shop| {
        let body = json!({ "account": wallet.to_string() });
        let answer: Value = shop.api.post(&format!("/pay/{}", payment.id), body).await.json().await.unwrap();
        let message = handed_out(&answer).message;
        // The compute budget's instruction 3 sets the price of a unit.
        let mut data = message.instructions().iter().map(|instruction| &instruction.data);
        let price = data.find(|data| data.len() == 9 && data[0] == 3).cloned();
        price.map(|data| u64::from_le_bytes(data[1..].try_into().unwrap()))
    };
    assert_eq!(price(&shop).await, None);
    shop.api.rpc.node().priority_fees = vec![0, 10, 20, 5_000];
    assert_eq!(price(&shop).await, Some(5_000));
    shop.api.restart_with(|config| config.max_priority_fee = 700).await;
    assert_eq!(price(&shop).await, Some(700));
}

#[tokio::test]
async fn payees_who_have_no_account_get_one_when_they_are_paid_at_once() {
    let shop = Shop::open().await;
    let payee = || solana_signer::Signer::pubkey(&solana_keypair::Keypair::new());
    let (first, second) = (payee(), payee());
    let body = json!({
        "amount": "1", "token": "USDC", "capture_mode": "immediate",
        "splits": [{ "wallet": first.to_string(), "bps": 500 }, { "wallet": second.to_string(), "bps": 500 }],
    });
    let payment = shop.created(body).await;
    let token = till::client::Token { mint: shop.api.mint, program: crate::support::SPL_TOKEN };
    let data = crate::support::rpc::token_account(&shop.api.mint, &first, 0);
    shop.api.rpc.node().accounts.insert(token.account_of(&first).to_string(), (token.program, 1, data));
    let wallet = shop.wallet(&[(shop.api.mint, 1_000_000)]);
    let body = json!({ "account": wallet.to_string() });
    let answer: Value = shop.api.post(&format!("/pay/{}", payment.id), body).await.json().await.unwrap();
    let message = handed_out(&answer).message;
    let [_, create, charge, _] = message.instructions() else {
        panic!("a limit, an account, the payment, a memo")
    };
    let keys = message.static_account_keys();
    assert_eq!(keys[usize::from(create.accounts[1])], token.account_of(&second));
    let payees: Vec<_> =
        charge.accounts.iter().rev().take(2).rev().map(|index| keys[usize::from(*index)]).collect();
    assert_eq!(payees, [token.account_of(&first), token.account_of(&second)], "in the order of the splits");
    let ways = ways(&shop, &payment.id, wallet).await;
    assert_eq!(ways[0]["rent"]["value"], "0.004", "the payment's and the payee's");
}
