use anchor_lang::error::ErrorCode;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, VaultKey};
use till::{BurnRecord, INCOME_SECONDS, TillError, pda};
use till_tests::{Actors, Extension, Person, Staking, World};

/// A pool that rewards in the actors' mint too, at index 1, with one staker; half of the fees are for it.
fn with_pool(s: Staking) -> (Staking, till_tests::Person) {
    let mut s = s;
    let stake_mint = s.pool.token;
    s.add_reward(&stake_mint);
    let person = s.staker(0, 1_000);
    let pool = s.pool.address();
    s.actors.configure(|protocol| (protocol.pool, protocol.stakers_bps) = (pool, 5_000));
    (s, person)
}

/// The actors' mint is the one that is burned, a fifth of the fees.
fn burns(a: &mut Actors) -> Pubkey {
    let (payer, mint) = (a.payer.insecure_clone(), a.token.mint);
    a.world.must(client::open_burn_record(payer.pubkey(), mint), &[&payer]);
    a.configure(|protocol| (protocol.burn_mint, protocol.burn_bps) = (mint, 2_000));
    pda::burn_record(&mint).0
}

#[test]
fn without_pool_and_burning_everything_is_the_treasurys() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        // shares that nobody can take: no pool is named, and another mint is burned
        a.configure(|protocol| {
            (protocol.stakers_bps, protocol.burn_bps) = (5_000, 2_000);
            protocol.burn_mint = Pubkey::new_unique();
        });
        let fees = a.earn_fees(1);
        let vault = a.vault();
        a.pause();
        let sweep = a.sweep();
        a.world.must(sweep.clone(), &[]);
        let treasury_token = a.treasury_token(&a.token.clone());
        assert_eq!((fees, a.world.balance(&treasury_token)), (250_000, 250_000));
        assert_eq!((a.vault().fees, a.vault().sequence), (0, vault.sequence + 1));
        assert_eq!(a.vault_tokens(), a.vault().owed().unwrap());
        a.world.refused(sweep, &[], TillError::NothingToSweep);
    }
}

#[test]
fn stakers_burning_and_treasury_get_their_shares() {
    for s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (mut s, person) = with_pool(s);
        let record = burns(&mut s.actors);
        // of 99 base units: 49 and 19, rounded down, and 31
        s.actors.captured(s.actors.terms(1), 9_900);
        let (supply, token) = (s.actors.world.supply(&s.pool.token), s.pool.token);
        let sweep = s.actors.sweep();
        s.actors.world.must(sweep, &[]);
        let treasury_token = s.actors.treasury_token(&token);
        assert_eq!(s.actors.world.balance(&treasury_token), 31);
        assert_eq!(s.actors.world.supply(&token), supply - 19);
        let record: BurnRecord = s.actors.world.account(&record).unwrap();
        assert_eq!((record.burned_by_holders, record.burned_from_fees, record.sequence), (0, 19, 1));
        assert_eq!((s.pool().rewards[1].funded, s.pool().rewards[0].funded), (49, 0));
        s.assert_solvent();

        let earned = client::RewardKey { index: 1, token, ..s.reward };
        let before = s.actors.world.balance(&person.stake_token);
        s.wait(INCOME_SECONDS);
        s.actors.world.must(client::claim_reward(&earned, person.position.address, person.stake_token), &[]);
        // a thousandth of 49 is no finite binary fraction: the last one waits
        assert!((48..=49).contains(&(s.actors.world.balance(&person.stake_token) - before)));
        assert_eq!(s.actors.vault_tokens(), s.actors.vault().owed().unwrap());
    }
}

#[test]
fn without_stakers_or_without_a_reward_in_the_mint_their_part_is_the_treasurys() {
    let (mut s, person) = with_pool(Staking::on_spl_token());
    s.requests(&person, 1_000);
    let fees = s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    let token = s.pool.token;
    let treasury_token = s.actors.treasury_token(&token);
    assert_eq!(s.actors.world.balance(&treasury_token), fees);

    let mut s = Staking::on_spl_token();
    s.staker(0, 1_000);
    let pool = s.pool.address();
    s.actors.configure(|protocol| (protocol.pool, protocol.stakers_bps) = (pool, 5_000));
    let fees = s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    let token = s.pool.token;
    let treasury_token = s.actors.treasury_token(&token);
    assert_eq!(s.actors.world.balance(&treasury_token), fees);
}

/// Else a pool's authority could hold up the fees of every merchant.
#[test]
fn a_pool_that_is_gone_or_full_does_not_hold_up_the_fees() {
    let mut s = Staking::on_spl_token();
    let (key, pool) = (s.authority.pubkey(), s.pool.address());
    s.actors.configure(|protocol| (protocol.pool, protocol.stakers_bps) = (pool, 5_000));
    let token = s.reward.token.account_of(&key);
    s.by_authority(client::remove_reward(&s.reward, key, token, key));
    s.by_authority(client::close_pool(&s.pool, key, s.pool.token.account_of(&key), key));
    s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);

    let (mut s, _person) = with_pool(Staking::on_spl_token());
    let (address, mut pool) = (s.pool.address(), s.pool());
    // as if it had taken in nearly all that a reward can in its life
    (pool.rewards[1].funded, pool.rewards[1].claimed) = (u64::MAX - 1, u64::MAX - 1);
    s.actors.world.write(&address, &pool);
    let fees = s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    let treasury_token = s.actors.treasury_token(&s.pool.token.clone());
    assert_eq!(s.actors.world.balance(&treasury_token), fees);
}

#[test]
fn who_calls_cannot_leave_out_the_stakers() {
    let (mut s, _person) = with_pool(Staking::on_spl_token());
    let authority = s.authority.insecure_clone();
    let other = client::PoolKey { index: 1, ..s.pool };
    s.actors.world.must(client::create_pool(&other, Staking::new_pool(authority.pubkey())), &[&authority]);
    s.actors.earn_fees(1);
    let sweep = |s: &mut Staking, pool, pool_token| {
        let token = s.pool.token;
        let treasury_token = s.actors.treasury_token(&token);
        let mut distribution = client::distribution(&s.actors.protocol(), &token, treasury_token);
        (distribution.pool, distribution.pool_token) = (pool, pool_token);
        client::sweep_fees(&s.actors.vault, distribution)
    };
    let (pool, pool_token) = (Some(s.pool.address()), Some(s.pool.stake_token()));
    let reward_token = Some(s.reward.token_account());
    for wrong in [None, Some(other.address()), Some(authority.pubkey())] {
        let instruction = sweep(&mut s, wrong, pool_token);
        s.actors.world.refused(instruction, &[], TillError::WrongPool);
    }
    for wrong in [None, reward_token, Some(s.actors.payer_token)] {
        let instruction = sweep(&mut s, pool, wrong);
        s.actors.world.refused(instruction, &[], TillError::WrongPoolToken);
    }
    let instruction = sweep(&mut s, pool, pool_token);
    s.actors.world.must(instruction, &[]);
}

#[test]
fn who_calls_cannot_leave_out_the_burning() {
    let mut a = Actors::on_spl_token();
    let record = burns(&mut a);
    let (payer, other) = (a.payer.insecure_clone(), a.world.spl_token());
    a.world.must(client::open_burn_record(payer.pubkey(), other.mint), &[&payer]);
    a.earn_fees(1);
    let (token, protocol) = (a.token, a.protocol());
    let treasury_token = a.treasury_token(&token);
    for wrong in [None, Some(pda::burn_record(&other.mint).0)] {
        let mut distribution = client::distribution(&protocol, &token, treasury_token);
        assert_eq!(distribution.burn_record, Some(record));
        distribution.burn_record = wrong;
        a.world.refused(client::sweep_fees(&a.vault, distribution), &[], TillError::WrongBurnRecord);
    }
}

#[test]
fn the_treasurys_part_goes_to_the_treasury_only() {
    let mut a = Actors::on_spl_token();
    a.earn_fees(1);
    let (token, protocol) = (a.token, a.protocol());
    let distribution = client::distribution(&protocol, &token, a.payer_token);
    a.world.refused(client::sweep_fees(&a.vault, distribution), &[], TillError::WrongTokenOwner);
    let elsewhere = a.world.second_token_account(&token, &protocol.treasury);
    let distribution = client::distribution(&protocol, &token, elsewhere);
    a.world.must(client::sweep_fees(&a.vault, distribution), &[]);
    assert_eq!(a.world.balance(&elsewhere), 250_000);
}

#[test]
fn a_sweep_names_the_vaults_own_mint_and_token_account() {
    let mut a = Actors::on_spl_token();
    a.earn_fees(1);
    let other = a.world.spl_token();
    let mut wrong_mint = a.sweep();
    let mint = a.token.mint;
    wrong_mint.accounts.iter_mut().find(|meta| meta.pubkey == mint).unwrap().pubkey = other.mint;
    a.world.refused(wrong_mint, &[], TillError::WrongMint);
    let mut wrong_account = a.sweep();
    wrong_account.accounts[1].pubkey = VaultKey { shard: 1, ..a.vault }.token_account();
    a.world.refused_with(wrong_account, &[], ErrorCode::ConstraintHasOne);
}

/// Under a transfer fee, what counts for the stakers is what arrived.
#[test]
fn stakers_are_owed_what_arrived() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let reward = world.spl_token();
    let (mut s, _person) = with_pool(Staking::with(Actors::with(world, token), reward));
    s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    assert_eq!(s.pool().rewards[1].funded, 125_000 - 1_250);
    s.assert_solvent();
    assert_eq!(s.actors.vault_tokens(), s.actors.vault().owed().unwrap());
}

/// The whole of it: stake, sweep, and out again. The money stays bound for the cooldown, and has earned
/// nothing in the moment of the sweep.
#[test]
fn nobody_gets_around_a_sweep_in_one_transaction() {
    let (mut s, honest) = with_pool(Staking::on_spl_token());
    s.actors.earn_fees(1);
    let thief = s.person();
    let earned = client::RewardKey { index: 1, token: s.pool.token, ..s.reward };
    let sandwich = [
        s.stake(&thief, 0, 1_000_000),
        s.actors.sweep(),
        client::claim_reward(&earned, thief.position.address, thief.stake_token),
        s.request(&thief, 1_000_000),
        s.withdraw(&thief),
    ];
    assert!(s.actors.world.send(&sandwich, &[&thief.wallet]).is_err());
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    s.wait(INCOME_SECONDS);
    s.actors.world.must(client::claim_reward(&earned, honest.position.address, honest.stake_token), &[]);
}

/// What took months to gather is not for who stakes a lot just before it is swept.
#[test]
fn fee_income_is_given_out_over_seven_days() {
    for s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (mut s, honest) = with_pool(s);
        let fees = s.actors.earn_fees(1);
        let (income, earned) = (fees / 2, client::RewardKey { index: 1, token: s.pool.token, ..s.reward });
        // a thousand times as much, for one hour
        let thief = s.staker(0, 1_000_000);
        let sweep = s.actors.sweep();
        s.actors.world.must(sweep, &[]);
        let claim =
            |person: &Person| client::claim_reward(&earned, person.position.address, person.stake_token);
        s.actors.world.refused(claim(&thief), &[], TillError::NothingToClaim);
        s.wait(3_600);
        s.requests(&thief, 1_000_000);
        let stream = s.pool().rewards[1].income;
        assert_eq!((stream.planned, stream.released), (income, income * 3_600 / INCOME_SECONDS as u64));
        let before = s.actors.world.balance(&thief.stake_token);
        s.actors.world.must(claim(&thief), &[]);
        assert!(s.actors.world.balance(&thief.stake_token) - before <= income / 168);
        s.wait(INCOME_SECONDS - 3_600 - 1);
        let before = s.actors.world.balance(&honest.stake_token);
        s.actors.world.must(claim(&honest), &[]);
        s.wait(1);
        assert!(s.pool().rewards[1].left() > 0);
        s.stakes(&honest, 0, 1);
        assert_eq!(s.pool().rewards[1].left(), 0);
        let got = s.actors.world.balance(&honest.stake_token) - before;
        assert!(got + 1 > income - income / 168 - 2, "{got} of {income}");
        s.assert_solvent();
    }
}

#[test]
fn income_stands_still_while_nobody_is_staked() {
    let (mut s, person) = with_pool(Staking::on_spl_token());
    s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    s.wait(INCOME_SECONDS / 2);
    s.requests(&person, 1_000);
    let (left, ends_at) = (s.pool().rewards[1].left(), s.pool().rewards[1].income.ends_at);
    s.wait(10 * INCOME_SECONDS);
    s.stakes(&person, 0, 1_000);
    let reward = s.pool().rewards[1];
    assert_eq!((reward.left(), reward.income.ends_at), (left, ends_at + 10 * INCOME_SECONDS));
}

#[test]
fn a_retired_pool_earns_no_fees() {
    let (mut s, _person) = with_pool(Staking::on_spl_token());
    s.by_authority(client::retire_pool(s.pool.address(), s.authority.pubkey()));
    let fees = s.actors.earn_fees(1);
    let sweep = s.actors.sweep();
    s.actors.world.must(sweep, &[]);
    let treasury_token = s.actors.treasury_token(&s.pool.token.clone());
    assert_eq!((s.actors.world.balance(&treasury_token), s.pool().rewards[1].funded), (fees, 0));
}

/// The mint's freeze authority may not like the pool; that is no reason to hold up all vaults.
#[test]
fn a_frozen_or_missing_pool_account_does_not_hold_up_the_fees() {
    for s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        let (mut s, _person) = with_pool(s);
        let (token, account) = (s.pool.token, s.pool.stake_token());
        let treasury_token = s.actors.treasury_token(&token);
        s.actors.world.freeze(&token, &account);
        let fees = s.actors.earn_fees(1);
        let sweep = s.actors.sweep();
        s.actors.world.must(sweep, &[]);
        assert_eq!((s.actors.world.balance(&treasury_token), s.pool().rewards[1].funded), (fees, 0));
        // thawed, it earns again
        s.actors.world.thaw(&token, &account);
        s.actors.earn_fees(2);
        let sweep = s.actors.sweep();
        s.actors.world.must(sweep, &[]);
        assert_eq!(s.pool().rewards[1].funded, fees / 2);

        s.actors.earn_fees(3);
        s.actors.world.svm.set_account(account, Default::default()).expect("no account");
        let sweep = s.actors.sweep();
        s.actors.world.must(sweep, &[]);
        assert_eq!(s.actors.world.balance(&treasury_token), fees + fees / 2 + fees);
    }
}

#[test]
fn a_mint_of_which_nothing_is_burned_needs_no_burn_record() {
    let mut a = Actors::on_spl_token();
    let mint = a.token.mint;
    a.configure(|protocol| (protocol.burn_mint, protocol.burn_bps) = (mint, 0));
    let fees = a.earn_fees(1);
    let sweep = a.sweep();
    a.world.must(sweep, &[]);
    let treasury_token = a.treasury_token(&a.token.clone());
    assert_eq!(a.world.balance(&treasury_token), fees);
}
