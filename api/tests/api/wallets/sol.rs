//! Paying in SOL, which a wallet holds as lamports and the program takes as tokens.

use anchor_spl::token::spl_token::native_mint;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::wallet;
use crate::asking::handed_out;
use crate::support::{Api, SPL_TOKEN, problem};

/// The rent of every account here, and what the network takes for a signature.
const RENT: u64 = 2_000_000;
const FEE: u64 = 5_000;
const PRICE: u64 = 500_000;

/// A shop that takes SOL, and the path of a payment of [`PRICE`].
async fn asked() -> (Api, String) {
    let mut api = Api::start().await;
    till_api::name_token(&api.database.pool, &native_mint::ID, "SOL", "Solana").await.unwrap();
    let merchant = api.merchant.address;
    api.ledger.open_vault(&merchant, &native_mint::ID, &SPL_TOKEN, 0).await;
    let payment: Value =
        api.post("/v1/payments", json!({ "amount": "0.50", "token": "SOL" })).await.json().await.unwrap();
    let path = format!("/pay/{}", payment["id"].as_str().unwrap());
    (api, path)
}

/// The programs that the transaction for a wallet calls, and the data of each instruction.
async fn instructions(api: &Api, path: &str, wallet: Pubkey) -> Vec<(Pubkey, Vec<u8>)> {
    let answer: Value = api.post(path, json!({ "account": wallet.to_string() })).await.json().await.unwrap();
    let message = handed_out(&answer).message;
    let program = |index: u8| message.static_account_keys()[usize::from(index)];
    let read = message.instructions().iter();
    read.map(|instruction| (program(instruction.program_id_index), instruction.data.clone())).collect()
}

fn wraps(data: &[u8], lamports: u64) -> bool {
    data == [&[2, 0, 0, 0][..], &lamports.to_le_bytes()].concat()
}

#[tokio::test]
async fn sol_is_wrapped_in_an_account_that_is_gone_afterwards() {
    let (api, path) = asked().await;
    let payer = wallet(&api, 1_000_000_000, &native_mint::ID, None);
    let all = instructions(&api, &path, payer).await;
    let [_, create, transfer, sync, pay, close, _] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(create.1, [1], "only where it is missing");
    assert!(transfer.0 == Pubkey::default() && wraps(&transfer.1, PRICE));
    assert_eq!((sync.0, sync.1.as_slice()), (SPL_TOKEN, &[17][..]));
    assert_eq!(pay.0, till::ID);
    assert_eq!((close.0, close.1.as_slice()), (SPL_TOKEN, &[9][..]));
}

#[tokio::test]
async fn an_account_of_wrapped_sol_gets_what_is_missing_and_stays() {
    let (api, path) = asked().await;
    let some = wallet(&api, 1_000_000_000, &native_mint::ID, Some(200_000));
    let all = instructions(&api, &path, some).await;
    let [_, transfer, _, pay, _] = all.as_slice() else { panic!("{all:?}") };
    assert!(wraps(&transfer.1, PRICE - 200_000) && pay.0 == till::ID);
    let enough = wallet(&api, 1_000_000_000, &native_mint::ID, Some(PRICE));
    assert_eq!(instructions(&api, &path, enough).await.len(), 3, "a limit, the payment, a memo");
}

#[tokio::test]
async fn what_is_missing_of_sol_is_one_sum_for_amount_fee_and_rent() {
    let (api, path) = asked().await;
    // The payment's account stays, that for wrapping passes through.
    let needed = PRICE + FEE + RENT + RENT;
    let short = wallet(&api, needed - 1, &native_mint::ID, None);
    let refused = problem(api.post(&path, json!({ "account": short.to_string() })).await).await;
    assert_eq!(refused.code, "insufficient_funds");
    assert!(refused.message.starts_with("you need 0.000001 SOL more"), "{}", refused.message);
    let ways = async |wallet: Pubkey| {
        let ways: Value = api.get(&format!("{path}/options?account={wallet}")).await.json().await.unwrap();
        ways["data"][0].clone()
    };
    let way = ways(short).await;
    assert_eq!((&way["affordable"], &way["missing"]["base_units"]), (&json!(false), &json!("1")));
    assert!(way["missing_sol"].is_null());
    let enough = wallet(&api, needed, &native_mint::ID, None);
    assert_eq!(ways(enough).await["affordable"], true);
    assert_eq!(instructions(&api, &path, enough).await.len(), 7);
}
