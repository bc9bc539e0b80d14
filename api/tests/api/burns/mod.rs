//! Burning tokens.

use reqwest::StatusCode;
use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use till::client::{self, Token};
use till::{BurnRecord, pda};
use till_api::Code;

use crate::problems::Seen;
use crate::support::tokens::{assert_same, handed_out};
use crate::support::{Api, SPL_TOKEN, problem};

async fn act(api: &Api, action: &str, wallet: &Pubkey, amount: Option<&str>) -> reqwest::Response {
    let path = format!("/v1/burns/{}/transactions", api.mint);
    api.post(&path, json!({ "action": action, "account": wallet.to_string(), "amount": amount })).await
}

/// The mint's record is open on the chain.
fn open_record(api: &Api) {
    let (address, _) = pda::burn_record(&api.mint);
    let record = BurnRecord { mint: api.mint, ..bytemuck::Zeroable::zeroed() };
    api.place(&address, &record);
}

#[tokio::test]
async fn a_holder_burns_and_opens_the_record_that_is_missing() {
    let api = Api::start().await;
    let wallet = api.wallet(Some(25_000_000));
    let token = Token { mint: api.mint, program: SPL_TOKEN };
    let burn = client::burn(wallet, token.account_of(&wallet), &token, 25_000_000);

    let (instructions, message) = handed_out(act(&api, "burn", &wallet, Some("25")).await).await;
    assert_same(&instructions, &[client::open_burn_record(wallet, api.mint), burn.clone()]);
    assert_eq!(message, "Burn 25.00 USDC: they are gone for ever");

    let (instructions, _) = handed_out(act(&api, "open", &wallet, None).await).await;
    assert_same(&instructions, &[client::open_burn_record(wallet, api.mint)]);

    open_record(&api);
    let (instructions, _) = handed_out(act(&api, "burn", &wallet, Some("25")).await).await;
    assert_same(&instructions, &[burn]);
}

#[tokio::test]
async fn nobody_burns_more_than_he_has() {
    let api = Api::start().await;
    let wallet = api.wallet(Some(25_000_000));
    let refused = problem(act(&api, "burn", &wallet, Some("28.20")).await).await;
    assert_eq!(
        (refused.code.as_str(), refused.detail.as_str()),
        ("insufficient_funds", "you need 3.20 USDC more")
    );
    for nothing in [None, Some("0"), Some("-1"), Some("0.0000001")] {
        assert_eq!(problem(act(&api, "burn", &wallet, nothing).await).await.code, "amount_invalid");
    }
}

#[tokio::test]
async fn totals_are_of_holders_and_of_fees() {
    let api = Api::start().await;
    api.wallet(None);
    let path = format!("/v1/burns/{}", api.mint);
    let shown: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&shown["burned"]["total"]["value"], &shown["burns"]), (&json!("0.00"), &json!(0)));

    let (record, _) = pda::burn_record(&api.mint);
    sqlx::query(
        "INSERT INTO chain.burn_records (address, mint, decimals, rent_payer, burned_by_holders, burned_from_fees,
             sequence, slot) VALUES ($1, $2, 6, 'payer', 2000000, 500000, 2, 100)",
    )
    .bind(record.to_string())
    .bind(api.mint.to_string())
    .execute(&api.database.pool)
    .await
    .unwrap();
    for (sequence, owner, amount) in [(1, Some("holder"), 2_000_000), (2, None, 500_000)] {
        sqlx::query(
            "INSERT INTO chain.burns (signature, instruction, inner_index, record, sequence, mint, owner, amount,
                 burned_at, slot) VALUES ($1, 0, 0, $2, $3, $4, $5, $6, now(), 100)",
        )
        .bind(format!("signature{sequence}"))
        .bind(record.to_string())
        .bind(i64::from(sequence))
        .bind(api.mint.to_string())
        .bind(owner)
        .bind(amount)
        .execute(&api.database.pool)
        .await
        .unwrap();
    }
    let shown: Value = api.get(&path).await.json().await.unwrap();
    let value = |money: &Value| money["value"].as_str().unwrap().to_owned();
    assert_eq!(value(&shown["supply"]), "1000000.00");
    let burned = &shown["burned"];
    let sums = [&burned["by_holders"], &burned["from_fees"], &burned["total"]].map(value);
    assert_eq!(sums, ["2.00", "0.50", "2.50"]);
    assert_eq!(
        (&shown["recent"][0]["owner"], &shown["recent"][1]["owner"]),
        (&Value::Null, &json!("holder"))
    );
    assert_eq!(shown["page_url"], format!("https://pay.example/burns/{}", api.mint));
}

/// Provokes the codes that belong here.
pub async fn provoke(seen: &mut Seen) {
    let api = Api::start().await;
    let wallet = api.wallet(Some(1));
    for nowhere in ["me".to_owned(), Pubkey::new_unique().to_string(), wallet.to_string()] {
        let answer = api.get(&format!("/v1/burns/{nowhere}")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        seen.expect(Code::MintNotFound, answer).await;
    }
    open_record(&api);
    seen.expect(Code::BurnRecordOpen, act(&api, "open", &wallet, None).await).await;
}
