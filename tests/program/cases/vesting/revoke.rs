use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_signer::Signer;
use till::client::{self, VestingKey};
use till::{TillError, VestingTerms};
use till_tests::{Actors, GRANT, PAYER_FUNDS, swap, unsigned};

use super::{after, on_a_fee_mint};

fn revoke(a: &Actors, vesting: &VestingKey) -> Instruction {
    client::revoke_vesting(a.payer.pubkey(), vesting, a.payer_token)
}

#[track_caller]
fn refused(a: &mut Actors, vesting: &VestingKey, error: TillError) {
    let (revoke, grantor) = (revoke(a, vesting), a.payer.insecure_clone());
    a.world.refused(revoke, &[&grantor], error);
}

#[test]
fn what_has_not_vested_goes_back_and_the_rest_stays_claimable_for_ever() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let key = a.vesting();
        let claim = client::claim_vested(&key, a.payout_token);
        a.world.set_time(after(300));
        a.world.must(claim.clone(), &[]);
        a.pause();
        a.world.set_time(after(500));
        a.revoke(&key);
        let vested = 500_000_003;
        assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - vested);
        let state = a.vesting_state(&key);
        assert_eq!((state.claimed, state.returned), (300_000_002, GRANT - vested));
        assert_eq!((state.revoked_at, state.sequence), (after(500), 3));
        refused(&mut a, &key, TillError::AlreadyRevoked);

        a.world.set_time(after(1_000_000));
        a.world.must(claim.clone(), &[]);
        assert_eq!(a.world.balance(&a.payout_token), vested);
        assert_eq!(a.world.balance(&key.token_account()), 0);
        a.world.refused(claim, &[], TillError::NothingVested);
        refused(&mut a, &key, TillError::AlreadyRevoked);
    }
}

#[test]
fn before_the_cliff_nothing_has_vested_and_at_the_end_everything() {
    let times = [
        (after(249), Some(GRANT)),
        (after(250), Some(GRANT - 250_000_001)),
        (after(251), Some(GRANT - 251_000_001)),
        (after(999), Some(GRANT - 999_000_006)),
        (after(1_000), None),
        (after(1_001), None),
    ];
    for (time, returned) in times {
        let mut a = Actors::on_spl_token();
        let key = a.vesting();
        a.world.set_time(time);
        match returned {
            Some(returned) => {
                a.revoke(&key);
                assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS - GRANT + returned);
            }
            None => refused(&mut a, &key, TillError::NothingToRevoke),
        }
    }
}

#[test]
fn an_irrevocable_vesting_stays() {
    let mut a = Actors::on_spl_token();
    let key = a.vesting_of(VestingTerms { revocable: false, ..a.vesting_terms() });
    for thousandths in [0, 500, 1_000] {
        a.world.set_time(after(thousandths));
        refused(&mut a, &key, TillError::NotRevocable);
    }
}

#[test]
fn only_the_grantor_revokes() {
    let mut a = Actors::on_spl_token();
    let key = a.vesting();
    for other in [a.payout_wallet.insecure_clone(), a.authority.insecure_clone()] {
        let token = a.world.token_account(&a.token.clone(), &other.pubkey());
        let steal = client::revoke_vesting(other.pubkey(), &key, token);
        a.world.refused(steal, &[&other], TillError::NotGrantor);
    }
    let forged = unsigned(revoke(&a, &key), &a.payer.pubkey());
    a.world.refused_with(forged, &[], ErrorCode::AccountNotSigner);
}

#[test]
fn it_gives_back_to_the_grantor_only() {
    let mut a = Actors::on_spl_token();
    let (key, grantor) = (a.vesting(), a.payer.insecure_clone());
    let other = a.vesting_of(VestingTerms { id: 2, ..a.vesting_terms() });
    let to_the_beneficiary = client::revoke_vesting(grantor.pubkey(), &key, a.payout_token);
    a.world.refused(to_the_beneficiary, &[&grantor], TillError::WrongTokenOwner);
    let elsewhere = swap(revoke(&a, &key), &key.token_account(), &other.token_account());
    a.world.refused_with(elsewhere, &[&grantor], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(revoke(&a, &key), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[&grantor], TillError::WrongMint);
    let second = a.world.second_token_account(&a.token.clone(), &grantor.pubkey());
    a.world.must(client::revoke_vesting(grantor.pubkey(), &key, second), &[&grantor]);
    assert_eq!(a.world.balance(&second), GRANT);
}

#[test]
fn it_bears_the_transfer_fee_of_the_mint() {
    let mut a = on_a_fee_mint();
    let key = a.vesting_of(VestingTerms { total: 25_000_000, ..a.vesting_terms() });
    let before = a.world.balance(&a.payer_token);
    a.revoke(&key);
    assert_eq!(a.world.balance(&a.payer_token), before + 25_000_000 - 250_000);
    assert_eq!(a.vesting_state(&key).returned, 25_000_000);
    assert_eq!(a.world.balance(&key.token_account()), 0);
}
