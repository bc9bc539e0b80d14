//! Pools and their rewards, as their authority makes them.

use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_signer::Signer;
use till::client::{self, FundArgs, NewPool, RewardKey};

use super::{Farm, TIERS};
use crate::donations::{admin, before_proofs, prove};
use crate::support::tokens::{assert_same, handed_out};
use crate::support::{code, problem};

#[tokio::test]
async fn a_pool_is_created_where_its_terms_say() {
    let farm = Farm::open().await;
    let body = json!({
        "authority": farm.authority.to_string(), "token": "USDC", "cooldown_seconds": 86_400,
        "tiers": [
            { "lock_seconds": 0, "weight_bps": 10_000 }, { "lock_seconds": 604_800, "weight_bps": 20_000 },
        ],
    });
    let create = async |body: &Value| farm.api.post("/v1/pools/transactions", body.clone()).await;
    let answer: Value = create(&body).await.json().await.unwrap();
    assert_eq!(answer["address"], farm.address());
    let new = NewPool {
        authority: farm.authority,
        rent_payer: farm.authority,
        cooldown_seconds: 86_400,
        tiers: TIERS.to_vec(),
    };
    let (instructions, _) = handed_out(create(&body).await).await;
    assert_same(&instructions, &[client::create_pool(&farm.key, new)]);

    for (change, field) in [
        (json!({ "cooldown_seconds": 86_399 }), "tiers.0"),
        (json!({ "cooldown_seconds": 2_592_001 }), "cooldown_seconds"),
        (json!({ "tiers": [] }), "tiers"),
        (json!({ "tiers": [{ "lock_seconds": 0, "weight_bps": 9_999 }] }), "tiers.0"),
        (json!({ "tiers": [{ "lock_seconds": 63_072_001, "weight_bps": 10_000 }] }), "tiers.0"),
    ] {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = problem(create(&body).await).await;
        assert_eq!((refused.code.as_str(), refused.errors[0].field.as_str()), ("validation_failed", field));
    }
}

#[tokio::test]
async fn only_the_authority_gives_rewards() {
    let farm = Farm::open().await;
    let pool = farm.key.address();
    let fund = json!({ "token": "USDC", "amount": "100", "seconds": 3_600 });
    let stranger = farm.api.wallet(Some(100_000_000));
    assert_eq!(code(farm.act("fund_reward", &stranger, fund.clone()).await).await, "signer_not_allowed");

    let (instructions, _) = handed_out(farm.act("fund_reward", &farm.authority, fund).await).await;
    let reward = RewardKey { pool, index: 0, token: farm.key.token };
    let from = farm.key.token.account_of(&farm.authority);
    let args = FundArgs { amount: 100_000_000, seconds: 3_600, max_sent: 100_000_000 };
    assert_same(&instructions, &[client::fund_reward(&reward, farm.authority, from, args)]);

    let add = json!({ "token": farm.api.mint.to_string() });
    let (instructions, _) = handed_out(farm.act("add_reward", &farm.authority, add).await).await;
    let authority = farm.authority;
    assert_same(&instructions, &[client::add_reward(pool, authority, authority, &farm.key.token)]);

    for (body, field) in [
        (json!({ "token": "USDC", "amount": "1", "seconds": 0 }), "seconds"),
        (json!({ "token": "DOGE", "amount": "1", "seconds": 1 }), "token"),
        (json!({ "token": "USDC", "amount": "1" }), "seconds"),
    ] {
        let refused = problem(farm.act("fund_reward", &farm.authority, body).await).await;
        assert_eq!(refused.errors[0].field, field);
    }
}

/// Changes the merchant's account by a statement with the pool's authority as `$1` and the merchant as `$2`.
async fn change(farm: &Farm, statement: &'static str) {
    sqlx::query(statement)
        .bind(farm.authority.to_string())
        .bind(farm.api.merchant.address.to_string())
        .execute(&farm.api.database.pool)
        .await
        .unwrap();
}

const NAMED: &str =
    "UPDATE chain.merchants SET authority = $1, operator = $1, payout_wallet = $1 WHERE address = $2";
const FOUNDED: &str = "UPDATE chain.merchants SET authority = $1, founder = $1 WHERE address = $2";

#[tokio::test]
async fn a_pool_is_described_by_the_merchant_that_its_authority_founded() {
    let farm = Farm::open().await;
    let path = format!("/v1/pools/{}/profile", farm.address());
    let words = json!({ "title": "Stake", "description": "And earn." });
    assert_eq!(code(farm.api.put(&path, words.clone()).await).await, "signer_not_allowed");
    change(&farm, NAMED).await;
    let refused = problem(farm.api.put(&path, words.clone()).await).await;
    assert_eq!(refused.code, "signer_not_allowed", "a merchant that only names it");
    let way = "sign in with the wallet of the pool's authority";
    assert!(refused.detail.starts_with(way), "{}", refused.detail);
    change(&farm, FOUNDED).await;
    let shown: Value = farm.api.put(&path, words).await.json().await.unwrap();
    assert_eq!((&shown["title"], &shown["merchant_name"]), (&json!("Stake"), &json!("Demo Shop")));
    let refused = farm.api.put(&path, json!({ "title": "" })).await;
    assert_eq!(code(refused).await, "validation_failed");
}

#[tokio::test]
async fn a_new_authority_describes_its_pool_anew() {
    let mut farm = Farm::open().await;
    let former = farm.api.another_merchant().await;
    let path = format!("{}/v1/pools/{}/profile", farm.api.url, farm.address());
    let say = async |token: &str, title: &str| {
        let request = reqwest::Client::new().put(&path).bearer_auth(token);
        request.json(&json!({ "title": title })).send().await.unwrap().json::<Value>().await.unwrap()
    };
    sqlx::query(FOUNDED)
        .bind(farm.authority.to_string())
        .bind(former.address.to_string())
        .execute(&farm.api.database.pool)
        .await
        .unwrap();
    assert_eq!(say(&former.key, "The former's").await["title"], "The former's");

    let wallet = Keypair::new();
    let token = admin(&farm.api, &wallet).await;
    assert_eq!(say(&token, "Too early").await["code"], "signer_not_allowed");
    sqlx::query("UPDATE chain.pools SET authority = $1 WHERE address = $2")
        .bind(wallet.pubkey().to_string())
        .bind(farm.address())
        .execute(&farm.api.database.pool)
        .await
        .unwrap();
    let shown = farm.shown().await;
    assert_eq!((&shown["title"], &shown["merchant_name"]), (&Value::Null, &Value::Null));
    assert_eq!(say(&former.key, "Still").await["code"], "signer_not_allowed");
    assert_eq!(say(&token, "The new one's").await["title"], "The new one's");
    assert_eq!(farm.shown().await["title"], "The new one's");
}

#[tokio::test]
async fn what_nobody_proved_of_a_pool_is_not_taken_for_proven() {
    let farm = Farm::open().await;
    for (statement, expected) in [(NAMED, vec![]), (FOUNDED, vec![farm.authority.to_string()])] {
        change(&farm, statement).await;
        before_proofs(&farm.api).await;
        sqlx::query(
            "INSERT INTO pool_profiles (address, merchant_id, by_authority, title)
             SELECT $1, id, true, 'Stake' FROM merchants WHERE address = $2
             ON CONFLICT (address) DO NOTHING",
        )
        .bind(farm.address())
        .bind(farm.api.merchant.address.to_string())
        .execute(&farm.api.database.pool)
        .await
        .unwrap();
        prove(&farm.api).await;
        let left: Vec<String> =
            sqlx::query_scalar("SELECT wallet FROM pool_profiles WHERE wallet IS NOT NULL")
                .fetch_all(&farm.api.database.pool)
                .await
                .unwrap();
        assert_eq!(left, expected);
    }
}
