use anchor_lang::error::ErrorCode;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use till::client::{self, PositionKey, Staker};
use till::{Earned, Position, TillError};
use till_tests::{Person, STAKER_FUNDS, START, Staking, TIERS};

const AMOUNT: u64 = 5_000_001;

#[test]
fn a_stake_is_held_and_weighs_by_its_tier() {
    for mut s in [Staking::on_spl_token(), Staking::on_token_2022()] {
        for (tier, weighted) in [(0, AMOUNT), (1, 7_500_001), (2, 15_000_003)] {
            let before = s.pool();
            let person = s.staker(tier, AMOUNT);
            let (position, pool) = (s.position(&person), s.pool());
            assert_eq!((position.pool, position.owner), (s.pool.address(), person.wallet.pubkey()));
            assert_eq!(position.rent_payer, person.wallet.pubkey());
            assert_eq!((position.amount, position.weighted, position.cooling), (AMOUNT, weighted, 0));
            let lock = i64::from(TIERS[usize::from(tier)].lock_seconds);
            assert_eq!((position.tier, position.unlock_at), (tier, START + lock));
            assert_eq!((position.sequence, position.rewards), (1, [Earned::default(); 4]));
            assert_eq!((pool.staked, pool.weighted), (before.staked + AMOUNT, before.weighted + weighted));
            assert_eq!((pool.positions, pool.sequence), (before.positions + 1, before.sequence + 1));
            assert_eq!(s.actors.world.balance(&person.stake_token), STAKER_FUNDS - AMOUNT);
        }
        let stake_token = s.pool.stake_token();
        assert_eq!(s.actors.world.balance(&stake_token), 3 * AMOUNT);
    }
}

#[test]
fn adding_to_a_stake_locks_all_of_it_again() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(1, 3);
    s.wait(86_400);
    s.stakes(&person, 1, 4);
    let (position, pool) = (s.position(&person), s.pool());
    // of the sum: 1.5 times 7 is 10.5
    assert_eq!((position.amount, position.weighted, position.sequence), (7, 10, 2));
    assert_eq!(position.unlock_at, START + 86_400 + i64::from(TIERS[1].lock_seconds));
    assert_eq!((pool.staked, pool.weighted, pool.positions), (7, 10, 1));
}

#[test]
fn a_position_stays_in_its_tier() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(1, AMOUNT);
    for tier in [0, 2, 3] {
        let instruction = s.stake(&person, tier, AMOUNT);
        s.actors.world.refused(instruction, &[&person.wallet], TillError::WrongTier);
    }
    let other = s.person();
    for tier in [3, 4, 255] {
        let instruction = s.stake(&other, tier, AMOUNT);
        s.actors.world.refused(instruction, &[&other.wallet], TillError::NoSuchTier);
    }
}

#[test]
fn an_owner_has_many_positions() {
    let mut s = Staking::on_spl_token();
    let mut person = s.staker(0, AMOUNT);
    let first = person.position;
    for tier in [1, 2, 1] {
        person.position = person.position.next().expect("another salt");
        s.stakes(&person, tier, AMOUNT);
        assert_eq!(s.position(&person).tier, tier);
    }
    assert_eq!(s.pool().positions, 4);
    person.position = first;
    assert_eq!(s.position(&person).amount, AMOUNT);
}

#[test]
fn amounts_are_bounded_by_zero_and_by_what_one_has() {
    let mut s = Staking::on_spl_token();
    let person = s.person();
    let nothing = s.stake(&person, 0, 0);
    s.actors.world.refused(nothing, &[&person.wallet], TillError::AmountZero);
    let too_much = s.stake(&person, 0, STAKER_FUNDS + 1);
    assert!(s.actors.world.send(&[too_much], &[&person.wallet]).is_err());
    s.stakes(&person, 0, STAKER_FUNDS);
}

/// The sum of all weights is a u64: who would go beyond it does not come in, and everybody else gets out.
#[test]
fn weights_do_not_overflow() {
    let mut s = Staking::on_spl_token();
    let whale = s.person();
    let token = s.pool.token;
    let supply = u64::MAX - 2 * STAKER_FUNDS - till_tests::PAYER_FUNDS;
    s.actors.world.fund(&token, &whale.wallet.pubkey(), supply);
    let third = u64::MAX / 3;
    let too_heavy = s.stake(&whale, 2, third + 1);
    s.actors.world.refused(too_heavy, &[&whale.wallet], TillError::Overflow);
    s.stakes(&whale, 2, third);
    let other = s.person();
    let instruction = s.stake(&other, 0, 1);
    s.actors.world.refused(instruction, &[&other.wallet], TillError::Overflow);
    s.wait(i64::from(TIERS[2].lock_seconds));
    s.requests(&whale, third);
    s.stakes(&other, 0, 1);
}

#[test]
fn nothing_is_staked_while_paused() {
    let mut s = Staking::on_spl_token();
    let person = s.staker(0, AMOUNT);
    s.actors.pause();
    let instruction = s.stake(&person, 0, AMOUNT);
    s.actors.world.refused(instruction, &[&person.wallet], TillError::Paused);
}

#[test]
fn a_sponsor_pays_the_rent_of_a_position() {
    let mut s = Staking::on_spl_token();
    let (person, sponsor) = (s.person(), s.actors.world.wallet());
    let staker = Staker {
        token_account: person.stake_token,
        rent_payer: sponsor.pubkey(),
        tier: 0,
        amount: AMOUNT,
        max_sent: AMOUNT,
    };
    let instruction = client::stake(&s.pool, &person.position, &staker);
    s.actors.world.must(instruction, &[&person.wallet, &sponsor]);
    assert_eq!(s.position(&person).rent_payer, sponsor.pubkey());
    // whoever sends the next transaction does not become it
    s.stakes(&person, 0, AMOUNT);
    assert_eq!(s.position(&person).rent_payer, sponsor.pubkey());
}

/// The instruction of `person`, with its position replaced.
fn at(s: &Staking, person: &Person, position: PositionKey) -> solana_instruction::Instruction {
    let staker = Staker {
        token_account: person.stake_token,
        rent_payer: person.wallet.pubkey(),
        tier: 0,
        amount: AMOUNT,
        max_sent: u64::MAX,
    };
    client::stake(&s.pool, &PositionKey { owner: person.wallet.pubkey(), ..position }, &staker)
}

#[test]
fn a_position_of_somebody_else_or_of_another_pool_is_refused() {
    let mut s = Staking::on_spl_token();
    let (victim, thief) = (s.staker(0, AMOUNT), s.person());
    let instruction = at(&s, &thief, victim.position);
    s.actors.world.refused(instruction, &[&thief.wallet], TillError::WrongPosition);

    let authority = s.authority.insecure_clone();
    let other = client::PoolKey { index: 1, ..s.pool };
    let create = client::create_pool(&other, Staking::new_pool(authority.pubkey()));
    s.actors.world.must(create, &[&authority]);
    s.pool = other;
    let instruction = at(&s, &victim, victim.position);
    s.actors.world.refused(instruction, &[&victim.wallet], TillError::WrongPosition);

    // an account of this program that is no position, and one of another program
    for address in [s.pool.address(), victim.stake_token] {
        let instruction = at(&s, &victim, PositionKey { address, ..victim.position });
        assert!(s.actors.world.send(&[instruction], &[&victim.wallet]).is_err());
    }
}

#[test]
fn a_position_is_made_at_its_own_address_only() {
    let mut s = Staking::on_spl_token();
    let (person, other, fresh) = (s.person(), s.person(), Keypair::new());
    // the runtime itself refuses: the address did not sign for its creation
    let instruction = at(&s, &person, other.position);
    assert!(s.actors.world.send(&[instruction], &[&person.wallet]).is_err());

    let key = PositionKey { address: fresh.pubkey(), ..person.position };
    let mut instruction = at(&s, &person, key);
    let meta = instruction.accounts.iter_mut().find(|meta| meta.pubkey == key.address).unwrap();
    meta.is_signer = true;
    s.actors.world.refused(instruction, &[&person.wallet, &fresh], TillError::NewAccountSigns);
}

#[test]
fn lamports_sent_ahead_do_not_block_a_position() {
    let mut s = Staking::on_spl_token();
    let (person, squatter) = (s.person(), s.actors.world.wallet());
    let rent = s.actors.world.svm.minimum_balance_for_rent_exemption(0);
    s.actors.world.must(transfer(&squatter.pubkey(), &person.position.address, rent), &[&squatter]);
    s.stakes(&person, 0, AMOUNT);
    assert_eq!(s.position(&person).amount, AMOUNT);
}

#[test]
fn only_the_owner_stakes_and_only_its_own_tokens() {
    let mut s = Staking::on_spl_token();
    let (person, other) = (s.person(), s.person());
    let mut unsigned = s.stake(&person, 0, AMOUNT);
    unsigned.accounts[0].is_signer = false;
    unsigned.accounts[1].pubkey = other.wallet.pubkey();
    s.actors.world.refused_with(unsigned, &[&other.wallet], ErrorCode::AccountNotSigner);

    let mut foreign = s.stake(&person, 0, AMOUNT);
    foreign.accounts.iter_mut().find(|meta| meta.pubkey == person.stake_token).unwrap().pubkey =
        other.stake_token;
    s.actors.world.refused(foreign, &[&person.wallet], TillError::WrongTokenOwner);
}

#[test]
fn the_pools_mint_and_token_account_are_its_own() {
    let mut s = Staking::on_spl_token();
    let person = s.person();
    let elsewhere = s.actors.world.token_account(&s.pool.token.clone(), &person.wallet.pubkey());
    let mut instruction = s.stake(&person, 0, AMOUNT);
    instruction.accounts[5].pubkey = elsewhere;
    s.actors.world.refused_with(instruction, &[&person.wallet], ErrorCode::ConstraintHasOne);

    let mut instruction = s.stake(&person, 0, AMOUNT);
    instruction.accounts[4].pubkey = s.reward.token.mint;
    s.actors.world.refused(instruction, &[&person.wallet], TillError::WrongMint);
}

#[test]
fn a_new_position_earns_nothing_of_what_was_before() {
    let mut s = Staking::on_spl_token();
    let early = s.staker(0, 100);
    s.funds(&s.reward.clone(), 1_000, 10);
    s.wait(10);
    let late = s.staker(0, 100);
    let instruction = s.claim(&late);
    s.actors.world.refused(instruction, &[], TillError::NothingToClaim);
    assert_eq!(s.claims(&early), 1_000);
    let position: Position = s.position(&late);
    assert_eq!(position.rewards[0].counted, s.pool().rewards[0].per_share);
}
