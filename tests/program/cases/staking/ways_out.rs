//! Out of a pool with everybody else silent, or hostile.

use anchor_lang::error::ErrorCode;
use anchor_spl::token_2022::spl_token_2022::instruction as token_instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, NewPool, PoolKey};
use till::{Pool, TillError};
use till_tests::{COOLDOWN, Extension, STAKER_FUNDS, Staking, TIERS};

/// The pool's authority is never asked, the protocol is paused, and nobody signs but the owner, once.
#[test]
fn a_staker_gets_out_with_everybody_else_silent() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let before = s.person();
        let lamports = s.actors.world.lamports(&before.wallet.pubkey());
        s.stakes(&before, 2, 1_000);
        s.funds(&s.reward.clone(), 3_000, 100);
        s.actors.pause();
        s.wait(i64::from(TIERS[2].lock_seconds));
        s.requests(&before, 1_000);
        s.wait(i64::from(COOLDOWN));
        assert_eq!(s.claims(&before), 3_000);
        for instruction in [s.withdraw(&before), s.close_position(&before)] {
            s.actors.world.must(instruction, &[]);
        }
        assert_eq!(s.actors.world.balance(&before.stake_token), STAKER_FUNDS);
        assert_eq!(s.actors.world.lamports(&before.wallet.pubkey()), lamports);
    }
}

/// The authority's way out: stakers who stay for ever, or have lost their keys, do not keep a pool open.
#[test]
fn anyone_empties_a_retired_pool_as_the_locks_end() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (gone, stranger) = (s.staker(1, 1_000), s.actors.world.wallet());
        s.funds(&s.reward.clone(), 1_500, 100);
        let (pool, key) = (s.pool.address(), s.authority.pubkey());
        let request =
            |amount| client::request_unstake(stranger.pubkey(), pool, gone.position.address, amount);
        s.by_authority(client::retire_pool(pool, key));
        s.actors.pause();
        s.actors.world.refused(request(1_000), &[&stranger], TillError::NotStaker);
        s.wait(100);
        s.actors.world.refused(request(1_000), &[&stranger], TillError::StakeLocked);
        s.wait(i64::from(TIERS[1].lock_seconds));
        // only for all of it: base unit by base unit the cooldown would never end
        for amount in [1, 999] {
            s.actors.world.refused(request(amount), &[&stranger], TillError::NotStaker);
        }
        s.actors.world.must(request(1_000), &[&stranger]);
        s.wait(i64::from(COOLDOWN));
        assert_eq!(s.claims(&gone), 1_500);
        for instruction in [s.withdraw(&gone), s.close_position(&gone)] {
            s.actors.world.must(instruction, &[]);
        }
        assert_eq!(s.actors.world.balance(&gone.stake_token), STAKER_FUNDS);
        let token = s.reward.token.account_of(&key);
        s.by_authority(client::remove_reward(&s.reward, key, token, key));
        s.by_authority(client::close_pool(&s.pool, key, s.pool.token.account_of(&key), key));
        assert_eq!(s.actors.world.lamports(&pool), 0);
    }
}

/// The authority neither keeps a plan by throwing out who it was for, nor lets a stranger do so.
#[test]
fn nobody_is_thrown_out_of_a_retired_pool_before_all_plans_are_over() {
    let mut s = Staking::on_spl_token();
    let (person, stranger, key) = (s.staker(0, 1_000), s.actors.world.wallet(), s.authority.pubkey());
    let (pool, authority, second) = (s.pool.address(), s.authority.insecure_clone(), s.pool.token);
    let second = s.add_reward(&second);
    s.funds(&s.reward.clone(), 1_000, 100);
    s.funds(&second, 1_000, 200);
    s.by_authority(client::retire_pool(pool, key));
    let request = |key| client::request_unstake(key, pool, person.position.address, 1_000);
    for seconds in [100, 99] {
        for signer in [&stranger, &authority] {
            s.actors.world.refused(request(signer.pubkey()), &[signer], TillError::NotStaker);
        }
        s.wait(seconds);
    }
    s.actors.world.refused(request(key), &[&authority], TillError::NotStaker);
    s.wait(1);
    s.actors.world.must(request(key), &[&authority]);
    let claim = client::claim_reward(&second, person.position.address, person.stake_token);
    s.actors.world.must(claim, &[]);
    assert_eq!((s.claims(&person), s.pool().rewards[1].claimed), (1_000, 1_000));
}

#[test]
fn a_stranger_never_begins_a_cooldown_again() {
    let mut s = Staking::on_spl_token();
    let (person, stranger, pool) = (s.staker(0, 1_000), s.actors.world.wallet(), s.pool.address());
    s.by_authority(client::retire_pool(pool, s.authority.pubkey()));
    s.requests(&person, 999);
    s.wait(i64::from(COOLDOWN) - 1);
    let request = client::request_unstake(stranger.pubkey(), pool, person.position.address, 1);
    s.actors.world.refused(request.clone(), &[&stranger], TillError::NotStaker);
    s.wait(1);
    let withdraw = s.withdraw(&person);
    s.actors.world.must(withdraw, &[]);
    s.actors.world.must(request, &[&stranger]);
}

/// Whoever still trusts the address finds what was agreed there, or nothing.
#[test]
fn no_pool_lives_again_under_other_terms() {
    let mut s = Staking::on_spl_token();
    let (authority, pool) = (s.authority.insecure_clone(), s.pool);
    let (key, other_token) = (authority.pubkey(), s.actors.world.spl_token());
    let token = s.reward.token.account_of(&key);
    s.by_authority(client::remove_reward(&s.reward, key, token, key));
    s.by_authority(client::close_pool(&pool, key, pool.token.account_of(&key), key));
    let same = Staking::new_pool(key);
    let other_terms = [
        NewPool { cooldown_seconds: COOLDOWN + 1, ..same.clone() },
        NewPool { tiers: TIERS[..2].to_vec(), ..same.clone() },
    ];
    for new in other_terms {
        assert_ne!(PoolKey::of(key, 0, pool.token, &new).address(), pool.address());
        let create = client::create_pool(&pool, new);
        s.actors.world.refused_with(create, &[&authority], ErrorCode::ConstraintSeeds);
    }
    let other_mint = PoolKey { token: other_token, ..pool };
    let create = client::create_pool(&other_mint, same);
    s.actors.world.refused_with(create, &[&authority], ErrorCode::ConstraintSeeds);
}

/// The stakes' account is not closed before the pool is, and another reward that is frozen may hold that up.
#[test]
fn a_removed_reward_in_the_stakes_mint_comes_back_at_once() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (key, stake_mint) = (s.authority.pubkey(), s.pool.token);
        let reward = s.add_reward(&stake_mint);
        s.funds(&reward, 1_000, 100);
        s.funds(&s.reward.clone(), 1, 1);
        s.actors.world.freeze(&s.reward.token, &s.reward.token_account());
        let token = stake_mint.account_of(&key);
        s.by_authority(client::remove_reward(&reward, key, token, key));
        assert_eq!(s.actors.world.balance(&token), STAKER_FUNDS);
        assert_eq!(s.actors.world.balance(&s.pool.stake_token()), 0);
    }
}

/// Anybody may have made another account at the address of a mint that is gone.
#[test]
fn a_pool_whose_mints_address_lives_again_as_something_else_still_closes() {
    let mut s = Staking::on_token_2022();
    let key = s.authority.pubkey();
    for mint in [s.pool.token.mint, s.reward.token.mint] {
        let other = solana_account::Account {
            lamports: 10_000_000,
            data: vec![7; 300],
            owner: Pubkey::new_unique(),
            ..Default::default()
        };
        s.actors.world.svm.set_account(mint, other).expect("an account");
    }
    s.by_authority(client::remove_reward(&s.reward, key, key, key));
    s.by_authority(client::close_pool(&s.pool, key, key, key));
}

#[test]
fn a_retired_pool_takes_nothing_and_its_stakers_earn_on() {
    let mut s = Staking::on_spl_token();
    let (person, key) = (s.staker(0, 1_000), s.authority.pubkey());
    s.funds(&s.reward.clone(), 500, 100);
    s.by_authority(client::retire_pool(s.pool.address(), key));
    let more = s.stake(&person, 0, 1);
    s.actors.world.refused(more, &[&person.wallet], TillError::PoolRetired);
    s.wait(100);
    assert_eq!(s.claims(&person), 500);
    s.requests(&person, 1);
}

/// The issuer of one reward freezes the pool's account of it. Nothing else is held up.
#[test]
fn a_frozen_reward_holds_up_neither_stakes_nor_other_rewards() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let token = s.actors.world.spl_token();
        let other = s.add_reward(&token);
        let person = s.staker(0, 1_000);
        let other_token = s.actors.world.token_account(&token, &person.wallet.pubkey());
        for reward in [s.reward, other] {
            s.funds(&reward, 1_000, 10);
        }
        let (frozen, issuer) = (s.reward, s.actors.world.upgrade_authority.pubkey());
        let (program, mint) = (frozen.token.program, frozen.token.mint);
        let freeze =
            token_instruction::freeze_account(&program, &frozen.token_account(), &mint, &issuer, &[]);
        s.actors.world.must(freeze.unwrap(), &[]);
        s.wait(10);
        let claim = s.claim(&person);
        assert!(s.actors.world.send(&[claim], &[]).is_err());

        s.actors.world.must(client::claim_reward(&other, person.position.address, other_token), &[]);
        assert_eq!(s.actors.world.balance(&other_token), 1_000);
        s.requests(&person, 1_000);
        s.wait(i64::from(COOLDOWN));
        let withdraw = s.withdraw(&person);
        s.actors.world.must(withdraw, &[]);
        let owner = person.wallet.pubkey();
        let close = client::close_position(s.pool.address(), person.position.address, owner, Some(owner));
        s.actors.world.must(close, &[&person.wallet]);
        assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS);
    }
}

/// Mints with a close authority can vanish while none of their tokens exist.
#[test]
fn a_pool_whose_mints_are_gone_still_closes() {
    let mut s = Staking::on_token_2022();
    let (authority, issuer) = (s.authority.insecure_clone(), s.actors.world.upgrade_authority.pubkey());
    let key = authority.pubkey();
    let [stake, reward] = [(); 2]
        .map(|()| s.actors.world.token_2022(&[Extension::MintCloseAuthority, Extension::TransferFee(1)]));
    let new = Staking::new_pool(key);
    let pool = PoolKey::of(key, 1, stake, &new);
    let before = s.actors.world.lamports(&key);
    s.actors.world.must(client::create_pool(&pool, new), &[&authority]);
    let rewards = [reward, stake].map(|token| client::RewardKey { pool: pool.address(), index: 0, token });
    for reward in &rewards {
        s.actors.world.must(client::add_reward(pool.address(), key, key, &reward.token), &[&authority]);
    }
    for mint in [stake.mint, reward.mint] {
        let close = token_instruction::close_account(&stake.program, &mint, &issuer, &issuer, &[]);
        s.actors.world.must(close.unwrap(), &[]);
    }
    for reward in &rewards {
        s.actors.world.must(client::remove_reward(reward, key, key, key), &[&authority]);
    }
    s.actors.world.must(client::close_pool(&pool, key, key, key), &[&authority]);
    assert_eq!(s.actors.world.lamports(&key), before);
}

/// What was left in an account by mistake is not lost: the founder can create the same pool again.
#[test]
fn a_pool_lives_again_at_its_address() {
    let mut s = Staking::on_spl_token();
    let (authority, pool) = (s.authority.insecure_clone(), s.pool);
    let key = authority.pubkey();
    let token = s.reward.token.account_of(&key);
    s.by_authority(client::remove_reward(&s.reward, key, token, key));
    s.by_authority(client::close_pool(&pool, key, pool.token.account_of(&key), key));
    s.actors.world.must(client::create_pool(&pool, Staking::new_pool(key)), &[&authority]);
    let opened: Pool = s.pool();
    assert_eq!((opened.sequence, opened.reward_count, opened.positions), (0, 0, 0));
}
