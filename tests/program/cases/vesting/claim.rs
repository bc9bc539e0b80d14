use anchor_lang::error::ErrorCode;
use solana_signer::Signer;
use till::client;
use till::{TillError, VestingTerms};
use till_tests::{Actors, GRANT, START, VESTING_SECONDS, swap};

use super::{after, on_a_fee_mint};

/// Grantor and admin silent, the protocol paused.
#[test]
fn what_has_vested_is_the_beneficiarys() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let key = a.vesting();
        a.pause();
        let claim = client::claim_vested(&key, a.payout_token);
        let steps = [(250, 250_000_001), (500, 500_000_003), (999, 999_000_006), (1_000, GRANT)];
        for (index, (thousandths, vested)) in steps.into_iter().enumerate() {
            a.world.set_time(after(thousandths));
            a.world.must(claim.clone(), &[]);
            assert_eq!(a.world.balance(&a.payout_token), vested);
            assert_eq!(a.world.balance(&key.token_account()), GRANT - vested);
            let state = a.vesting_state(&key);
            assert_eq!((state.claimed, state.returned, state.sequence), (vested, 0, index as u64 + 2));
            a.world.refused(claim.clone(), &[], TillError::NothingVested);
        }
    }
}

#[test]
fn nothing_before_the_cliff_and_everything_at_the_end() {
    let cliff = START + VESTING_SECONDS / 4;
    let end = START + VESTING_SECONDS;
    let times = [
        (cliff - 1, 0),
        (cliff, 250_000_001),
        (cliff + 1, 251_000_001),
        (end - 1, 999_000_006),
        (end, GRANT),
        (end + 1, GRANT),
    ];
    for (time, vested) in times {
        let mut a = Actors::on_spl_token();
        let key = a.vesting();
        a.world.set_time(time);
        let claim = client::claim_vested(&key, a.payout_token);
        match vested {
            0 => a.world.refused(claim, &[], TillError::NothingVested),
            _ => drop(a.world.must(claim, &[])),
        }
        assert_eq!(a.world.balance(&a.payout_token), vested);
    }
}

#[test]
fn a_cliff_at_the_end_gives_everything_at_once() {
    let mut a = Actors::on_spl_token();
    let end = START + VESTING_SECONDS;
    let key = a.vesting_of(VestingTerms { cliff: end, ..a.vesting_terms() });
    let claim = client::claim_vested(&key, a.payout_token);
    a.world.set_time(end - 1);
    a.world.refused(claim.clone(), &[], TillError::NothingVested);
    a.world.set_time(end);
    a.world.must(claim, &[]);
    assert_eq!(a.world.balance(&a.payout_token), GRANT);
}

#[test]
fn it_pays_the_beneficiary_only() {
    let mut a = Actors::on_spl_token();
    let key = a.vesting();
    let other = a.vesting_of(VestingTerms { id: 2, ..a.vesting_terms() });
    a.world.set_time(after(1_000));
    for account in [a.payer_token, key.token_account(), other.token_account()] {
        a.world.refused(client::claim_vested(&key, account), &[], TillError::WrongTokenOwner);
    }
    let claim = client::claim_vested(&key, a.payout_token);
    let elsewhere = swap(claim.clone(), &key.token_account(), &other.token_account());
    a.world.refused_with(elsewhere, &[], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(claim.clone(), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[], TillError::WrongMint);
    let no_vesting = swap(claim, &key.address, &a.vault.address());
    a.world.refused_with(no_vesting, &[], ErrorCode::AccountDiscriminatorMismatch);
}

#[test]
fn a_beneficiary_whose_account_is_frozen_is_paid_to_another() {
    let mut a = Actors::on_spl_token();
    let key = a.vesting();
    a.world.set_time(after(1_000));
    let (token, wallet) = (a.token, a.payout_wallet.pubkey());
    a.world.freeze(&token, &a.payout_token.clone());
    assert!(a.world.send(&[client::claim_vested(&key, a.payout_token)], &[]).is_err());
    let second = a.world.second_token_account(&token, &wallet);
    a.world.must(client::claim_vested(&key, second), &[]);
    assert_eq!(a.world.balance(&second), GRANT);
}

/// Years later, with an amount that the product of amount and time does not fit 64 bits of.
#[test]
fn everything_there_is_of_a_token_vests_exactly() {
    let mut a = Actors::on_spl_token();
    a.token = a.world.spl_token();
    let grantor = a.payer.pubkey();
    a.payer_token = a.world.fund(&a.token.clone(), &grantor, u64::MAX);
    a.payout_token = a.world.token_account(&a.token.clone(), &a.payout_wallet.pubkey());
    let years = 10 * 365 * 86_400;
    let [start, end] = [START - years, START + years];
    let key = a.vesting_of(VestingTerms { total: u64::MAX, start, cliff: start, end, ..a.vesting_terms() });
    let claim = client::claim_vested(&key, a.payout_token);
    a.world.must(claim.clone(), &[]);
    assert_eq!(a.world.balance(&a.payout_token), u64::MAX / 2);
    a.world.set_time(end - 1);
    a.world.must(claim.clone(), &[]);
    assert_eq!(a.world.balance(&a.payout_token), u64::MAX - u64::MAX / (2 * years as u64) - 1);
    a.world.set_time(end);
    a.world.must(claim, &[]);
    assert_eq!(a.world.balance(&a.payout_token), u64::MAX);
}

#[test]
fn it_bears_the_transfer_fee_of_the_mint() {
    let mut a = on_a_fee_mint();
    let key = a.vesting_of(VestingTerms { total: 25_000_000, ..a.vesting_terms() });
    a.world.set_time(after(1_000));
    a.world.must(client::claim_vested(&key, a.payout_token), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 25_000_000 - 250_000);
    assert_eq!(a.vesting_state(&key).claimed, 25_000_000);
    assert_eq!(a.world.balance(&key.token_account()), 0);
}
