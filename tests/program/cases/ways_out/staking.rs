//! Out of a pool: stakes, rewards, and rents.

use solana_keypair::Keypair;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, Staker};
use till_tests::{COOLDOWN, Person, STAKER_FUNDS, Staking, TIERS};

use super::*;

const STAKE: u64 = 1_000;

/// As on payments, and the pool's authority loses its key.
fn silence(s: &mut Staking) {
    everybody_falls_silent(&mut s.actors);
    s.authority = Keypair::new();
}

fn wait_for_the_lock(s: &mut Staking, tier: usize) {
    s.wait(i64::from(TIERS[tier].lock_seconds));
}

fn cool_down(s: &mut Staking) {
    s.wait(i64::from(COOLDOWN));
}

/// What anybody may send.
#[track_caller]
fn by_anybody(s: &mut Staking, instruction: solana_instruction::Instruction) {
    s.actors.world.must(instruction, &[]);
}

#[track_caller]
fn withdraws(s: &mut Staking, person: &Person) {
    let withdraw = s.withdraw(person);
    by_anybody(s, withdraw);
    assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS);
    assert_eq!(s.actors.world.balance(&s.pool.stake_token()), 0);
}

#[track_caller]
fn closes(s: &mut Staking, person: &Person) {
    let close = s.close_position(person);
    by_anybody(s, close);
    assert_eq!(s.actors.world.lamports(&person.position.address), 0);
}

#[test]
fn w21_a_locked_stake_comes_back_when_the_lock_ends() {
    for mut s in every_pool() {
        let person = s.staker(1, STAKE);
        silence(&mut s);
        let request = s.request(&person, STAKE);
        wait_for_the_lock(&mut s, 1);
        s.wait(-1);
        s.actors.world.refused(request.clone(), &[&person.wallet], TillError::StakeLocked);
        s.wait(1);
        s.actors.world.must(request, &[&person.wallet]);
        cool_down(&mut s);
        withdraws(&mut s, &person);
    }
}

#[test]
fn w22_an_unlocked_stake_comes_back_at_its_owners_word() {
    for mut s in every_pool() {
        let person = s.staker(0, STAKE);
        silence(&mut s);
        s.requests(&person, STAKE);
        cool_down(&mut s);
        withdraws(&mut s, &person);
    }
}

/// From the request on not even the owner is needed.
#[test]
fn w23_a_cooling_stake_comes_back_when_it_has_cooled_down() {
    for mut s in every_pool() {
        let mut person = s.staker(0, STAKE);
        s.requests(&person, STAKE);
        silence(&mut s);
        let withdraw = s.withdraw(&person);
        person.wallet = Keypair::new();
        cool_down(&mut s);
        s.wait(-1);
        s.actors.world.refused(withdraw, &[], TillError::StillCooling);
        s.wait(1);
        withdraws(&mut s, &person);
    }
}

#[test]
fn w24_an_available_stake_comes_back_at_once() {
    for mut s in every_pool() {
        let mut person = s.staker(0, STAKE);
        s.requests(&person, STAKE);
        cool_down(&mut s);
        silence(&mut s);
        person.wallet = Keypair::new();
        withdraws(&mut s, &person);
    }
}

/// While the stake is locked, halfway and at the end of a plan.
#[test]
fn w25_rewards_come_as_they_are_earned() {
    for mut s in every_pool() {
        let mut person = s.staker(2, STAKE);
        s.funds(&s.reward.clone(), 3_000, 100);
        silence(&mut s);
        person.wallet = Keypair::new();
        for _ in 0..2 {
            s.wait(50);
            assert_eq!(s.claims(&person), 1_500);
        }
        assert_eq!(s.actors.world.balance(&person.reward_token), 3_000);
        assert_eq!(s.actors.world.balance(&s.reward.token_account()), 0);
    }
}

#[test]
fn w26_a_frozen_reward_keeps_neither_stake_nor_rent() {
    for mut s in every_pool() {
        let person = s.person();
        let (owner, pool) = (person.wallet.pubkey(), s.pool.address());
        let before = s.actors.world.lamports(&owner);
        s.stakes(&person, 1, STAKE);
        s.funds(&s.reward.clone(), 3_000, 100);
        silence(&mut s);
        let (token, frozen) = (s.reward.token, s.reward.token_account());
        s.actors.world.freeze(&token, &frozen);
        wait_for_the_lock(&mut s, 1);
        s.requests(&person, STAKE);
        cool_down(&mut s);
        withdraws(&mut s, &person);
        let claim = s.claim(&person);
        assert!(s.actors.world.send(&[claim], &[]).is_err());
        let give_up = client::close_position(pool, person.position.address, owner, Some(owner));
        s.actors.world.must(give_up, &[&person.wallet]);
        assert_eq!(s.actors.world.lamports(&owner), before);
        assert_eq!((s.actors.world.balance(&frozen), s.pool().positions), (3_000, 0));
    }
}

#[test]
fn w27_the_rent_of_an_empty_position_goes_back_to_who_paid_it() {
    for mut s in every_pool() {
        let (mut person, sponsor) = (s.person(), s.actors.world.wallet());
        let (rent_payer, position) = (sponsor.pubkey(), person.position.address);
        let before = s.actors.world.lamports(&rent_payer);
        let stake_token = person.stake_token;
        let staker =
            Staker { token_account: stake_token, rent_payer, tier: 0, amount: STAKE, max_sent: STAKE };
        let stake = client::stake(&s.pool, &person.position, &staker);
        s.actors.world.must(stake, &[&person.wallet, &sponsor]);
        s.requests(&person, STAKE);
        silence(&mut s);
        person.wallet = Keypair::new();
        cool_down(&mut s);
        withdraws(&mut s, &person);
        let close = client::close_position(s.pool.address(), position, rent_payer, None);
        by_anybody(&mut s, close);
        assert_eq!(s.actors.world.lamports(&rent_payer), before);
        assert_eq!(s.actors.world.lamports(&position), 0);
    }
}

/// Everything of a position, without a signature of its owner.
fn leaves_without_its_owner(s: &mut Staking, person: &Person) {
    let (stranger, pool) = (s.actors.world.wallet(), s.pool.address());
    wait_for_the_lock(s, 1);
    let request = client::request_unstake(stranger.pubkey(), pool, person.position.address, STAKE);
    s.actors.world.must(request, &[&stranger]);
    cool_down(s);
    assert_eq!(s.claims(person), 3_000);
    withdraws(s, person);
    closes(s, person);
}

#[test]
fn w28_a_retired_pool_gives_back_to_owners_who_are_gone() {
    for mut s in every_pool() {
        let person = s.person();
        let (owner, key) = (person.wallet.pubkey(), s.authority.pubkey());
        let before = s.actors.world.lamports(&owner);
        s.stakes(&person, 1, STAKE);
        s.funds(&s.reward.clone(), 3_000, 100);
        s.by_authority(client::retire_pool(s.pool.address(), key));
        silence(&mut s);
        leaves_without_its_owner(&mut s, &person);
        assert_eq!(s.actors.world.lamports(&owner), before);
        assert_eq!(s.actors.world.balance(&person.reward_token), 3_000);
    }
}

/// The pool's authority against everybody's silence, stakers' too.
#[test]
fn w29_a_pool_ends_although_its_stakers_are_gone() {
    for mut s in every_pool() {
        let (key, pool, reward) = (s.authority.pubkey(), s.pool.address(), s.reward);
        let accounts = [pool, s.pool.stake_token(), reward.token_account()];
        let rent = accounts.map(|account| s.actors.world.lamports(&account)).iter().sum::<u64>();
        let before = s.actors.world.lamports(&key);
        let person = s.staker(1, STAKE);
        s.funds(&reward, 3_000, 100);
        everybody_falls_silent(&mut s.actors);
        s.by_authority(client::retire_pool(pool, key));
        leaves_without_its_owner(&mut s, &person);
        s.actors.world.fund(&reward.token, &pool, 55);
        let [reward_token, stake_token] = [reward.token, s.pool.token].map(|token| token.account_of(&key));
        s.by_authority(client::remove_reward(&reward, key, reward_token, key));
        s.by_authority(client::close_pool(&s.pool, key, stake_token, key));
        assert_eq!(s.actors.world.lamports(&key), before + rent);
        assert_eq!(accounts.map(|account| s.actors.world.lamports(&account)), [0; 3]);
        assert_eq!(s.actors.world.balance(&reward_token), STAKER_FUNDS - 3_000 + 55);
    }
}
