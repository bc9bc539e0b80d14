//! Pools and their rewards, as their authority makes them.

use serde_json::{Value, json};
use till::client::{self, FundArgs, NewPool, RewardKey};

use super::{Farm, TIERS};
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

#[tokio::test]
async fn a_pool_is_described_by_the_merchant_that_governs_it() {
    let farm = Farm::open().await;
    let path = format!("/v1/pools/{}/profile", farm.address());
    let words = json!({ "title": "Stake", "description": "And earn." });
    assert_eq!(code(farm.api.put(&path, words.clone()).await).await, "signer_not_allowed");
    sqlx::query("UPDATE chain.merchants SET authority = $1 WHERE address = $2")
        .bind(farm.authority.to_string())
        .bind(farm.api.merchant.address.to_string())
        .execute(&farm.api.database.pool)
        .await
        .unwrap();
    let shown: Value = farm.api.put(&path, words).await.json().await.unwrap();
    assert_eq!((&shown["title"], &shown["merchant_name"]), (&json!("Stake"), &json!("Demo Shop")));
    let refused = farm.api.put(&path, json!({ "title": "" })).await;
    assert_eq!(code(refused).await, "validation_failed");
}
