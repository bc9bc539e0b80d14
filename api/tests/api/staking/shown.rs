//! What is shown of a pool and its positions.

use serde_json::json;
use till::client::PositionKey;

use super::{DAY, Farm, START};
use crate::support::tokens::{assert_same, handed_out};

#[tokio::test]
async fn a_pool_tells_its_tiers_and_what_it_pays_in_a_second() {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(None);
    farm.position(&PositionKey::of(farm.key.address(), owner), 1, 3_000_000).await;
    let shown = farm.shown().await;
    assert_eq!(
        shown["tiers"],
        json!([
            { "index": 0, "lock_seconds": 0, "weight_bps": 10_000 },
            { "index": 1, "lock_seconds": 604_800, "weight_bps": 20_000 },
        ])
    );
    assert_eq!((&shown["staked"]["value"], &shown["weighted"]["value"]), (&json!("3.00"), &json!("6.00")));
    assert_eq!((&shown["symbol"], &shown["positions"]), (&json!("USDC"), &json!(1)));
    let reward = &shown["rewards"][0];
    assert_eq!((&reward["rate_per_second"], &reward["funded"]["value"]), (&json!("1"), &json!("2592000.00")));
    assert_eq!(reward["ends_at"], json!(super::time(START + 30 * DAY)));

    farm.pass(START + 30 * DAY);
    let reward = &farm.shown().await["rewards"][0];
    assert_eq!((&reward["rate_per_second"], &reward["ends_at"]), (&json!("0"), &json!(null)));
}

#[tokio::test]
async fn what_is_planned_waits_until_somebody_stakes() {
    let farm = Farm::open().await.at(START + 10 * DAY);
    let reward = &farm.shown().await["rewards"][0];
    assert_eq!(reward["rate_per_second"], "1");
    assert_eq!(reward["ends_at"], json!(super::time(START + 40 * DAY)));
}

#[tokio::test]
async fn what_is_claimable_is_what_the_program_would_pay() {
    let mut farm = Farm::open().await;
    let (one, two) = (farm.api.wallet(None), farm.api.wallet(None));
    let key = PositionKey::of(farm.key.address(), one);
    let mut position = farm.position(&key, 0, 7_000_001).await;
    farm.pass(START + 1_000);
    farm.position(&PositionKey::of(farm.key.address(), two), 1, 3_000_000).await;
    for later in [1_001, 1_337, DAY, 29 * DAY, 31 * DAY] {
        farm.pass(START + later);
        let shown = &farm.positions(&one).await[0];
        let claimable = shown["claimable"][0]["amount"]["base_units"].as_str().unwrap().to_owned();
        let (mut pool, mut alone) = (farm.account, position);
        let paid = pool.claim(&mut alone, 0, farm.now).unwrap();
        assert_eq!(claimable, paid.to_string(), "{later} seconds later");
    }
    // A claim begins anew.
    let paid = farm.account.claim(&mut position, 0, farm.now).unwrap();
    assert!(paid > 0);
    farm.keep(&key, &position);
    assert_eq!(farm.positions(&one).await[0]["claimable"][0]["amount"]["base_units"], "0");
}

#[tokio::test]
async fn a_claim_takes_the_rewards_of_all_positions() {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(0));
    let first = PositionKey::of(farm.key.address(), owner);
    let second = first.next().unwrap();
    farm.position(&first, 0, 1_000_000).await;
    farm.position(&second, 1, 1_000_000).await;
    farm.pass(START + 3);
    let (instructions, message) = handed_out(farm.act("claim", &owner, json!({})).await).await;
    let reward = till::client::RewardKey { pool: farm.key.address(), index: 0, token: farm.key.token };
    let to = farm.key.token.account_of(&owner);
    let claim = |key: &PositionKey| till::client::claim_reward(&reward, key.address, to);
    let (one, two) = (claim(&first), claim(&second));
    // In the order of their unlocking.
    assert_same(&instructions, &[one, two]);
    assert_eq!(message, format!("Claim 3.00 USDC from the pool {}", farm.address()));

    let named = json!({ "position": second.address.to_string() });
    let (instructions, _) = handed_out(farm.act("claim", &owner, named).await).await;
    assert_same(&instructions, &[claim(&second)]);
}
