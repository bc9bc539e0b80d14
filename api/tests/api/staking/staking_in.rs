//! Staking: where a stake goes.

use serde_json::json;
use till::client::{self, PositionKey, Staker};

use super::{Farm, START};
use crate::support::tokens::{assert_same, handed_out};
use crate::support::{code, problem};

fn staker(farm: &Farm, key: &PositionKey, tier: u8, amount: u64) -> solana_instruction::Instruction {
    let token_account = farm.key.token.account_of(&key.owner);
    let staker = Staker { token_account, rent_payer: key.owner, tier, amount, max_sent: amount };
    client::stake(&farm.key, key, &staker)
}

#[tokio::test]
async fn a_tier_that_locks_gets_a_position_for_each_stake_and_another_one_alone() {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(10_000_000));
    let first = PositionKey::of(farm.key.address(), owner);
    let stake = async |farm: &Farm, tier: u8| {
        handed_out(farm.act("stake", &owner, json!({ "tier": tier, "amount": "1" })).await).await
    };
    let (instructions, message) = stake(&farm, 0).await;
    assert_same(&instructions, &[staker(&farm, &first, 0, 1_000_000)]);
    assert_eq!(message, format!("Stake 1.00 USDC in the pool {}", farm.address()));

    farm.position(&first, 0, 1_000_000).await;
    let (instructions, _) = stake(&farm, 0).await;
    assert_same(&instructions, &[staker(&farm, &first, 0, 1_000_000)]);

    let second = first.next().unwrap();
    let (instructions, message) = stake(&farm, 1).await;
    assert_same(&instructions, &[staker(&farm, &second, 1, 1_000_000)]);
    assert!(message.ends_with(", locked until 2027-01-22 08:00:00 UTC"), "{message}");
    farm.position(&second, 1, 1_000_000).await;
    let (instructions, _) = stake(&farm, 1).await;
    assert_same(&instructions, &[staker(&farm, &second.next().unwrap(), 1, 1_000_000)]);
}

#[tokio::test]
async fn a_stake_that_cannot_be_is_refused_in_words() {
    let farm = Farm::open().await.at(START);
    let owner = farm.api.wallet(Some(1_000_000));
    let stake = async |tier: u8, amount: &str| {
        problem(farm.act("stake", &owner, json!({ "tier": tier, "amount": amount })).await).await
    };
    assert_eq!(stake(0, "1.5").await.detail, "you need 0.50 USDC more");
    assert_eq!(stake(2, "1").await.detail, "tier: the pool has 2 tiers, counted from 0");
    assert_eq!(stake(0, "0").await.code, "amount_invalid");
    assert_eq!(code(farm.act("stake", &owner, json!({ "tier": 0 })).await).await, "validation_failed");
}
