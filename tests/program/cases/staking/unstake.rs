//! Asking a stake back, and withdrawing it.

use anchor_lang::error::ErrorCode;
use solana_signer::Signer;
use till::TillError;
use till::client;
use till_tests::{COOLDOWN, STAKER_FUNDS, START, Staking, TIERS};

const AMOUNT: u64 = 1_000;

#[test]
fn a_stake_comes_back_after_the_cooldown() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let person = s.staker(0, AMOUNT);
        s.actors.pause();
        s.requests(&person, 400);
        let (position, pool) = (s.position(&person), s.pool());
        assert_eq!((position.amount, position.weighted, position.cooling), (600, 600, 400));
        assert_eq!((position.available_at, position.sequence), (START + i64::from(COOLDOWN), 2));
        assert_eq!((pool.staked, pool.weighted, pool.cooling), (600, 600, 400));
        assert_eq!(s.pool().owed(&s.pool.token.mint).unwrap(), AMOUNT);

        let withdraw = s.withdraw(&person);
        for seconds_before in [i64::from(COOLDOWN), 1] {
            s.actors.world.set_time(position.available_at - seconds_before);
            s.actors.world.refused(withdraw.clone(), &[], TillError::StillCooling);
        }
        s.actors.world.set_time(position.available_at);
        s.actors.world.must(withdraw.clone(), &[]);
        assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS - 600);
        assert_eq!((s.position(&person).cooling, s.pool().cooling), (0, 0));
        s.actors.world.refused(withdraw, &[], TillError::NothingCooling);
        s.assert_solvent();
    }
}

#[test]
fn a_locked_stake_is_asked_back_from_its_unlocking_on() {
    for tier in [1, 2] {
        let mut s = Staking::on_spl_token();
        let person = s.staker(tier, AMOUNT);
        let unlock_at = START + i64::from(TIERS[usize::from(tier)].lock_seconds);
        let request = s.request(&person, AMOUNT);
        for seconds_before in [unlock_at - START, 1] {
            s.actors.world.set_time(unlock_at - seconds_before);
            s.actors.world.refused(request.clone(), &[&person.wallet], TillError::StakeLocked);
        }
        s.actors.world.set_time(unlock_at);
        s.actors.world.must(request, &[&person.wallet]);
    }
}

#[test]
fn what_cools_down_earns_nothing_and_loses_nothing() {
    let mut s = Staking::on_spl_token();
    let [leaving, staying] = [s.staker(0, AMOUNT), s.staker(0, AMOUNT)];
    s.funds(&s.reward.clone(), 1_000, 100);
    s.actors.world.set_time(START + 50);
    s.requests(&leaving, AMOUNT);
    s.actors.world.set_time(START + 100);
    assert_eq!(s.claims(&leaving), 250);
    assert_eq!(s.claims(&staying), 750);
}

#[test]
fn a_second_request_begins_the_cooldown_again() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, AMOUNT);
    s.requests(&person, 400);
    let first = s.position(&person).available_at;
    s.actors.world.set_time(first - 1);
    s.requests(&person, 100);
    let position = s.position(&person);
    assert_eq!((position.cooling, position.available_at), (500, first - 1 + i64::from(COOLDOWN)));
    let withdraw = s.withdraw(&person);
    s.actors.world.set_time(position.available_at - 1);
    s.actors.world.refused(withdraw.clone(), &[], TillError::StillCooling);
    s.actors.world.set_time(position.available_at);
    s.actors.world.must(withdraw, &[]);
    assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS - 500);
}

#[test]
fn what_has_cooled_down_never_waits_again() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, AMOUNT);
    s.requests(&person, 400);
    s.wait(i64::from(COOLDOWN));
    let (request, withdraw) = (s.request(&person, 100), s.withdraw(&person));
    s.actors.world.refused(request.clone(), &[&person.wallet], TillError::WithdrawFirst);
    // in one transaction with the withdrawal it is one step for the owner
    s.actors.world.send(&[withdraw, request], &[&person.wallet]).expect("both");
    assert_eq!(s.position(&person).cooling, 100);
}

#[test]
fn amounts_and_people_are_bounded() {
    let mut s = Staking::on_spl_token();
    let (person, stranger) = (s.staker(0, AMOUNT), s.staker(0, AMOUNT));
    for (amount, error) in [(0, TillError::AmountZero), (AMOUNT + 1, TillError::AmountAboveStaked)] {
        let request = s.request(&person, amount);
        s.actors.world.refused(request, &[&person.wallet], error);
    }
    let (pool, position) = (s.pool.address(), person.position.address);
    for signer in [&stranger.wallet, &s.authority.insecure_clone()] {
        for amount in [1, AMOUNT] {
            let request = client::request_unstake(signer.pubkey(), pool, position, amount);
            s.actors.world.refused(request, &[signer], TillError::NotStaker);
        }
    }
    let mut unsigned = s.request(&person, 1);
    unsigned.accounts[0].is_signer = false;
    s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn a_withdrawal_pays_the_owner_only_wherever_it_likes() {
    let mut s = Staking::on_spl_token();
    let (person, thief) = (s.staker(0, AMOUNT), s.person());
    s.requests(&person, AMOUNT);
    s.wait(i64::from(COOLDOWN));
    let position = person.position.address;
    let stolen = client::withdraw_stake(&s.pool, position, thief.stake_token);
    s.actors.world.refused(stolen, &[], TillError::WrongTokenOwner);
    let wrong_mint = client::withdraw_stake(&s.pool, position, person.reward_token);
    s.actors.world.refused(wrong_mint, &[], TillError::NotATokenAccount);
    let (token, owner) = (s.pool.token, person.wallet.pubkey());
    let elsewhere = s.actors.world.second_token_account(&token, &owner);
    s.actors.world.must(client::withdraw_stake(&s.pool, position, elsewhere), &[]);
    assert_eq!(s.actors.world.balance(&elsewhere), AMOUNT);
}

#[test]
fn a_position_leaves_its_own_pool_only() {
    let mut s = Staking::on_spl_token();
    let (person, authority) = (s.staker(0, AMOUNT), s.authority.insecure_clone());
    let other = client::PoolKey { index: 1, ..s.pool };
    s.actors.world.must(client::create_pool(&other, Staking::new_pool(authority.pubkey())), &[&authority]);
    let (owner, position) = (person.wallet.pubkey(), person.position.address);
    let request = client::request_unstake(owner, other.address(), position, 1);
    s.actors.world.refused_with(request, &[&person.wallet], ErrorCode::ConstraintHasOne);

    s.requests(&person, AMOUNT);
    s.wait(i64::from(COOLDOWN));
    let withdraw = client::withdraw_stake(&other, position, person.stake_token);
    s.actors.world.refused_with(withdraw, &[], ErrorCode::ConstraintHasOne);
    let mut wrong_mint = s.withdraw(&person);
    wrong_mint.accounts[2].pubkey = s.reward.token.mint;
    s.actors.world.refused(wrong_mint, &[], TillError::WrongMint);
    let mut from_rewards = s.withdraw(&person);
    from_rewards.accounts[3].pubkey = s.reward.token_account();
    s.actors.world.refused_with(from_rewards, &[], ErrorCode::ConstraintHasOne);
}
