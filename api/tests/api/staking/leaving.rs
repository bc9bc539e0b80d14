//! Asking stakes back, withdrawing, closing.

use serde_json::json;
use solana_pubkey::Pubkey;
use till::client::{self, PositionKey};

use super::{DAY, Farm, START};
use crate::support::problem;
use crate::support::tokens::{assert_same, handed_out};

/// Two positions: 1.00 that is not locked, and 2.00 that is for a week.
async fn two_positions() -> (Farm, Pubkey, [PositionKey; 2]) {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(0));
    let first = PositionKey::of(farm.key.address(), owner);
    let second = first.next().unwrap();
    farm.position(&first, 0, 1_000_000).await;
    farm.position(&second, 1, 2_000_000).await;
    (farm, owner, [first, second])
}

#[tokio::test]
async fn all_that_is_not_locked_is_asked_back_at_once() {
    let (mut farm, owner, [first, second]) = two_positions().await;
    let pool = farm.key.address();
    let ask = |key: &PositionKey, amount| client::request_unstake(owner, pool, key.address, amount);
    let (instructions, message) = handed_out(farm.act("unstake", &owner, json!({})).await).await;
    assert_same(&instructions, &[ask(&first, 1_000_000)]);
    assert!(message.contains("Ask 1.00 USDC back"), "{message}");
    assert!(message.ends_with("can be withdrawn from 2027-01-16 08:00:00 UTC"), "{message}");

    farm.pass(START + 7 * DAY);
    let (instructions, _) = handed_out(farm.act("unstake", &owner, json!({})).await).await;
    assert_same(&instructions, &[ask(&first, 1_000_000), ask(&second, 2_000_000)]);
    let some = json!({ "amount": "1.5" });
    let (instructions, _) = handed_out(farm.act("unstake", &owner, some).await).await;
    assert_same(&instructions, &[ask(&first, 1_000_000), ask(&second, 500_000)]);
    let named = json!({ "position": second.address.to_string(), "amount": "0.25" });
    let (instructions, _) = handed_out(farm.act("unstake", &owner, named).await).await;
    assert_same(&instructions, &[ask(&second, 250_000)]);

    let refused = problem(farm.act("unstake", &owner, json!({ "amount": "3.5" })).await).await;
    assert_eq!((refused.code.as_str(), refused.available.as_deref()), ("amount_not_available", Some("3.00")));
}

#[tokio::test]
async fn a_locked_stake_says_until_when() {
    let (farm, owner, [_, second]) = two_positions().await;
    let named = json!({ "position": second.address.to_string() });
    let refused = problem(farm.act("unstake", &owner, named).await).await;
    assert_eq!(refused.detail, "your stake is locked until 2027-01-22 08:00:00 UTC");
    let stranger = farm.api.wallet(None);
    let refused = problem(farm.act("unstake", &stranger, json!({})).await).await;
    assert_eq!(refused.detail, "this wallet has nothing staked there");
}

#[tokio::test]
async fn what_has_cooled_down_leaves_before_more_is_asked_back() {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(0));
    let key = PositionKey::of(farm.key.address(), owner);
    let mut position = farm.position(&key, 0, 3_000_000).await;
    let nothing = problem(farm.act("withdraw", &owner, json!({})).await).await;
    assert_eq!(nothing.detail, "nothing was asked back: unstake first");

    farm.account.request_unstake(&mut position, 1_000_000, START).unwrap();
    farm.keep(&key, &position);
    farm.pass(START + DAY - 1);
    let early = problem(farm.act("withdraw", &owner, json!({})).await).await;
    assert_eq!(early.detail, "your stake cools down until 2027-01-16 08:00:00 UTC");
    let (_, message) = handed_out(farm.act("unstake", &owner, json!({})).await).await;
    assert!(message.ends_with("; 1.00 USDC that cool down already begin again"), "{message}");

    farm.pass(START + DAY);
    let to = farm.key.token.account_of(&owner);
    let withdraw = client::withdraw_stake(&farm.key, key.address, to);
    let (instructions, message) = handed_out(farm.act("withdraw", &owner, json!({})).await).await;
    assert_same(&instructions, std::slice::from_ref(&withdraw));
    assert_eq!(message, format!("Withdraw 1.00 USDC from the pool {}", farm.address()));
    let (instructions, _) = handed_out(farm.act("unstake", &owner, json!({})).await).await;
    let ask = client::request_unstake(owner, farm.key.address(), key.address, 2_000_000);
    assert_same(&instructions, &[withdraw, ask]);
}

#[tokio::test]
async fn an_empty_position_is_closed_once_its_rewards_are_claimed() {
    let mut farm = Farm::open().await;
    let owner = farm.api.wallet(Some(0));
    let key = PositionKey::of(farm.key.address(), owner);
    let mut position = farm.position(&key, 0, 3_000_000).await;
    let refused = problem(farm.act("close_position", &owner, json!({})).await).await;
    assert_eq!(refused.detail, "no position without a stake is there to be closed");

    farm.pass(START + 5);
    farm.account.request_unstake(&mut position, 3_000_000, farm.now).unwrap();
    farm.account.withdraw(&mut position, farm.now + DAY).unwrap();
    farm.keep(&key, &position);
    let refused = problem(farm.act("close_position", &owner, json!({})).await).await;
    assert!(refused.detail.starts_with("claim its rewards first"), "{}", refused.detail);

    farm.account.claim(&mut position, 0, farm.now).unwrap();
    farm.keep(&key, &position);
    let (instructions, _) = handed_out(farm.act("close_position", &owner, json!({})).await).await;
    assert_same(
        &instructions,
        &[client::close_position(farm.key.address(), key.address, owner, Some(owner))],
    );
}
