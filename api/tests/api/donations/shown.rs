//! What is shown of a campaign.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::Campaign;
use crate::support::Api;

async fn look(api: &Api, campaign: &Campaign) -> Value {
    api.get(&format!("/v1/campaigns/{}", campaign.address)).await.json().await.unwrap()
}

#[tokio::test]
async fn a_campaign_is_what_its_donations_make_of_it() {
    let api = Api::start().await;
    let campaign = Campaign { raised: 600_000, ..Campaign::new("all_or_nothing") }.index(&api).await;
    let (one, two) = (Pubkey::new_unique(), Pubkey::new_unique());
    for (sequence, donor, amount) in [(2, &one, 100_000), (3, &two, 200_000), (4, &one, 300_000)] {
        campaign.donation(&api, donor, amount, sequence).await;
    }
    let shown = look(&api, &campaign).await;
    assert_eq!((&shown["donations"], &shown["donors"]), (&json!(3), &json!(2)));
    assert_eq!((&shown["raised"]["value"], &shown["goal"]["value"]), (&json!("0.60"), &json!("1.00")));
    assert_eq!((&shown["status"], &shown["kind"]), (&json!("open"), &json!("all_or_nothing")));
    assert_eq!(shown["action_url"], format!("https://pay.example/actions/donate/{}", campaign.address));

    let path = format!("/v1/campaigns/{}/donations", campaign.address);
    let page: Value = api.get(&format!("{path}?limit=2")).await.json().await.unwrap();
    let sequences = |page: &Value| -> Vec<i64> {
        page["data"].as_array().unwrap().iter().map(|known| known["sequence"].as_i64().unwrap()).collect()
    };
    assert_eq!(sequences(&page), [4, 3]);
    let next = format!("{path}?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let page: Value = api.get(&next).await.json().await.unwrap();
    assert_eq!((sequences(&page), &page["next_cursor"]), (vec![2], &Value::Null));
}

#[tokio::test]
async fn the_chains_time_ends_a_campaign() {
    let mut api = Api::start().await;
    let campaign = Campaign::new("all_or_nothing").index(&api).await;
    assert_eq!(look(&api, &campaign).await["status"], "open");
    api.ledger.clock = Utc::now() + TimeDelta::days(2);
    api.ledger.tick().await;
    assert_eq!(look(&api, &campaign).await["status"], "missed");
}

#[tokio::test]
async fn a_receipt_says_what_becomes_of_a_donation() {
    let api = Api::start().await;
    let donor = Pubkey::new_unique();
    for (campaign, refundable, closable) in [
        (Campaign::new("all_or_nothing"), false, false),
        (Campaign::over("all_or_nothing", 5), true, false),
        (Campaign::over("all_or_nothing", 1_000_000), false, true),
    ] {
        let campaign = campaign.index(&api).await;
        campaign.receipt(&api, &donor, 5).await;
        let path = format!("/v1/campaigns/{}/receipts/{donor}", campaign.address);
        let receipt: Value = api.get(&path).await.json().await.unwrap();
        assert_eq!((&receipt["refundable"], &receipt["closable"]), (&json!(refundable), &json!(closable)));
        assert_eq!((&receipt["owed"]["base_units"], &receipt["outcome"]), (&json!("5"), &Value::Null));
    }
    let campaign = Campaign::new("keep_all").index(&api).await;
    campaign.donation(&api, &donor, 7, 9).await;
    let path = format!("/v1/campaigns/{}/receipts/{donor}", campaign.address);
    let receipt: Value = api.get(&path).await.json().await.unwrap();
    assert_eq!((&receipt["amount"]["base_units"], &receipt["refundable"]), (&json!("7"), &json!(false)));
}
