//! What merchants say of their campaigns.

use serde_json::{Value, json};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_api::Code;

use super::Campaign;
use crate::problems::Seen;
use crate::support::{Api, Merchant, code};

/// The wallet that governs a merchant, which is also its payout wallet; see `support`.
async fn authority(api: &Api, merchant: &Merchant) -> Pubkey {
    let known: String = sqlx::query_scalar("SELECT authority FROM chain.merchants WHERE address = $1")
        .bind(merchant.address.to_string())
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    known.parse().unwrap()
}

async fn say(api: &Api, key: &str, campaign: &Campaign, body: Value) -> reqwest::Response {
    let url = format!("{}/v1/campaigns/{}/profile", api.url, campaign.address);
    reqwest::Client::new().put(url).bearer_auth(key).json(&body).send().await.unwrap()
}

fn words() -> Value {
    json!({ "title": "A well", "description": "Deep.", "suggested_amounts": ["5", "25"] })
}

#[tokio::test]
async fn a_merchant_describes_its_own_campaigns_and_lists_them() {
    let api = Api::start().await;
    let wallet = authority(&api, &api.merchant).await;
    let created = Campaign { creator: wallet, ..Campaign::new("keep_all") }.index(&api).await;
    let paid = Campaign { beneficiary: wallet, ..Campaign::new("keep_all") }.index(&api).await;
    let strangers = Campaign::new("keep_all").index(&api).await;
    for campaign in [&created, &paid] {
        let shown: Value = say(&api, &api.merchant.key, campaign, words()).await.json().await.unwrap();
        assert_eq!((&shown["title"], &shown["merchant_name"]), (&json!("A well"), &json!("Demo Shop")));
        assert_eq!(shown["suggested_amounts"], json!(["5", "25"]));
    }
    assert_eq!(code(say(&api, &api.merchant.key, &strangers, words()).await).await, "signer_not_allowed");
    let page: Value = api.get("/v1/campaigns?limit=1").await.json().await.unwrap();
    assert_eq!(page["data"][0]["address"], paid.address.to_string());
    let next = format!("/v1/campaigns?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    let page: Value = api.get(&next).await.json().await.unwrap();
    assert_eq!(
        (&page["data"][0]["address"], &page["next_cursor"]),
        (&json!(created.address.to_string()), &Value::Null)
    );
}

#[tokio::test]
async fn the_gateways_own_operator_gives_nobody_a_right() {
    let api = Api::start().await;
    let campaign =
        Campaign { beneficiary: api.operator.pubkey(), ..Campaign::new("keep_all") }.index(&api).await;
    assert_eq!(code(say(&api, &api.merchant.key, &campaign, words()).await).await, "signer_not_allowed");
}

#[tokio::test]
async fn words_are_plain_and_bounded() {
    let api = Api::start().await;
    let wallet = authority(&api, &api.merchant).await;
    let campaign = Campaign { creator: wallet, ..Campaign::new("keep_all") }.index(&api).await;
    for (change, expected) in [
        (json!({ "title": "" }), "validation_failed"),
        (json!({ "title": "x".repeat(101) }), "validation_failed"),
        (json!({ "description": "x".repeat(2_001) }), "validation_failed"),
        (json!({ "suggested_amounts": ["0"] }), "amount_invalid"),
        (json!({ "suggested_amounts": ["1.1234567"] }), "amount_invalid"),
        (json!({ "suggested_amounts": ["1", "1", "1", "1", "1", "1", "1", "1", "1"] }), "validation_failed"),
    ] {
        let mut body = words();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(code(say(&api, &api.merchant.key, &campaign, body).await).await, expected, "{change}");
    }
}

/// A payout wallet is named without its signature: who only names it gives way to who is it.
pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let other = api.another_merchant().await;
    let (mine, theirs) = (authority(api, &api.merchant).await, authority(api, &other).await);
    sqlx::query("UPDATE chain.merchants SET payout_wallet = $2 WHERE address = $1")
        .bind(other.address.to_string())
        .bind(mine.to_string())
        .execute(&api.database.pool)
        .await
        .unwrap();
    let campaign = Campaign { creator: mine, beneficiary: theirs, ..Campaign::new("keep_all") };
    let named = Campaign { creator: mine, ..Campaign::new("keep_all") }.index(api).await;
    assert_eq!(say(api, &other.key, &named, words()).await.status(), 200, "nobody has said anything yet");
    assert_eq!(say(api, &api.merchant.key, &named, words()).await.status(), 200, "it is its own");
    seen.expect(Code::ProfileTaken, say(api, &other.key, &named, words()).await).await;

    let shared = campaign.index(api).await;
    assert_eq!(say(api, &other.key, &shared, words()).await.status(), 200);
    seen.expect(Code::ProfileTaken, say(api, &api.merchant.key, &shared, words()).await).await;
}
