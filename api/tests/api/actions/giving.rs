//! Payment links and campaigns by a Blink.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use super::{code, press, show, signature, transaction, wallet};
use crate::support::{Api, SPL_TOKEN};

async fn link(api: &Api, change: Value) -> String {
    let mut body = json!({ "title": "Coffee for the team", "token": "USDC" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let made: Value = api.post("/v1/payment_links", body).await.json().await.unwrap();
    format!("/actions/link/{}", made["id"].as_str().unwrap_or_else(|| panic!("{made}")))
}

#[tokio::test]
async fn whoever_follows_a_link_chooses_an_amount_and_then_pays_it() {
    let api = Api::start().await;
    let amounts = json!({ "min_amount": "1", "max_amount": "100", "suggested_amounts": ["5", "20"] });
    let path = link(&api, amounts).await;
    let shown = show(&api, &path).await;
    assert_eq!(
        (&shown["title"], &shown["description"]),
        (&json!("Demo Shop"), &json!("Coffee for the team."))
    );
    let buttons = shown["links"]["actions"].as_array().unwrap();
    let labels: Vec<&str> = buttons.iter().map(|button| button["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["Pay 5 USDC", "Pay 20 USDC", "Pay"]);
    assert!(buttons.iter().all(|button| button["type"] == "post"));
    assert_eq!(buttons[0]["href"], format!("{path}?amount=5"));
    assert_eq!(buttons[2]["href"], format!("{path}?amount={{amount}}"));
    let field = &buttons[2]["parameters"][0];
    assert_eq!((field["min"].as_f64(), field["max"].as_f64()), (Some(1.0), Some(100.0)));

    let payer = wallet(&api, 25_000_000).to_string();
    let answer = press(&api, &format!("{path}?amount=5"), json!({ "account": payer })).await;
    assert_eq!(answer["type"], "post");
    assert!(answer.get("transaction").is_none());
    let next = &answer["links"]["next"];
    assert_eq!((&next["type"], &next["action"]["type"]), (&json!("inline"), &json!("action")));
    assert_eq!(next["action"]["label"], "Pay 5.00 USDC");
    let pay = next["action"]["links"]["actions"][0]["href"].as_str().unwrap();
    let handed_out = press(&api, pay, json!({ "account": payer })).await;
    assert_eq!(handed_out["message"], "Pay 5.00 USDC to Demo Shop");

    let body = json!({ "account": payer });
    assert_eq!(code(&api, &format!("{path}?amount=101"), body.clone()).await, "amount_invalid");
    assert_eq!(code(&api, &path, body.clone()).await, "amount_invalid");
    let signed = json!({ "account": payer, "signature": signature() });
    assert_eq!(code(&api, &format!("{path}/next"), signed).await, "route_not_found");
    assert_eq!(code(&api, "/actions/link/lnk_nope", body).await, "link_not_found");
}

#[tokio::test]
async fn a_link_of_one_amount_has_one_button_and_a_link_that_is_off_has_none() {
    let api = Api::start().await;
    let path = link(&api, json!({ "amount": "12.50" })).await;
    let shown = show(&api, &path).await;
    let expected =
        json!([{ "type": "post", "href": format!("{path}?amount=12.50"), "label": "Pay 12.50 USDC" }]);
    assert_eq!(shown["links"]["actions"], expected);
    let id = path.rsplit('/').next().unwrap();
    let off = api.request(reqwest::Method::PATCH, &format!("/v1/payment_links/{id}"));
    assert!(off.json(&json!({ "active": false })).send().await.unwrap().status().is_success());
    assert_eq!(show(&api, &path).await["disabled"], true);
    let body = json!({ "account": Pubkey::new_unique().to_string() });
    assert_eq!(code(&api, &format!("{path}?amount=12.50"), body).await, "link_inactive");
}

/// A campaign for 100.00 of the shop's token, as the indexer has it.
async fn campaign(api: &Api, kind: &str, deadline: DateTime<Utc>) -> String {
    let address = Pubkey::new_unique().to_string();
    sqlx::query(
        "INSERT INTO chain.campaigns (address, creator, beneficiary, mint, campaign_token, token_program, decimals,
             rent_payer, campaign_id, goal, deadline, kind, salt, slot)
         VALUES ($1, 'creator', 'beneficiary', $2, 'token', $3, 6, 'payer', 1, 100000000, $4, $5, 0, 100)",
    )
    .bind(&address)
    .bind(api.mint.to_string())
    .bind(SPL_TOKEN.to_string())
    .bind(deadline)
    .bind(kind)
    .execute(&api.database.pool)
    .await
    .unwrap();
    address
}

#[tokio::test]
async fn a_donor_gives_what_it_likes_and_is_told_what_arrived() {
    let mut api = Api::start().await;
    let campaign = campaign(&api, "all_or_nothing", Utc::now() + TimeDelta::days(1)).await;
    let path = format!("/actions/donate/{campaign}");
    let shown = show(&api, &path).await;
    assert_eq!(shown["icon"], "https://pay.example/icons/donate.png");
    let description = shown["description"].as_str().unwrap();
    assert!(description.contains("0.00 USDC of 100.00 USDC raised"), "{description}");
    assert!(description.contains("you take your donation back"), "{description}");
    let button = &shown["links"]["actions"][0];
    assert_eq!(button["href"], format!("{path}?amount={{amount}}"));
    assert_eq!(button["parameters"][0]["min"], 0.000001);

    let donor = wallet(&api, 25_000_000);
    let answer = press(&api, &format!("{path}?amount=5.5"), json!({ "account": donor.to_string() })).await;
    assert!(answer["message"].as_str().unwrap().contains("5.50 USDC"), "{answer}");
    let campaign_key: Pubkey = campaign.parse().unwrap();
    assert!(transaction(&answer).message.static_account_keys().contains(&campaign_key));
    let nothing = json!({ "account": donor.to_string() });
    assert_eq!(code(&api, &path, nothing).await, "amount_invalid");

    let (landed, next) = (signature(), format!("{path}/next"));
    let event = json!({ "campaign_address": campaign, "donor": donor.to_string(), "amount": "5500000" });
    api.ledger.tell("Donated", &campaign, event, &landed).await;
    let done = press(&api, &next, json!({ "account": donor.to_string(), "signature": landed })).await;
    assert_eq!((&done["type"], &done["label"]), (&json!("completed"), &json!("Donated")));
    let description = done["description"].as_str().unwrap();
    assert!(description.starts_with("5.50 USDC donated.") && description.contains(&landed), "{description}");
    let stranger = json!({ "account": Pubkey::new_unique().to_string(), "signature": landed });
    assert_eq!(code(&api, &next, stranger).await, "signer_not_allowed");
    // It is no refund, and no donation to another campaign.
    let signed = json!({ "account": donor.to_string(), "signature": landed });
    assert_eq!(code(&api, &format!("/actions/refund/{campaign}/next"), signed).await, "transaction_not_seen");
}

#[tokio::test]
async fn a_missed_campaign_gives_back_by_the_same_blink() {
    let mut api = Api::start().await;
    api.ledger.tick().await;
    let deadline = api.ledger.clock - TimeDelta::days(1);
    let missed = campaign(&api, "all_or_nothing", deadline).await;
    let refund = format!("/actions/refund/{missed}");
    let shown = show(&api, &format!("/actions/donate/{missed}")).await;
    assert_eq!(shown["links"]["actions"][0]["href"], refund);
    assert_eq!(show(&api, &refund).await["links"]["actions"][0]["href"], refund);
    let account = wallet(&api, 0).to_string();
    assert_eq!(code(&api, &refund, json!({ "account": account })).await, "nothing_to_refund");

    let landed = signature();
    let event = json!({ "received": "5500000", "amount": "5500000", "receipt": { "donor": account } });
    api.ledger.tell("DonationRefunded", &missed, event, &landed).await;
    let done =
        press(&api, &format!("{refund}/next"), json!({ "account": account, "signature": landed })).await;
    assert_eq!(done["type"], "completed");
    assert!(done["description"].as_str().unwrap().starts_with("5.50 USDC are back"), "{done}");

    let over = campaign(&api, "keep_all", deadline).await;
    for path in [format!("/actions/donate/{over}"), format!("/actions/refund/{over}")] {
        assert_eq!(show(&api, &path).await["disabled"], true, "{path}");
    }
    let unknown = format!("/actions/donate/{}", Pubkey::new_unique());
    assert_eq!(
        code(&api, &unknown, json!({ "account": account, "data": { "amount": "1" } })).await,
        "campaign_not_found"
    );
}
