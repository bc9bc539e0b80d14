//! What merchants say of their campaigns.

use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_api::Code;

use super::{Campaign, admin, before_proofs, prove};
use crate::problems::Seen;
use crate::support::{Api, Merchant, code, problem};

/// The wallet that founded a merchant and governs it, which is also its payout wallet; see `support`.
async fn authority(api: &Api, merchant: &Merchant) -> Pubkey {
    let known: String = sqlx::query_scalar("SELECT authority FROM chain.merchants WHERE address = $1")
        .bind(merchant.address.to_string())
        .fetch_one(&api.database.pool)
        .await
        .unwrap();
    known.parse().unwrap()
}

/// Changes a merchant's account by a statement with the merchant as `$1` and the wallet as `$2`.
async fn change(api: &Api, merchant: &Merchant, statement: &'static str, wallet: &Pubkey) {
    sqlx::query(statement)
        .bind(merchant.address.to_string())
        .bind(wallet.to_string())
        .execute(&api.database.pool)
        .await
        .unwrap();
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
async fn a_wallet_that_a_merchant_only_names_gives_it_no_right() {
    let mut api = Api::start().await;
    for statement in [
        "UPDATE chain.merchants SET authority = $2 WHERE address = $1",
        "UPDATE chain.merchants SET operator = $2 WHERE address = $1",
        "UPDATE chain.merchants SET payout_wallet = $2 WHERE address = $1",
        // Not even of one's own account, once another wallet governs it.
        "UPDATE chain.merchants SET founder = $2 WHERE address = $1",
    ] {
        let attacker = api.another_merchant().await;
        let named = Pubkey::new_unique();
        change(&api, &attacker, statement, &named).await;
        let created = Campaign { creator: named, ..Campaign::new("keep_all") }.index(&api).await;
        let paid = Campaign { beneficiary: named, ..Campaign::new("keep_all") }.index(&api).await;
        for campaign in [&created, &paid] {
            let refused = problem(say(&api, &attacker.key, campaign, words()).await).await;
            assert_eq!(refused.code, "signer_not_allowed", "{statement}");
            let way = "sign in with the wallet of the campaign's creator or beneficiary";
            assert!(refused.detail.starts_with(way), "{}", refused.detail);
            let path = format!("/v1/campaigns/{}", campaign.address);
            let shown: Value = api.get(&path).await.json().await.unwrap();
            assert_eq!((&shown["title"], &shown["merchant_name"]), (&Value::Null, &Value::Null));
        }
    }
}

#[tokio::test]
async fn a_wallet_that_signed_in_describes_its_campaigns() {
    let api = Api::start().await;
    let (wallet, other) = (Keypair::new(), Keypair::new());
    let (token, others) = (admin(&api, &wallet).await, admin(&api, &other).await);
    let created = Campaign { creator: wallet.pubkey(), ..Campaign::new("keep_all") }.index(&api).await;
    let paid = Campaign { beneficiary: wallet.pubkey(), ..Campaign::new("keep_all") }.index(&api).await;
    for campaign in [&created, &paid] {
        for stranger in [&others, &api.merchant.key] {
            assert_eq!(code(say(&api, stranger, campaign, words()).await).await, "signer_not_allowed");
        }
        let shown: Value = say(&api, &token, campaign, words()).await.json().await.unwrap();
        assert_eq!((&shown["title"], &shown["merchant_name"]), (&json!("A well"), &json!("Demo Shop")));
    }
}

#[tokio::test]
async fn the_creators_word_stands_before_the_beneficiarys() {
    let mut api = Api::start().await;
    let (other, third) = (api.another_merchant().await, api.another_merchant().await);
    let (mine, theirs) = (authority(&api, &api.merchant).await, authority(&api, &other).await);
    let both = "UPDATE chain.merchants SET founder = $2, authority = $2 WHERE address = $1";
    change(&api, &third, both, &mine).await;
    let campaign =
        Campaign { creator: mine, beneficiary: theirs, ..Campaign::new("keep_all") }.index(&api).await;
    let said = async |key: &str, title: &str| {
        let answer = say(&api, key, &campaign, json!({ "title": title })).await;
        answer.json::<Value>().await.unwrap()
    };
    assert_eq!(said(&other.key, "The beneficiary's").await["title"], "The beneficiary's");
    assert_eq!(said(&other.key, "Again").await["title"], "Again");
    assert_eq!(said(&api.merchant.key, "The creator's").await["title"], "The creator's");
    assert_eq!(said(&other.key, "The beneficiary's").await["code"], "profile_taken");
    assert_eq!(said(&third.key, "The creator's second").await["title"], "The creator's second");
    assert_eq!(said(&api.merchant.key, "Again").await["title"], "Again");
    assert_eq!(said(&other.key, "The beneficiary's").await["code"], "profile_taken");
}

#[tokio::test]
async fn what_nobody_proved_is_not_taken_for_proven() {
    let mut api = Api::start().await;
    let named = api.another_merchant().await;
    let unknown = api.another_merchant().await;
    let mine = authority(&api, &api.merchant).await;
    let (victim, gone) = (Pubkey::new_unique(), authority(&api, &unknown).await);
    change(&api, &named, "UPDATE chain.merchants SET authority = $2 WHERE address = $1", &victim).await;
    change(&api, &unknown, "DELETE FROM chain.merchants WHERE address = $1 AND authority = $2", &gone).await;
    before_proofs(&api).await;
    let created = Campaign { creator: mine, ..Campaign::new("keep_all") };
    let paid = Campaign { beneficiary: mine, ..Campaign::new("keep_all") };
    let mut proven = [created.address.to_string(), paid.address.to_string()];
    for (campaign, merchant, by_authority) in [
        (created, &api.merchant, true),
        (paid, &api.merchant, true),
        (Campaign { creator: mine, ..Campaign::new("keep_all") }, &api.merchant, false),
        (Campaign { creator: victim, ..Campaign::new("keep_all") }, &named, true),
        // As if the merchant had been registered anew since.
        (Campaign { creator: victim, ..Campaign::new("keep_all") }, &api.merchant, true),
        (Campaign { creator: gone, ..Campaign::new("keep_all") }, &unknown, true),
    ] {
        let campaign = campaign.index(&api).await;
        sqlx::query(
            "INSERT INTO campaign_profiles (address, merchant_id, by_authority, title)
             SELECT $1, id, $3, 'A well' FROM merchants WHERE address = $2",
        )
        .bind(campaign.address.to_string())
        .bind(merchant.address.to_string())
        .bind(by_authority)
        .execute(&api.database.pool)
        .await
        .unwrap();
    }
    prove(&api).await;
    let mut left: Vec<(String, String)> =
        sqlx::query_as("SELECT address, wallet FROM campaign_profiles WHERE wallet IS NOT NULL")
            .fetch_all(&api.database.pool)
            .await
            .unwrap();
    left.sort();
    proven.sort();
    assert_eq!(left, proven.map(|address| (address, mine.to_string())));
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

pub async fn provoke(seen: &mut Seen, api: &mut Api) {
    let other = api.another_merchant().await;
    let (mine, theirs) = (authority(api, &api.merchant).await, authority(api, &other).await);
    let campaign = Campaign { creator: mine, beneficiary: theirs, ..Campaign::new("keep_all") };
    let campaign = campaign.index(api).await;
    assert_eq!(say(api, &api.merchant.key, &campaign, words()).await.status(), 200);
    seen.expect(Code::ProfileTaken, say(api, &other.key, &campaign, words()).await).await;
    let strangers = Campaign::new("keep_all").index(api).await;
    seen.expect(Code::SignerNotAllowed, say(api, &other.key, &strangers, words()).await).await;
}
