//! The transactions of a campaign.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};
use till::client::{self, CampaignKey, Payer, ReceiptKey, Token};
use till::{CampaignKind, CampaignTerms};

use super::Campaign;
use crate::support::rpc::mint_with_fee;
use crate::support::tokens::{assert_same, handed_out};
use crate::support::{Api, SPL_TOKEN, code, problem};

fn token(api: &Api) -> Token {
    Token { mint: api.mint, program: SPL_TOKEN }
}

#[tokio::test]
async fn a_donation_comes_with_a_receipt_where_it_may_go_back() {
    let api = Api::start().await;
    let donor = api.wallet(Some(25_000_000));
    for (kind, gives_receipt) in [("keep_all", false), ("all_or_nothing", true)] {
        let campaign = Campaign::new(kind).index(&api).await;
        let answer = campaign.act(&api, "donate", &donor, Some("25.00")).await;
        let (instructions, message) = handed_out(answer).await;
        let key = CampaignKey { address: campaign.address, token: token(&api) };
        let receipt = gives_receipt.then(|| ReceiptKey::of(&campaign.address, &donor));
        let payer = Payer::wallet(donor, &token(&api), 25_000_000);
        assert_same(&instructions, &[client::donate(&payer, &key, receipt, 25_000_000)]);
        assert_eq!(message, format!("Give 25.00 USDC to the campaign {}", campaign.address));

        let refused = problem(campaign.act(&api, "donate", &donor, Some("28.2")).await).await;
        assert_eq!(refused.detail, "you need 3.20 USDC more");
        assert_eq!(code(campaign.act(&api, "donate", &donor, None).await).await, "amount_invalid");
    }
}

#[tokio::test]
async fn a_transfer_fee_comes_on_top_of_a_donation() {
    let api = Api::start().await;
    let donor = api.wallet(Some(30_000_000));
    let mint = (SPL_TOKEN, 2_000_000, mint_with_fee(6, 100));
    api.rpc.node().accounts.insert(api.mint.to_string(), mint);
    let campaign = Campaign::new("keep_all").index(&api).await;
    let answer = campaign.act(&api, "donate", &donor, Some("25")).await;
    let (instructions, message) = handed_out(answer).await;
    let key = CampaignKey { address: campaign.address, token: token(&api) };
    let payer = Payer::wallet(donor, &token(&api), 25_252_526);
    assert_same(&instructions, &[client::donate(&payer, &key, None, 25_000_000)]);
    assert!(
        message.ends_with("; with the token's transfer fee, 25.252526 USDC leave your wallet"),
        "{message}"
    );
    let refused = problem(campaign.act(&api, "donate", &donor, Some("30")).await).await;
    assert_eq!(refused.detail, "you need 0.303031 USDC more");
}

#[tokio::test]
async fn nothing_is_given_to_a_campaign_that_has_ended() {
    let api = Api::start().await;
    let donor = api.wallet(Some(25_000_000));
    let over = Campaign::over("keep_all", 0).index(&api).await;
    let cancelled = Campaign { cancelled: true, ..Campaign::new("keep_all") }.index(&api).await;
    for (campaign, detail) in [
        (over, "the campaign's deadline has passed"),
        (cancelled, "the campaign was called off by its creator"),
    ] {
        let refused = problem(campaign.act(&api, "donate", &donor, Some("1")).await).await;
        assert_eq!((refused.code.as_str(), refused.detail.as_str()), ("campaign_not_open", detail));
    }
}

#[tokio::test]
async fn donors_of_a_missed_or_cancelled_campaign_take_everything_back_once() {
    let api = Api::start().await;
    let donor = api.wallet(None);
    let missed = Campaign::over("all_or_nothing", 999_999);
    let cancelled = Campaign { cancelled: true, raised: 999_999, ..Campaign::new("all_or_nothing") };
    for campaign in [missed, cancelled] {
        let campaign = campaign.index(&api).await;
        let receipt = campaign.receipt(&api, &donor, 999_999).await;
        let (instructions, message) = handed_out(campaign.act(&api, "refund", &donor, None).await).await;
        let key = CampaignKey { address: campaign.address, token: token(&api) };
        let to = token(&api).account_of(&donor);
        assert_same(&instructions, &[client::refund_donation(&key, receipt, donor, to)]);
        assert!(message.starts_with("Take 0.999999 USDC back"), "{message}");

        sqlx::query("UPDATE chain.receipts SET outcome = 'refunded', amount = 0 WHERE address = $1")
            .bind(receipt.to_string())
            .execute(&api.database.pool)
            .await
            .unwrap();
        let refused = problem(campaign.act(&api, "refund", &donor, None).await).await;
        assert_eq!(refused.detail, "this wallet has had it back already");
        let stranger = api.wallet(None);
        let refused = problem(campaign.act(&api, "refund", &stranger, None).await).await;
        assert_eq!(refused.detail, "this wallet has given nothing to it");
    }
}

#[tokio::test]
async fn nobody_takes_back_what_is_the_beneficiarys_or_may_be() {
    let api = Api::start().await;
    let donor = api.wallet(None);
    for (campaign, words) in [
        (Campaign::new("all_or_nothing"), "the campaign runs until"),
        (Campaign::over("all_or_nothing", 1_000_000), "the campaign has reached its goal"),
        (Campaign::over("keep_all", 1), "this campaign keeps what it is given"),
    ] {
        let campaign = campaign.index(&api).await;
        campaign.receipt(&api, &donor, 1).await;
        let refused = problem(campaign.act(&api, "refund", &donor, None).await).await;
        assert_eq!(refused.code, "nothing_to_refund");
        assert!(refused.detail.starts_with(words), "{}", refused.detail);
    }
}

#[tokio::test]
async fn a_beneficiary_is_paid_by_whoever_asks() {
    let api = Api::start().await;
    let anyone = api.wallet(None);
    for campaign in
        [Campaign { raised: 5, ..Campaign::new("keep_all") }, Campaign::over("all_or_nothing", 1_000_000)]
    {
        let campaign = campaign.index(&api).await;
        let (instructions, _) = handed_out(campaign.act(&api, "withdraw", &anyone, None).await).await;
        let key = CampaignKey { address: campaign.address, token: token(&api) };
        let to = token(&api).account_of(&campaign.beneficiary);
        assert_same(&instructions, &[client::withdraw_donations(&key, to)]);
    }
    let missed = Campaign::over("all_or_nothing", 999_999).index(&api).await;
    assert_eq!(code(missed.act(&api, "withdraw", &anyone, None).await).await, "nothing_to_withdraw");
    let empty = Campaign::new("keep_all").index(&api).await;
    assert_eq!(code(empty.act(&api, "withdraw", &anyone, None).await).await, "nothing_to_withdraw");
}

#[tokio::test]
async fn rent_comes_back_when_all_is_over() {
    let api = Api::start().await;
    let donor = api.wallet(None);
    let campaign = Campaign::over("all_or_nothing", 1_000_000).index(&api).await;
    let receipt = campaign.receipt(&api, &donor, 1_000_000).await;
    let (instructions, _) = handed_out(campaign.act(&api, "close_receipt", &donor, None).await).await;
    assert_same(&instructions, &[client::close_donation(campaign.address, receipt, donor)]);

    let (instructions, _) = handed_out(campaign.act(&api, "close", &donor, None).await).await;
    let key = CampaignKey { address: campaign.address, token: token(&api) };
    let to = token(&api).account_of(&campaign.beneficiary);
    assert_same(&instructions, &[client::close_campaign(&key, to, campaign.creator)]);
}

#[tokio::test]
async fn only_the_creator_calls_a_campaign_off() {
    let api = Api::start().await;
    let stranger = api.wallet(None);
    let campaign = Campaign::new("keep_all").index(&api).await;
    assert_eq!(code(campaign.act(&api, "cancel", &stranger, None).await).await, "signer_not_allowed");
    let creator = campaign.creator;
    let sol = (solana_pubkey::Pubkey::default(), 1_000_000_000, vec![]);
    api.rpc.node().accounts.insert(creator.to_string(), sol);
    let (instructions, _) = handed_out(campaign.act(&api, "cancel", &creator, None).await).await;
    assert_same(&instructions, &[client::cancel_campaign(creator, campaign.address)]);
}

#[tokio::test]
async fn a_campaign_is_created_where_its_terms_say() {
    let api = Api::start().await;
    let creator = api.wallet(None);
    let deadline = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap() + TimeDelta::days(30);
    let body = json!({
        "creator": creator.to_string(), "token": "USDC", "kind": "all_or_nothing", "goal": "1000",
        "deadline": deadline, "id": 7,
    });
    let answer = api.post("/v1/campaigns/transactions", body.clone()).await;
    let address = answer.json::<Value>().await.unwrap()["address"].clone();
    let terms = CampaignTerms {
        id: 7,
        beneficiary: creator,
        goal: 1_000_000_000,
        deadline: deadline.timestamp(),
        kind: CampaignKind::AllOrNothing,
    };
    assert_eq!(address, CampaignKey::of(&creator, token(&api), &terms).address.to_string());
    let (instructions, _) = handed_out(api.post("/v1/campaigns/transactions", body.clone()).await).await;
    assert_same(&instructions, &[client::create_campaign(creator, creator, &token(&api), terms)]);

    for (change, expected) in [
        (json!({ "deadline": Utc::now() - TimeDelta::seconds(1) }), "validation_failed"),
        (json!({ "deadline": Utc::now() + TimeDelta::days(366) }), "validation_failed"),
        (json!({ "goal": "0" }), "amount_invalid"),
        (json!({ "token": "DOGE" }), "token_not_accepted"),
        (json!({ "creator": "me" }), "account_invalid"),
    ] {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = api.post("/v1/campaigns/transactions", body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(code(refused).await, expected, "{change}");
    }
}
