//! Emission plans.

use anchor_lang::error::ErrorCode;
use solana_signer::Signer;
use till::client::{self, FundArgs};
use till::{MAX_PLAN_SECONDS, TillError};
use till_tests::{STAKER_FUNDS, START, Staking};

#[test]
fn a_plan_pays_evenly_second_by_second() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let person = s.staker(0, 1_000_000);
        s.funds(&s.reward.clone(), 1_000, 100);
        let reward = s.pool().rewards[0];
        assert_eq!((reward.funded, reward.plan.planned, reward.plan.released), (1_000, 1_000, 0));
        assert_eq!((reward.plan.started_at, reward.plan.ends_at), (START, START + 100));
        let reward_token = s.reward.token_account();
        assert_eq!(s.actors.world.balance(&reward_token), 1_000);
        for (second, claimed) in [(1, 10), (2, 10), (50, 480), (99, 490), (100, 10)] {
            s.actors.world.set_time(START + second);
            // a claim may leave a fraction of a base unit for the next
            let claims = s.claims(&person);
            assert!((claimed - 1..=claimed + 1).contains(&claims), "{claims} at {second}");
        }
        s.actors.world.set_time(START + 1_000);
        let rest = s.claim(&person);
        s.actors.world.refused(rest, &[], TillError::NothingToClaim);
        assert!(s.pool().rewards[0].unclaimed().unwrap() <= 1);
        s.assert_solvent();
    }
}

#[test]
fn what_the_running_plan_has_left_is_rolled_in() {
    let mut s = Staking::on_spl_token();
    s.staker(0, 1);
    s.funds(&s.reward.clone(), 1_000, 100);
    s.actors.world.set_time(START + 40);
    s.funds(&s.reward.clone(), 400, 60);
    let reward = s.pool().rewards[0];
    assert_eq!((reward.funded, reward.plan.planned, reward.plan.released), (1_400, 1_000, 0));
    assert_eq!((reward.per_share.whole, reward.plan.ends_at), (400, START + 100));
}

/// Stakers who have locked their stake rely on what is planned.
#[test]
fn a_plan_is_never_thinned() {
    let mut s = Staking::on_spl_token();
    s.staker(0, 1);
    s.funds(&s.reward.clone(), 1_000, 100);
    s.actors.world.set_time(START + 50);
    let authority = s.authority.insecure_clone();
    // ten in a second: 500 are left for 50, so that 100 seconds more need 1,000 more
    let thinner = s.fund(&s.reward, 999, 150);
    s.actors.world.refused(thinner, &[&authority], TillError::PlanThinned);
    s.funds(&s.reward.clone(), 1_000, 150);
    // and the end stays at least where it was: nobody who stakes for a second takes it all
    let earlier = s.fund(&s.reward, 1_000_000, 149);
    s.actors.world.refused(earlier, &[&authority], TillError::PlanThinned);
    s.funds(&s.reward.clone(), 1_000, 150);
    // what is over is no promise any more
    s.actors.world.set_time(START + 200);
    s.funds(&s.reward.clone(), 1, MAX_PLAN_SECONDS);
}

#[test]
fn while_nobody_is_staked_the_plan_stands_still() {
    let mut s = Staking::on_spl_token();
    s.funds(&s.reward.clone(), 1_000, 100);
    s.actors.world.set_time(START + 1_000);
    let person = s.staker(0, 1);
    assert_eq!(s.pool().rewards[0].plan.ends_at, START + 1_100);
    s.actors.world.set_time(START + 1_040);
    assert_eq!(s.claims(&person), 400);
    // gone in the middle, and back
    s.requests(&person, 1);
    s.actors.world.set_time(START + 5_000);
    s.stakes(&person, 0, 1);
    assert_eq!(s.pool().rewards[0].plan.ends_at, START + 5_060);
    s.actors.world.set_time(START + 5_060);
    assert_eq!(s.claims(&person), 600);
}

#[test]
fn several_rewards_and_stakers_share_by_weight() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let stake_mint = s.pool.token;
        let second = s.add_reward(&stake_mint);
        let people = [s.staker(0, 300), s.staker(2, 100)];
        s.funds(&s.reward.clone(), 6_000, 10);
        s.funds(&second, 600, 10);
        s.wait(10);
        for person in &people {
            assert_eq!(s.claims(person), 3_000);
            let before = s.actors.world.balance(&person.stake_token);
            let claim = client::claim_reward(&second, person.position.address, person.stake_token);
            s.actors.world.must(claim, &[]);
            assert_eq!(s.actors.world.balance(&person.stake_token) - before, 300);
        }
        // the one token account that holds both still holds the stakes
        assert_eq!(s.actors.world.balance(&s.pool.stake_token()), 400);
        s.assert_solvent();
    }
}

#[test]
fn plans_are_bounded() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    for (amount, seconds, error) in [
        (0, 100, TillError::AmountZero),
        (1, 0, TillError::PlanOutOfBounds),
        (1, MAX_PLAN_SECONDS + 1, TillError::PlanOutOfBounds),
    ] {
        let instruction = s.fund(&s.reward, amount, seconds);
        s.actors.world.refused(instruction, &[&authority], error);
    }
    let unknown = client::RewardKey { index: 1, ..s.reward };
    let instruction = s.fund(&unknown, 1, 1);
    s.actors.world.refused(instruction, &[&authority], TillError::NoSuchReward);
    s.funds(&s.reward.clone(), 1, MAX_PLAN_SECONDS);
}

/// A reward takes in at most 2^64 base units over its life; that keeps everything after it in bounds.
#[test]
fn a_reward_is_funded_up_to_the_largest_number_over_its_life() {
    let mut s = Staking::on_spl_token();
    let (person, authority) = (s.staker(0, 1), s.authority.insecure_clone());
    let (token, key) = (s.reward.token, authority.pubkey());
    s.actors.world.fund(&token, &key, u64::MAX - STAKER_FUNDS);
    s.funds(&s.reward.clone(), u64::MAX, 1);
    s.wait(1);
    // one base unit of weight earns all of it
    assert_eq!(s.claims(&person), u64::MAX);
    let back = spl_transfer(&s, &person.reward_token, &token.account_of(&key), &person.wallet.pubkey());
    s.actors.world.must(back, &[&person.wallet]);
    let again = s.fund(&s.reward, 1, 1);
    s.actors.world.refused(again, &[&authority], TillError::Overflow);
    s.requests(&person, 1);
}

fn spl_transfer(
    s: &Staking,
    from: &solana_pubkey::Pubkey,
    to: &solana_pubkey::Pubkey,
    owner: &solana_pubkey::Pubkey,
) -> solana_instruction::Instruction {
    #[expect(deprecated, reason = "no mint to name")]
    spl_token_2022_interface::instruction::transfer(&s.reward.token.program, from, to, owner, &[], 1_000)
        .expect("an instruction")
}

#[test]
fn only_the_authority_funds_and_only_its_own_tokens() {
    let mut s = Staking::on_spl_token();
    let (person, authority) = (s.person(), s.authority.insecure_clone());
    let args = FundArgs { amount: 1, seconds: 1, max_sent: 1 };
    let key = person.wallet.pubkey();
    let by_stranger = client::fund_reward(&s.reward, key, person.reward_token, args);
    s.actors.world.refused(by_stranger, &[&person.wallet], TillError::NotPoolAuthority);
    let of_stranger = client::fund_reward(&s.reward, authority.pubkey(), person.reward_token, args);
    s.actors.world.refused(of_stranger, &[&authority], TillError::WrongTokenOwner);
    let mut unsigned = s.fund(&s.reward, 1, 1);
    unsigned.accounts[0].is_signer = false;
    s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn a_plan_names_the_rewards_own_mint_and_token_account() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    let mut wrong_mint = s.fund(&s.reward, 1, 1);
    wrong_mint.accounts[3].pubkey = s.pool.token.mint;
    s.actors.world.refused(wrong_mint, &[&authority], TillError::WrongMint);
    let mut wrong_account = s.fund(&s.reward, 1, 1);
    wrong_account.accounts[4].pubkey = s.pool.stake_token();
    s.actors.world.refused_with(wrong_account, &[&authority], ErrorCode::ConstraintHasOne);
}

#[test]
fn nothing_is_funded_while_paused_or_retired() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    let (fund, key) = (s.fund(&s.reward, 1, 1), authority.pubkey());
    let pool = s.pool.address();
    s.by_authority(client::retire_pool(pool, key));
    s.actors.world.refused(fund.clone(), &[&authority], TillError::PoolRetired);
    let token = s.actors.world.spl_token();
    let add = client::add_reward(pool, key, key, &token);
    s.actors.world.refused(add, &[&authority], TillError::PoolRetired);
    s.actors.world.refused(client::retire_pool(pool, key), &[&authority], TillError::PoolRetired);
    s.actors.pause();
    s.actors.world.refused(fund, &[&authority], TillError::Paused);
}
