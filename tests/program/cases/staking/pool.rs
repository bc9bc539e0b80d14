//! Pools, their terms, their rewards, and who governs them.

use anchor_lang::error::ErrorCode;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, NewPool, PoolKey};
use till::{
    MAX_COOLDOWN_SECONDS, MAX_LOCK_SECONDS, MAX_WEIGHT_BPS, MIN_BOUND_SECONDS, MIN_WEIGHT_BPS, Pool, Tier,
    TillError,
};
use till_tests::{Actors, COOLDOWN, Extension, Staking, TIERS};

const DAY: u32 = MIN_BOUND_SECONDS;

#[test]
fn a_founder_creates_a_pool() {
    for s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (pool, founder) = (s.pool(), s.authority.pubkey());
        assert_eq!((pool.founder, pool.authority, pool.rent_payer), (founder, founder, founder));
        assert_eq!((pool.stake_mint, pool.stake_token), (s.pool.token.mint, s.pool.stake_token()));
        assert_eq!((pool.cooldown_seconds, pool.tier_count, pool.index), (COOLDOWN, 3, 0));
        assert!((0..3).all(|index| pool.tier(index).unwrap() == TIERS[usize::from(index)]));
        assert_eq!((pool.positions, pool.retired, pool.reward_count, pool.sequence), (0, 0, 1, 1));
        let reward = pool.reward(0).unwrap();
        assert_eq!((reward.mint, reward.reward_token), (s.reward.token.mint, s.reward.token_account()));
        assert_eq!((reward.rent_payer, reward.funded, reward.left()), (founder, 0, 0));
    }
}

#[test]
fn tiers_and_cooldown_have_limits() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    let founder = authority.pubkey();
    let tier = |lock_seconds, weight_bps| Tier { lock_seconds, weight_bps };
    let once = tier(DAY, 10_000);
    let refused = [
        (vec![], 0),
        (vec![once; 5], 0),
        (vec![once], MAX_COOLDOWN_SECONDS + 1),
        (vec![tier(MAX_LOCK_SECONDS + 1, 10_000)], 0),
        (vec![tier(DAY, MIN_WEIGHT_BPS - 1)], 0),
        (vec![tier(DAY, MAX_WEIGHT_BPS + 1)], 0),
        // a stake that is not bound for a day could come and go around a sweep
        (vec![tier(DAY - 1, 10_000)], 0),
        (vec![once, tier(0, 10_000)], DAY - 1),
    ];
    for (index, (tiers, cooldown_seconds)) in refused.into_iter().enumerate() {
        let new = NewPool { tiers, cooldown_seconds, ..Staking::new_pool(founder) };
        let pool = PoolKey::of(founder, 1 + index as u16, s.pool.token, &new);
        s.actors.world.refused(client::create_pool(&pool, new), &[&authority], TillError::PoolOutOfBounds);
    }
    let accepted = [
        (vec![once; 4], 0),
        (vec![tier(0, 10_000)], DAY),
        (vec![tier(1, MAX_WEIGHT_BPS)], DAY - 1),
        (vec![tier(MAX_LOCK_SECONDS, MIN_WEIGHT_BPS)], MAX_COOLDOWN_SECONDS),
    ];
    for (index, (tiers, cooldown_seconds)) in accepted.into_iter().enumerate() {
        let new = NewPool { tiers, cooldown_seconds, ..Staking::new_pool(founder) };
        let pool = PoolKey::of(founder, 101 + index as u16, s.pool.token, &new);
        s.actors.world.must(client::create_pool(&pool, new), &[&authority]);
    }
}

#[test]
fn no_pool_is_created_while_paused_nor_for_nobody() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    let pool = PoolKey { index: 1, ..s.pool };
    let new = Staking::new_pool(authority.pubkey());
    let nobody = NewPool { authority: Pubkey::default(), ..new.clone() };
    s.actors.world.refused(client::create_pool(&pool, nobody), &[&authority], TillError::ZeroAddress);
    s.actors.pause();
    s.actors.world.refused(client::create_pool(&pool, new), &[&authority], TillError::Paused);
}

#[test]
fn a_pool_is_created_by_its_founder_only_and_once() {
    let mut s = Staking::on_spl_token();
    let (thief, founder) = (s.actors.world.wallet(), s.authority.pubkey());
    let new = Staking::new_pool(thief.pubkey());
    let pool = PoolKey { index: 1, ..s.pool };
    let mut unsigned = client::create_pool(&pool, new.clone());
    unsigned.accounts[0].is_signer = false;
    s.actors.world.refused_with(unsigned, &[&thief], ErrorCode::AccountNotSigner);

    let mut elsewhere = client::create_pool(&PoolKey { founder: thief.pubkey(), ..pool }, new);
    elsewhere.accounts[4].pubkey = pool.address();
    s.actors.world.refused_with(elsewhere, &[&thief], ErrorCode::ConstraintSeeds);

    let authority = s.authority.insecure_clone();
    let again = client::create_pool(&s.pool, Staking::new_pool(founder));
    assert!(s.actors.world.send(&[again], &[&authority]).is_err());
}

#[test]
fn mints_that_could_trap_money_are_neither_staked_nor_paid() {
    for extension in [Extension::PermanentDelegate, Extension::TransferHook, Extension::Pausable] {
        let mut s = Staking::on_spl_token();
        let authority = s.authority.insecure_clone();
        let token = s.actors.world.token_2022(&[extension]);
        let new = Staking::new_pool(authority.pubkey());
        let pool = PoolKey::of(authority.pubkey(), 1, token, &new);
        let create = client::create_pool(&pool, new);
        s.actors.world.refused(create, &[&authority], TillError::MintExtensionRefused);
        let key = authority.pubkey();
        let add = client::add_reward(s.pool.address(), key, key, &token);
        s.actors.world.refused(add, &[&authority], TillError::MintExtensionRefused);
    }
}

#[test]
fn a_pool_has_up_to_four_rewards_each_in_its_own_mint() {
    let mut s = Staking::on_spl_token();
    let authority = s.authority.insecure_clone();
    let (key, pool) = (authority.pubkey(), s.pool.address());
    let again = client::add_reward(pool, key, key, &s.reward.token);
    s.actors.world.refused(again, &[&authority], TillError::RewardExists);

    let stake_mint = s.pool.token;
    assert_eq!(s.add_reward(&stake_mint).token_account(), s.pool.stake_token());
    for expected in [2, 3] {
        let token = s.actors.world.token_2022(&[]);
        assert_eq!(s.add_reward(&token).index, expected);
    }
    let token = s.actors.world.spl_token();
    let fifth = client::add_reward(pool, key, key, &token);
    s.actors.world.refused(fifth, &[&authority], TillError::TooManyRewards);
}

#[test]
fn only_the_authority_adds_rewards_and_retires() {
    let mut s = Staking::on_spl_token();
    let stranger = s.actors.world.wallet();
    let (key, pool, token) = (stranger.pubkey(), s.pool.address(), s.actors.world.spl_token());
    let instructions = [
        client::add_reward(pool, key, key, &token),
        client::retire_pool(pool, key),
        client::propose_pool_authority(pool, key, key),
    ];
    for instruction in instructions {
        s.actors.world.refused(instruction, &[&stranger], TillError::NotPoolAuthority);
    }
    let mut unsigned = client::retire_pool(pool, s.authority.pubkey());
    unsigned.accounts[0].is_signer = false;
    s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn the_authority_changes_in_two_steps() {
    let mut s = Staking::on_spl_token();
    let (old, new, other) = (s.authority.insecure_clone(), s.actors.world.wallet(), s.actors.world.wallet());
    let pool = s.pool.address();
    let propose = |to| client::propose_pool_authority(pool, old.pubkey(), to);
    let accept = |key| client::accept_pool_authority(pool, key);
    s.actors.world.refused(accept(new.pubkey()), &[&new], TillError::NotPendingPoolAuthority);

    // an offer that is taken back, or replaced, is none
    s.actors.world.must(propose(other.pubkey()), &[&old]);
    s.actors.world.must(propose(new.pubkey()), &[&old]);
    s.actors.world.refused(accept(other.pubkey()), &[&other], TillError::NotPendingPoolAuthority);
    s.actors.world.must(propose(Pubkey::default()), &[&old]);
    s.actors.world.refused(accept(new.pubkey()), &[&new], TillError::NotPendingPoolAuthority);

    s.actors.world.must(propose(new.pubkey()), &[&old]);
    assert_eq!((s.pool().authority, s.pool().pending_authority), (old.pubkey(), new.pubkey()));
    let mut unsigned = accept(new.pubkey());
    unsigned.accounts[0].is_signer = false;
    s.actors.world.refused_with(unsigned, &[], ErrorCode::AccountNotSigner);
    s.actors.world.must(accept(new.pubkey()), &[&new]);
    assert_eq!((s.pool().authority, s.pool().pending_authority), (new.pubkey(), Pubkey::default()));
    s.actors.world.refused(propose(old.pubkey()), &[&old], TillError::NotPoolAuthority);
    s.actors.world.refused(accept(new.pubkey()), &[&new], TillError::NotPendingPoolAuthority);
}

#[test]
fn a_pool_opens_although_somebody_made_its_accounts_first() {
    let mut a = Actors::on_spl_token();
    let founder = a.world.wallet();
    let new = Staking::new_pool(founder.pubkey());
    let pool = PoolKey::of(founder.pubkey(), 0, a.token, &new);
    a.world.token_account(&a.token.clone(), &pool.address());
    a.world.must(client::create_pool(&pool, new), &[&founder]);
    let opened: Pool = a.world.account(&pool.address()).unwrap();
    assert_eq!(opened.stake_token, pool.stake_token());
}
