//! Plain transfers that name a payment.

use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_signature::Signature;

use crate::asking::Shop;
use crate::support::{Api, code, eventually};

async fn asked(api: &Api) -> Value {
    let body =
        json!({ "amount": "25.00", "token": "USDC", "accept_transfer": true, "description": "Tea & cake" });
    api.post("/v1/payments", body).await.json().await.unwrap()
}

/// A transaction that names the payment and brings tokens to a wallet, as the node tells it.
struct Sent<'a> {
    mint: Pubkey,
    wallet: &'a str,
    amount: u64,
    /// Unix seconds.
    at: i64,
    error: Value,
}

/// The node has seen it; returns its signature.
fn seen(api: &Api, payment: &Value, sent: Sent<'_>) -> String {
    seen_with(api, &[payment], sent, &[])
}

/// The same of one transfer that names several payments, in a transaction that mentions `others` too.
fn seen_with(api: &Api, payments: &[&Value], sent: Sent<'_>, others: &[String]) -> String {
    let signature = Signature::from(rand_bytes()).to_string();
    let mention = json!({
        "signature": signature, "slot": 90, "err": sent.error, "memo": null, "blockTime": sent.at,
        "confirmationStatus": "confirmed",
    });
    let mint = sent.mint.to_string();
    let balance = |amount: u64| {
        json!({
            "accountIndex": 3, "mint": mint, "owner": sent.wallet,
            "uiTokenAmount": { "amount": amount.to_string(), "decimals": 6 },
        })
    };
    let meta = json!({ "err": sent.error, "preTokenBalances": [balance(7)], "postTokenBalances": [balance(7 + sent.amount)] });
    let addresses = payments.iter().map(|payment| payment["address"].as_str().unwrap().to_owned());
    let known = ["payer", "from", &mint, "to"].map(str::to_owned).into_iter();
    let mut keys: Vec<String> = known.chain(addresses.clone()).collect();
    let accounts: Vec<usize> = [1, 2, 3, 0].into_iter().chain(4..keys.len()).collect();
    keys.push(anchor_spl::token::ID.to_string());
    let data = [&[12][..], &sent.amount.to_le_bytes(), &[6]].concat();
    let transfer = json!({
        "programIdIndex": keys.len() - 1, "accounts": accounts, "data": bs58::encode(data).into_string(),
    });
    keys.extend_from_slice(others);
    let message = json!({ "accountKeys": keys, "instructions": [transfer] });
    let mut node = api.rpc.node();
    let details = json!({ "slot": 90, "meta": meta, "transaction": { "message": message } });
    node.details.insert(signature.clone(), details);
    for address in addresses {
        node.mentions.entry(address).or_default().insert(0, mention.clone());
    }
    signature
}

fn rand_bytes() -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(Pubkey::new_unique().as_ref());
    bytes
}

fn usdc<'a>(api: &Api, payment: &'a Value, amount: u64) -> Sent<'a> {
    let wallet = payment["transfer_wallet"].as_str().unwrap();
    Sent { mint: api.mint, wallet, amount, at: chrono::Utc::now().timestamp(), error: Value::Null }
}

async fn shown(api: &Api, payment: &Value) -> Value {
    api.get(&format!("/v1/payments/{}", payment["id"].as_str().unwrap())).await.json().await.unwrap()
}

async fn becomes(api: &Api, payment: &Value, status: &str) -> Value {
    eventually(status, async || shown(api, payment).await["status"] == status).await;
    shown(api, payment).await
}

/// The types of the events that the merchant was told.
async fn told(api: &Api) -> Vec<String> {
    let events: Value = api.get("/v1/events").await.json().await.unwrap();
    let kinds =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned());
    kinds.filter(|kind| kind != "payment.created").collect()
}

#[tokio::test]
async fn the_link_says_where_and_what_to_transfer() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    let (wallet, address) =
        (payment["transfer_wallet"].as_str().unwrap(), payment["address"].as_str().unwrap());
    let expected = format!(
        "solana:{wallet}?amount=25.00&spl-token={}&reference={address}&message=Tea%20%26%20cake&memo={}",
        api.mint,
        payment["id"].as_str().unwrap()
    );
    assert_eq!(payment["transfer_url"], expected);
    let plain: Value =
        api.post("/v1/payments", json!({ "amount": "1", "token": "USDC" })).await.json().await.unwrap();
    assert_eq!((plain.get("transfer_url"), &plain["accepts_transfer"]), (None, &json!(false)));
}

#[tokio::test]
async fn transfers_add_up_and_each_change_is_told_once() {
    let api = Api::start().await;
    let (_, second) = api.another_process().await;
    let payment = asked(&api).await;
    let first = seen(&api, &payment, usdc(&api, &payment, 10_000_000));
    let underpaid = becomes(&api, &payment, "underpaid").await;
    let transfer = &underpaid["transfers"][0];
    assert_eq!((&transfer["signature"], &transfer["amount"]["value"]), (&json!(first), &json!("10.00")));
    assert_eq!(transfer["finality"], "confirmed");
    seen(&api, &payment, usdc(&api, &payment, 15_000_000));
    becomes(&api, &payment, "transferred").await;
    seen(&api, &payment, usdc(&api, &payment, 1));
    becomes(&api, &payment, "overpaid").await;
    assert_eq!(told(&api).await, ["payment.underpaid", "payment.transferred", "payment.overpaid"]);
    second.cancel();
}

#[tokio::test]
async fn what_failed_and_what_went_elsewhere_is_nothing() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    let stranger = Pubkey::new_unique().to_string();
    seen(&api, &payment, Sent { error: json!("AccountInUse"), ..usdc(&api, &payment, 25_000_000) });
    seen(&api, &payment, Sent { wallet: &stranger, ..usdc(&api, &payment, 25_000_000) });
    seen(&api, &payment, Sent { mint: Pubkey::new_unique(), ..usdc(&api, &payment, 25_000_000) });
    let mismatched = becomes(&api, &payment, "mismatched").await;
    assert_eq!(mismatched["transfers"].as_array().unwrap().len(), 1);
    assert_eq!(told(&api).await, ["payment.mismatched"]);
}

#[tokio::test]
async fn a_payout_that_mentions_a_payment_does_not_pay_it() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    seen_with(&api, &[&payment], usdc(&api, &payment, 25_000_000), &[till::ID.to_string()]);
    // What comes behind it shows that it has been looked at.
    seen(&api, &payment, usdc(&api, &payment, 1));
    let underpaid = becomes(&api, &payment, "underpaid").await;
    assert_eq!(underpaid["transfers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_transfer_pays_one_payment() {
    let api = Api::start().await;
    let payments = [asked(&api).await, asked(&api).await];
    let [first, second] = &payments;
    seen_with(&api, &[first, second], usdc(&api, first, 25_000_000), &[]);
    for payment in &payments {
        seen(&api, payment, usdc(&api, payment, 1));
    }
    let statuses = async || {
        let mut statuses = Vec::new();
        for payment in &payments {
            statuses.push(shown(&api, payment).await["status"].as_str().unwrap().to_owned());
        }
        statuses.sort();
        statuses
    };
    eventually("one is paid", async || statuses().await == ["overpaid", "underpaid"]).await;
}

#[tokio::test]
async fn what_comes_behind_the_expiry_is_late() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    let expiry: chrono::DateTime<chrono::Utc> =
        serde_json::from_value(payment["authorization_expires_at"].clone()).unwrap();
    seen(&api, &payment, Sent { at: expiry.timestamp(), ..usdc(&api, &payment, 25_000_000) });
    becomes(&api, &payment, "late").await;
    assert_eq!(told(&api).await, ["payment.late"]);
}

#[tokio::test]
async fn a_transfer_becomes_final_or_is_taken_back() {
    let mut api = Api::start().await;
    let (kept, undone) = (asked(&api).await, asked(&api).await);
    for payment in [&kept, &undone] {
        seen(&api, payment, usdc(&api, payment, 25_000_000));
        becomes(&api, payment, "transferred").await;
    }
    {
        let mut node = api.rpc.node();
        node.mentions.get_mut(kept["address"].as_str().unwrap()).unwrap()[0]["confirmationStatus"] =
            json!("finalized");
        // A fork has put it elsewhere than where it was seen first.
        node.mentions.get_mut(kept["address"].as_str().unwrap()).unwrap()[0]["slot"] = json!(93);
        node.mentions.remove(undone["address"].as_str().unwrap());
    }
    eventually("finality", async || shown(&api, &kept).await["transfers"][0]["finality"] == "finalized")
        .await;
    // A node that knows nothing may only be behind: not before the slot is final is it taken back.
    assert_eq!(shown(&api, &undone).await["status"], "transferred");
    api.ledger.tick_to(90 + 32).await;
    let created = becomes(&api, &undone, "created").await;
    assert_eq!(created.get("transfers"), None);
    let told = told(&api).await;
    assert_eq!(told.iter().filter(|kind| *kind == "payment.transfer_reverted").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|kind| *kind == "payment.transferred").count(), 2, "{told:?}");
    assert_eq!(shown(&api, &kept).await["status"], "transferred");
}

#[tokio::test]
async fn what_transfers_have_paid_is_neither_paid_again_nor_taken_back() {
    let api = Api::start().await;
    let payment = asked(&api).await;
    let id = payment["id"].as_str().unwrap();
    seen(&api, &payment, usdc(&api, &payment, 25_000_000));
    becomes(&api, &payment, "transferred").await;
    let wallet = Pubkey::new_unique().to_string();
    let pay = api.post(&format!("/pay/{id}"), json!({ "account": wallet })).await;
    assert_eq!(code(pay).await, "payment_already_paid");
    let ways = api.get(&format!("/pay/{id}/options?account={wallet}")).await;
    assert_eq!(code(ways).await, "payment_already_paid");
    let cancel = api.post(&format!("/v1/payments/{id}/cancel"), json!({})).await;
    assert_eq!(code(cancel).await, "payment_already_paid");
    assert!(shown(&api, &payment).await["cancelled_at"].is_null());
}

#[tokio::test]
async fn a_transfer_is_judged_by_the_option_that_it_names() {
    let shop = Shop::open().await;
    let tokens = ["USDC", "SOL"];
    let body =
        json!({ "amount": "25.00", "currency": "EUR", "accepted_tokens": tokens, "accept_transfer": true });
    let payment = shop.created(body).await;
    let option = &payment.options[1];
    let named =
        json!({ "id": payment.id, "address": option.address, "transfer_wallet": payment.transfer_wallet });
    let half = || Sent { mint: shop.sol, ..usdc(&shop.api, &named, 100_000) };
    seen(&shop.api, &named, half());
    let underpaid = becomes(&shop.api, &named, "underpaid").await;
    assert_eq!(underpaid["address"], json!(option.address));
    // What has come keeps its quote.
    shop.end_quotes(&payment).await;
    let wallet = shop.wallet(&[]);
    shop.api.get(&format!("/pay/{}/options?account={wallet}", payment.id)).await;
    let addresses = |payment: &till_store::domain::Payment| {
        payment.options.iter().map(|option| option.address.clone()).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&shop.look(&payment.id).await), addresses(&payment));
    // The other half comes when that has ended.
    seen(&shop.api, &named, Sent { at: chrono::Utc::now().timestamp() + 1, ..half() });
    becomes(&shop.api, &named, "late").await;
}
