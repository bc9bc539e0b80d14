//! The end of positions, rewards and pools: everything comes back to whom it belongs.

use anchor_lang::error::ErrorCode;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, RewardKey, Staker};
use till_tests::{COOLDOWN, Person, STAKER_FUNDS, Staking};

/// Everything that this person has staked, withdrawn.
fn leaves(s: &mut Staking, person: &Person) {
    let amount = s.position(person).amount;
    s.requests(person, amount);
    s.wait(i64::from(COOLDOWN));
    let withdraw = s.withdraw(person);
    s.actors.world.must(withdraw, &[]);
}

fn remove(s: &Staking, reward: &RewardKey) -> solana_instruction::Instruction {
    let key = s.authority.pubkey();
    client::remove_reward(reward, key, reward.token.account_of(&key), key)
}

fn close(s: &Staking) -> solana_instruction::Instruction {
    let key = s.authority.pubkey();
    client::close_pool(&s.pool, key, s.pool.token.account_of(&key), key)
}

#[test]
fn the_rent_of_a_position_goes_back_to_who_paid_it() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (person, sponsor) = (s.person(), s.actors.world.wallet());
        let before = s.actors.world.lamports(&sponsor.pubkey());
        let staker = Staker {
            token_account: person.stake_token,
            rent_payer: sponsor.pubkey(),
            tier: 0,
            amount: 10,
            max_sent: 10,
        };
        s.actors.world.must(client::stake(&s.pool, &person.position, &staker), &[&person.wallet, &sponsor]);
        assert!(s.actors.world.lamports(&sponsor.pubkey()) < before);
        leaves(&mut s, &person);
        let to_the_owner = s.close_position(&person);
        s.actors.world.refused(to_the_owner, &[], TillError::WrongRentPayer);
        let (pool, position) = (s.pool.address(), person.position.address);
        s.actors.world.must(client::close_position(pool, position, sponsor.pubkey(), None), &[]);
        assert_eq!(s.actors.world.lamports(&sponsor.pubkey()), before);
        assert_eq!((s.actors.world.lamports(&position), s.pool().positions), (0, 0));

        // and a new position begins from nothing at the same address
        s.stakes(&person, 2, 10);
        assert_eq!((s.position(&person).tier, s.position(&person).sequence), (2, 1));
    }
}

#[test]
fn a_position_that_holds_anything_stays() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, 10);
    let close = s.close_position(&person);
    s.actors.world.refused(close.clone(), &[], TillError::PositionNotEmpty);
    s.requests(&person, 10);
    s.actors.world.refused(close.clone(), &[], TillError::PositionNotEmpty);
    s.wait(i64::from(COOLDOWN));
    let withdraw = s.withdraw(&person);
    s.actors.world.must(withdraw, &[]);
    s.actors.world.must(close, &[]);
}

#[test]
fn only_the_owner_gives_up_what_is_owed() {
    let mut s = Staking::on_spl_token();
    let (person, stranger) = (s.staker(0, 10), s.actors.world.wallet());
    s.funds(&s.reward.clone(), 100, 10);
    s.wait(10);
    leaves(&mut s, &person);
    let (pool, position, owner) = (s.pool.address(), person.position.address, person.wallet.pubkey());
    let close = |signer| client::close_position(pool, position, owner, signer);
    s.actors.world.refused(close(None), &[], TillError::RewardsOwed);
    s.actors.world.refused(close(Some(stranger.pubkey())), &[&stranger], TillError::RewardsOwed);
    let mut unsigned = close(Some(owner));
    unsigned.accounts[2].is_signer = false;
    s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
    s.actors.world.must(close(Some(owner)), &[&person.wallet]);
    // what was given up is the authority's when the reward is removed
    let authority_token = s.reward.token.account_of(&s.authority.pubkey());
    s.by_authority(remove(&s, &s.reward));
    assert_eq!(s.actors.world.balance(&authority_token), STAKER_FUNDS);
}

#[test]
fn a_position_closes_in_its_own_pool_only() {
    let mut s = Staking::on_spl_token();
    let (person, authority) = (s.staker(0, 10), s.authority.insecure_clone());
    leaves(&mut s, &person);
    let other = client::PoolKey { index: 1, ..s.pool };
    s.actors.world.must(client::create_pool(&other, Staking::new_pool(authority.pubkey())), &[&authority]);
    let owner = person.wallet.pubkey();
    let close = client::close_position(other.address(), person.position.address, owner, None);
    s.actors.world.refused_with(close, &[], ErrorCode::ConstraintHasOne);
}

#[test]
fn everything_that_is_left_comes_back_to_the_authority() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let founder = s.authority.pubkey();
        let (reward, stake_mint) = (s.reward, s.pool.token);
        let same = s.add_reward(&stake_mint);
        let person = s.staker(0, 10);
        // a plan that nobody waits for, a stranger's gift to each account
        s.funds(&reward, 1_000, 10);
        s.funds(&same, 1_000, 10);
        s.actors.world.fund(&reward.token, &reward.pool, 55);
        s.actors.world.fund(&stake_mint, &reward.pool, 66);
        for instruction in [remove(&s, &reward), close(&s)] {
            let authority = s.authority.insecure_clone();
            s.actors.world.refused(instruction, &[&authority], TillError::PoolInUse);
        }
        s.wait(10);
        leaves(&mut s, &person);
        assert_eq!(s.claims(&person), 1_000);
        let claim = client::claim_reward(&same, person.position.address, person.stake_token);
        s.actors.world.must(claim, &[]);
        let instruction = s.close_position(&person);
        s.actors.world.must(instruction, &[]);

        s.actors.pause();
        let authority = s.authority.insecure_clone();
        s.actors.world.refused(close(&s), &[&authority], TillError::PoolInUse);
        s.by_authority(remove(&s, &reward));
        // the last reward has taken the first one's index, and keeps its account
        assert_eq!((s.pool().reward_count, s.pool().rewards[0].mint), (1, stake_mint.mint));
        s.by_authority(remove(&s, &RewardKey { index: 0, ..same }));
        s.by_authority(close(&s));
        let [in_reward, in_stake] =
            [reward.token, stake_mint].map(|token| s.actors.world.balance(&token.account_of(&founder)));
        assert_eq!((in_reward, in_stake), (STAKER_FUNDS - 1_000 + 55, STAKER_FUNDS - 1_000 + 66));
        for address in [s.pool.address(), s.pool.stake_token(), reward.token_account()] {
            assert_eq!(s.actors.world.lamports(&address), 0);
        }
    }
}

#[test]
fn all_rent_of_a_pool_comes_back_to_who_paid_it() {
    let mut s = Staking::on_spl_token();
    let (authority, sponsor) = (s.authority.insecure_clone(), s.actors.world.wallet());
    let before = s.actors.world.lamports(&sponsor.pubkey());
    let key = authority.pubkey();
    s.pool.index = 1;
    let new = client::NewPool { rent_payer: sponsor.pubkey(), ..Staking::new_pool(key) };
    s.actors.world.must(client::create_pool(&s.pool, new), &[&authority, &sponsor]);
    let reward = RewardKey { pool: s.pool.address(), ..s.reward };
    let add = client::add_reward(reward.pool, key, sponsor.pubkey(), &reward.token);
    s.actors.world.must(add, &[&authority, &sponsor]);
    assert!(s.actors.world.lamports(&sponsor.pubkey()) < before);

    s.actors.world.refused(remove(&s, &reward), &[&authority], TillError::WrongRentPayer);
    let token = reward.token.account_of(&key);
    s.actors.world.must(client::remove_reward(&reward, key, token, sponsor.pubkey()), &[&authority]);
    s.actors.world.refused(close(&s), &[&authority], TillError::WrongRentPayer);
    // nothing is left in it, so that no token account of the authority is needed
    let instruction = client::close_pool(&s.pool, key, Pubkey::new_unique(), sponsor.pubkey());
    s.actors.world.must(instruction, &[&authority]);
    assert_eq!(s.actors.world.lamports(&sponsor.pubkey()), before);
}

#[test]
fn only_the_authority_ends_rewards_and_pools_and_only_to_itself() {
    let mut s = Staking::on_spl_token();
    let (thief, authority) = (s.person(), s.authority.insecure_clone());
    s.funds(&s.reward.clone(), 1_000, 10);
    let (key, owner) = (thief.wallet.pubkey(), authority.pubkey());
    let by_thief = client::remove_reward(&s.reward, key, thief.reward_token, owner);
    s.actors.world.refused(by_thief, &[&thief.wallet], TillError::NotPoolAuthority);
    let to_thief = client::remove_reward(&s.reward, owner, thief.reward_token, owner);
    s.actors.world.refused(to_thief, &[&authority], TillError::WrongTokenOwner);
    for mut unsigned in [remove(&s, &s.reward), close(&s)] {
        unsigned.accounts[0].is_signer = false;
        s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
    }
    let unknown = remove(&s, &RewardKey { index: 1, ..s.reward });
    s.actors.world.refused(unknown, &[&authority], TillError::NoSuchReward);
    let mut from_stakes = remove(&s, &s.reward);
    from_stakes.accounts[3].pubkey = s.pool.stake_token();
    s.actors.world.refused_with(from_stakes, &[&authority], ErrorCode::ConstraintHasOne);
    let mut wrong_mint = remove(&s, &s.reward);
    wrong_mint.accounts[2].pubkey = s.pool.token.mint;
    s.actors.world.refused(wrong_mint, &[&authority], TillError::WrongMint);
    s.by_authority(remove(&s, &s.reward));

    let stake_mint = s.pool.token;
    s.actors.world.fund(&stake_mint, &s.pool.address(), 1);
    let by_thief = client::close_pool(&s.pool, key, thief.stake_token, owner);
    s.actors.world.refused(by_thief, &[&thief.wallet], TillError::NotPoolAuthority);
    let to_thief = client::close_pool(&s.pool, owner, thief.stake_token, owner);
    s.actors.world.refused(to_thief, &[&authority], TillError::WrongTokenOwner);
    let mut wrong_mint = close(&s);
    wrong_mint.accounts[2].pubkey = s.reward.token.mint;
    s.actors.world.refused(wrong_mint, &[&authority], TillError::WrongMint);
    let mut elsewhere = close(&s);
    elsewhere.accounts[3].pubkey = s.reward.token_account();
    s.actors.world.refused_with(elsewhere, &[&authority], ErrorCode::ConstraintHasOne);
}
