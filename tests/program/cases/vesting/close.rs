use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, VestingKey};
use till::{TillError, VestingTerms};
use till_tests::{Actors, PAYER_FUNDS, swap};

use super::{after, on_a_fee_mint};

fn close(a: &Actors, vesting: &VestingKey) -> Instruction {
    client::close_vesting(vesting, a.payout_token, a.payer.pubkey())
}

/// Grantor, beneficiary and admin silent, the protocol paused.
#[test]
fn it_closes_when_everything_is_claimed() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let lamports = a.world.lamports(&a.payer.pubkey());
        let key = a.vesting();
        a.pause();
        let claim = client::claim_vested(&key, a.payout_token);
        a.world.refused(close(&a, &key), &[], TillError::VestingNotClosable);
        a.world.set_time(after(999));
        a.world.must(claim.clone(), &[]);
        a.world.refused(close(&a, &key), &[], TillError::VestingNotClosable);
        a.world.set_time(after(1_000));
        a.world.refused(close(&a, &key), &[], TillError::VestingNotClosable);
        a.world.must(claim, &[]);
        a.world.must(close(&a, &key), &[]);
        assert_eq!(a.world.lamports(&a.payer.pubkey()), lamports);
        assert_eq!(a.world.lamports(&key.address), 0);
        assert_eq!(a.world.lamports(&key.token_account()), 0);
        a.world.refused_with(close(&a, &key), &[], ErrorCode::AccountOwnedByWrongProgram);
    }
}

#[test]
fn a_revoked_one_closes_when_what_had_vested_is_claimed() {
    let mut a = Actors::on_spl_token();
    let lamports = a.world.lamports(&a.payer.pubkey());
    let key = a.vesting();
    a.world.set_time(after(500));
    a.revoke(&key);
    a.world.refused(close(&a, &key), &[], TillError::VestingNotClosable);
    a.world.must(client::claim_vested(&key, a.payout_token), &[]);
    a.world.must(close(&a, &key), &[]);
    assert_eq!(a.world.lamports(&a.payer.pubkey()), lamports);
}

#[test]
fn one_that_is_revoked_before_the_cliff_closes_at_once() {
    let mut a = Actors::on_spl_token();
    let beneficiary = Pubkey::new_unique();
    let key = a.vesting_of(VestingTerms { beneficiary, ..a.vesting_terms() });
    a.revoke(&key);
    // the beneficiary never had a token account
    let none = a.token.account_of(&beneficiary);
    a.world.must(client::close_vesting(&key, none, a.payer.pubkey()), &[]);
    assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS);
}

#[test]
fn what_strangers_sent_does_not_stop_it_and_is_the_beneficiarys() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let key = a.vesting();
        a.world.fund(&a.token.clone(), &key.address, 7);
        a.revoke(&key);
        let stolen = client::close_vesting(&key, a.payer_token, a.payer.pubkey());
        a.world.refused(stolen, &[], TillError::WrongTokenOwner);
        a.world.must(close(&a, &key), &[]);
        assert_eq!(a.world.balance(&a.payout_token), 7);
    }
}

#[test]
fn what_a_transfer_fee_withheld_does_not_stop_it() {
    let mut a = on_a_fee_mint();
    let lamports = a.world.lamports(&a.payer.pubkey());
    let key = a.vesting();
    a.world.fund(&a.token.clone(), &key.address, 1_000);
    a.world.set_time(after(1_000));
    a.world.must(client::claim_vested(&key, a.payout_token), &[]);
    assert!(a.world.withheld(&key.token_account()) > 0);
    let before = a.world.balance(&a.payout_token);
    a.world.must(close(&a, &key), &[]);
    assert_eq!(a.world.balance(&a.payout_token), before + 990);
    assert_eq!(a.world.lamports(&a.payer.pubkey()), lamports);
}

#[test]
fn the_accounts_are_those_of_the_vesting() {
    let mut a = Actors::on_spl_token();
    let key = a.vesting();
    let other = a.vesting_of(VestingTerms { id: 2, ..a.vesting_terms() });
    a.revoke(&key);
    let rent = client::close_vesting(&key, a.payout_token, a.payout_wallet.pubkey());
    a.world.refused(rent, &[], TillError::WrongRentPayer);
    let elsewhere = swap(close(&a, &key), &key.token_account(), &other.token_account());
    a.world.refused_with(elsewhere, &[], ErrorCode::ConstraintHasOne);
    let token = a.world.spl_token();
    let another_mint = swap(close(&a, &key), &a.token.mint, &token.mint);
    a.world.refused(another_mint, &[], TillError::WrongMint);
}
