//! Out of a pool with everybody else silent, or hostile.

use anchor_spl::token_2022::spl_token_2022::instruction as token_instruction;
use solana_signer::Signer;
use till::client::{self, PoolKey};
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
