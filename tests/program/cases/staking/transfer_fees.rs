//! Mints with a transfer fee: exactly net comes in, the fee on top; what goes out bears it.

use solana_signer::Signer;
use till::TillError;
use till::client::{self, FundArgs, Staker};
use till_tests::{Actors, COOLDOWN, Extension, STAKER_FUNDS, Staking, World};

/// One percent, on the stakes and on the reward.
fn with_fees() -> Staking {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let reward = world.token_2022(&[Extension::TransferFee(100)]);
    Staking::with(Actors::with(world, token), reward)
}

#[test]
fn a_stake_is_exactly_what_arrives_and_no_more_is_sent_than_agreed() {
    let mut s = with_fees();
    let person = s.person();
    let staker = |max_sent| Staker {
        token_account: person.stake_token,
        rent_payer: person.wallet.pubkey(),
        tier: 0,
        amount: 990_000,
        max_sent,
    };
    let (pool, position) = (s.pool, person.position);
    let too_little = client::stake(&pool, &position, &staker(999_999));
    s.actors.world.refused(too_little, &[&person.wallet], TillError::TransferFeeTooHigh);
    s.actors.world.must(client::stake(&pool, &position, &staker(1_000_000)), &[&person.wallet]);
    assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS - 1_000_000);
    assert_eq!((s.position(&person).amount, s.actors.world.balance(&pool.stake_token())), (990_000, 990_000));

    s.requests(&person, 990_000);
    s.wait(i64::from(COOLDOWN));
    let withdraw = s.withdraw(&person);
    s.actors.world.must(withdraw, &[]);
    assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS - 1_000_000 + 980_100);
    s.assert_solvent();
}

#[test]
fn a_plan_distributes_exactly_what_arrives() {
    let mut s = with_fees();
    let (person, authority) = (s.staker(0, 1_000), s.authority.insecure_clone());
    let source = s.reward.token.account_of(&authority.pubkey());
    let fund = |max_sent| {
        let args = FundArgs { amount: 990_000, seconds: 10, max_sent };
        client::fund_reward(&s.reward, authority.pubkey(), source, args)
    };
    let (too_little, enough) = (fund(999_999), fund(1_000_000));
    s.actors.world.refused(too_little, &[&authority], TillError::TransferFeeTooHigh);
    s.actors.world.must(enough, &[&authority]);
    assert_eq!(s.pool().rewards[0].funded, 990_000);
    s.assert_solvent();
    s.wait(10);
    assert_eq!(s.claims(&person), 980_100);
    assert_eq!(s.pool().rewards[0].unclaimed().unwrap(), 0);
}

/// What the fee has withheld in the pool's accounts does not keep them from closing.
#[test]
fn a_pool_closes_with_withheld_fees_in_it() {
    let mut s = with_fees();
    let (person, key) = (s.staker(0, 1_000), s.authority.pubkey());
    s.funds(&s.reward.clone(), 1_000, 10);
    assert!(s.actors.world.withheld(&s.pool.stake_token()) > 0);
    s.requests(&person, 1_000);
    s.wait(i64::from(COOLDOWN));
    let owner = person.wallet.pubkey();
    let close = client::close_position(s.pool.address(), person.position.address, owner, Some(owner));
    let withdraw = s.withdraw(&person);
    s.actors.world.must(withdraw, &[]);
    s.actors.world.must(close, &[&person.wallet]);
    let token = s.reward.token.account_of(&key);
    s.by_authority(client::remove_reward(&s.reward, key, token, key));
    s.by_authority(client::close_pool(&s.pool, key, s.pool.token.account_of(&key), key));
    assert_eq!(s.actors.world.lamports(&s.pool.stake_token()), 0);
}
