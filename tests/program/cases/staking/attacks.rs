//! What somebody could try.

use solana_signer::Signer;
use till::TillError;
use till::client;
use till_tests::{COOLDOWN, STAKER_FUNDS, START, Staking};

/// With borrowed money, around somebody else's income, in one transaction.
#[test]
fn a_stake_does_not_come_and_go_in_one_transaction() {
    let mut s = Staking::on_spl_token();
    for tier in [0, 1, 2] {
        let person = s.person();
        let steps = [s.stake(&person, tier, 1_000), s.request(&person, 1_000), s.withdraw(&person)];
        assert!(s.actors.world.send(&steps, &[&person.wallet]).is_err());
    }
    // the lock holds the higher tiers, the cooldown the lowest one
    let person = s.person();
    let steps = [s.stake(&person, 0, 1_000), s.request(&person, 1_000)];
    s.actors.world.send(&steps, &[&person.wallet]).expect("without a lock");
    let withdraw = s.withdraw(&person);
    s.wait(i64::from(COOLDOWN) - 1);
    s.actors.world.refused(withdraw, &[], TillError::StillCooling);
}

/// A dust position in a high tier that has long been unlocked does not let a large stake pass the lock.
#[test]
fn an_unlocked_dust_position_does_not_carry_a_large_stake() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(2, 1);
    let unlock_at = s.position(&person).unlock_at;
    s.actors.world.set_time(unlock_at);
    s.stakes(&person, 2, 1_000_000);
    let request = s.request(&person, 1);
    s.actors.world.refused(request, &[&person.wallet], TillError::StakeLocked);
}

/// The first staker, with one base unit, makes the largest step of `per_share`; who comes after is
/// neither cheated nor locked in.
#[test]
fn a_first_staker_with_dust_does_not_spoil_the_pool() {
    let mut s = Staking::on_spl_token();
    let (dust, token) = (s.staker(0, 1), s.reward.token);
    let huge = u64::MAX / 2;
    s.actors.world.fund(&token, &s.authority.pubkey(), huge);
    s.funds(&s.reward.clone(), huge, 1);
    s.wait(1);
    let late = s.staker(0, STAKER_FUNDS - 1);
    s.funds(&s.reward.clone(), STAKER_FUNDS, 1);
    s.wait(1);
    assert_eq!(s.claims(&dust), huge + 1);
    assert_eq!(s.claims(&late), STAKER_FUNDS - 1);
    s.requests(&dust, 1);
    s.requests(&late, STAKER_FUNDS - 1);
    s.assert_solvent();
}

#[test]
fn a_clock_that_goes_back_neither_pays_twice_nor_locks_in() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, 1_000);
    s.funds(&s.reward.clone(), 1_000, 100);
    s.actors.world.set_time(START + 50);
    assert_eq!(s.claims(&person), 500);
    s.actors.world.set_time(START + 40);
    let again = s.claim(&person);
    s.actors.world.refused(again, &[], TillError::NothingToClaim);
    s.stakes(&person, 0, 1_000);
    s.requests(&person, 2_000);
    s.actors.world.set_time(START + 49);
    s.stakes(&person, 0, 1);
    s.actors.world.set_time(START + 100);
    // what it stood still for is counted from the time that the pool had seen
    assert_eq!(s.pool().rewards[0].updated_at, START + 50);
    assert_eq!(s.claims(&person), 500);
    s.assert_solvent();
}

/// They are the authority's in the end, and nothing that anybody earns.
#[test]
fn tokens_sent_by_strangers_are_not_shared_out() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, 1_000);
    let (stake, reward, pool) = (s.pool.token, s.reward.token, s.pool.address());
    s.actors.world.fund(&stake, &pool, 77);
    s.actors.world.fund(&reward, &pool, 88);
    s.wait(1_000);
    let claim = s.claim(&person);
    s.actors.world.refused(claim, &[], TillError::NothingToClaim);
    assert_eq!(s.pool().owed(&stake.mint).unwrap(), 1_000);
}

/// A reward in the mint of the stakes is paid out of the account that holds them: never more than it has.
#[test]
fn a_reward_in_the_stakes_mint_never_pays_out_stakes() {
    let mut s = Staking::on_spl_token();
    let stake_mint = s.pool.token;
    let reward = s.add_reward(&stake_mint);
    let people = [s.staker(0, 1), s.staker(1, 999_999), s.staker(2, 123_456)];
    for _ in 0..20 {
        s.funds(&reward, 7, 3);
        s.wait(2);
        for person in &people {
            let claim = client::claim_reward(&reward, person.position.address, person.stake_token);
            let _nothing_or_not = s.actors.world.send(&[claim], &[]);
        }
        s.assert_solvent();
    }
    let held = s.actors.world.balance(&s.pool.stake_token());
    assert!(held >= 1 + 999_999 + 123_456);
}
