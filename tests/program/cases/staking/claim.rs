use anchor_lang::error::ErrorCode;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, RewardKey};
use till_tests::Staking;

fn earning(mut s: Staking) -> (Staking, till_tests::Person) {
    let person = s.staker(0, 1_000);
    s.funds(&s.reward.clone(), 1_000, 100);
    s.wait(50);
    (s, person)
}

#[test]
fn anyone_claims_for_the_owner() {
    for s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (mut s, person) = earning(s);
        s.actors.pause();
        assert_eq!(s.claims(&person), 500);
        let (position, reward) = (s.position(&person), s.pool().rewards[0]);
        assert_eq!((position.rewards[0].owed.whole, position.sequence), (0, 2));
        assert_eq!((reward.funded, reward.claimed), (1_000, 500));
        let again = s.claim(&person);
        s.actors.world.refused(again, &[], TillError::NothingToClaim);
        s.assert_solvent();
    }
}

#[test]
fn a_claim_pays_the_owner_only_wherever_it_likes() {
    let (mut s, person) = earning(Staking::on_spl_token());
    let thief = s.person();
    let stolen = client::claim_reward(&s.reward, person.position.address, thief.reward_token);
    s.actors.world.refused(stolen, &[], TillError::WrongTokenOwner);
    let wrong_mint = client::claim_reward(&s.reward, person.position.address, person.stake_token);
    s.actors.world.refused(wrong_mint, &[], TillError::NotATokenAccount);
    let (token, owner) = (s.reward.token, person.wallet.pubkey());
    let elsewhere = s.actors.world.second_token_account(&token, &owner);
    s.actors.world.must(client::claim_reward(&s.reward, person.position.address, elsewhere), &[]);
    assert_eq!(s.actors.world.balance(&elsewhere), 500);
}

#[test]
fn a_claim_names_a_reward_of_the_pool_and_its_accounts() {
    let (mut s, person) = earning(Staking::on_spl_token());
    for index in [1, 4, 255] {
        let unknown = RewardKey { index, ..s.reward };
        let claim = client::claim_reward(&unknown, person.position.address, person.reward_token);
        s.actors.world.refused(claim, &[], TillError::NoSuchReward);
    }
    let mut wrong_mint = s.claim(&person);
    wrong_mint.accounts[2].pubkey = s.pool.token.mint;
    s.actors.world.refused(wrong_mint, &[], TillError::WrongMint);
    let mut from_stakes = s.claim(&person);
    from_stakes.accounts[3].pubkey = s.pool.stake_token();
    s.actors.world.refused_with(from_stakes, &[], ErrorCode::ConstraintHasOne);
}

#[test]
fn a_position_claims_from_its_own_pool_only() {
    let (mut s, person) = earning(Staking::on_spl_token());
    let authority = s.authority.insecure_clone();
    let other = client::PoolKey { index: 1, ..s.pool };
    let key = authority.pubkey();
    s.actors.world.must(client::create_pool(&other, Staking::new_pool(key)), &[&authority]);
    let reward = RewardKey { pool: other.address(), ..s.reward };
    s.by_authority(client::add_reward(reward.pool, key, key, &reward.token));
    let claim = client::claim_reward(&reward, person.position.address, person.reward_token);
    s.actors.world.refused_with(claim, &[], ErrorCode::ConstraintHasOne);
}

/// A stranger who claims for others in every second takes nothing from them: fractions stay.
#[test]
fn it_makes_no_difference_how_often_somebody_claims() {
    let mut s = Staking::on_spl_token();
    let people = [s.staker(0, 1), s.staker(0, 2), s.staker(0, 4)];
    s.funds(&s.reward.clone(), 1_000, 1_000);
    for _ in 0..250 {
        s.wait(4);
        let claim = s.claim(&people[0]);
        let _nothing_or_not = s.actors.world.send(&[claim], &[]);
    }
    let rewards: Vec<u64> = people[1..].iter().map(|person| s.claims(person)).collect();
    assert_eq!(s.actors.world.balance(&people[0].reward_token), 142);
    assert_eq!(rewards, [285, 571]);
}
