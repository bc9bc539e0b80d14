//! Giving to a campaign while paying.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::{Shop, handed_out};
use crate::support::{Api, code, problem};

/// A campaign as the indexer has it.
async fn campaign(api: &Api, mint: Pubkey, kind: &str, deadline: DateTime<Utc>) -> Pubkey {
    let address = Pubkey::new_unique();
    sqlx::query(
        "INSERT INTO chain.campaigns (address, creator, beneficiary, mint, campaign_token, token_program, decimals,
             rent_payer, campaign_id, goal, deadline, kind, salt, slot)
         VALUES ($1, 'creator', 'beneficiary', $2, 'token', $3, 6, 'payer', 1, 1000, $4, $5, 0, 100)",
    )
    .bind(address.to_string())
    .bind(mint.to_string())
    .bind(crate::support::SPL_TOKEN.to_string())
    .bind(deadline)
    .bind(kind)
    .execute(&api.database.pool)
    .await
    .unwrap();
    address
}

#[tokio::test]
async fn a_donation_goes_with_the_payment() {
    let shop = Shop::open().await;
    let later = Utc::now() + TimeDelta::days(1);
    for (kind, receipts) in [("keep_all", false), ("all_or_nothing", true)] {
        let campaign = campaign(&shop.api, shop.api.mint, kind, later).await;
        let body = json!({
            "amount": "25.00", "token": "USDC", "donation": { "campaign": campaign.to_string(), "suggested": ["1.00"] },
        });
        let payment = shop.created(body).await;
        let pay = format!("/pay/{}", payment.id);
        let wallet = shop.wallet(&[(shop.api.mint, 26_000_000)]);
        let body = json!({ "account": wallet.to_string(), "donation": "1.00" });
        let answer: Value = shop.api.post(&pay, body).await.json().await.unwrap();
        assert_eq!(answer["message"], "Pay 25.00 USDC to Demo Shop and give 1.00 USDC");
        let message = handed_out(&answer).message;
        let [_, _, donate, _] = message.instructions() else {
            panic!("a limit, the payment, the donation, a memo")
        };
        let keys = message.static_account_keys();
        assert_eq!(keys[usize::from(donate.program_id_index)], till::ID);
        let receipt = till::client::ReceiptKey::of(&campaign, &wallet).address;
        assert_eq!((keys.contains(&campaign), keys.contains(&receipt)), (true, receipts));

        let more = json!({ "account": wallet.to_string(), "donation": "1.01" });
        let refused = problem(shop.api.post(&pay, more).await).await;
        assert_eq!(
            (refused.code.as_str(), refused.message.as_str()),
            ("insufficient_funds", "you need 0.01 USDC more")
        );
        let nothing = json!({ "account": wallet.to_string(), "donation": "0" });
        assert_eq!(code(shop.api.post(&pay, nothing).await).await, "amount_invalid");
    }
}

#[tokio::test]
async fn only_an_open_campaign_of_an_accepted_token_is_offered() {
    let shop = Shop::open().await;
    let (later, earlier) = (Utc::now() + TimeDelta::days(1), Utc::now() - TimeDelta::days(1));
    let over = campaign(&shop.api, shop.api.mint, "keep_all", earlier).await;
    let other = campaign(&shop.api, shop.sol, "keep_all", later).await;
    for campaign in [over, other, Pubkey::new_unique()] {
        let donation = json!({ "campaign": campaign.to_string() });
        let body = json!({ "amount": "1", "token": "USDC", "donation": donation });
        let refused = problem(shop.api.post("/v1/payments", body).await).await;
        assert_eq!(
            (refused.code.as_str(), refused.errors[0].field.as_str()),
            ("campaign_not_open", "donation.campaign")
        );
    }
    let plain = shop.created(json!({ "amount": "1", "token": "USDC" })).await;
    let wallet = shop.wallet(&[(shop.api.mint, 26_000_000)]);
    let body = json!({ "account": wallet.to_string(), "donation": "1.00" });
    assert_eq!(code(shop.api.post(&format!("/pay/{}", plain.id), body).await).await, "campaign_not_open");
}
