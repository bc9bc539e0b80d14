//! Void and reclaim: the payer's money comes back, with the merchant's word or without it.

use solana_signer::Signer;
use till::TillError;
use till::client::{self, CaptureArgs};
use till_tests::Actors;

#[test]
fn the_merchant_voids_what_is_not_captured() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.captured(a.terms(1), 5_000_000);
        let operator = a.operator.pubkey();
        a.by_operator(client::void(operator, &a.vault, invoice.address, a.payer_token));
        assert_eq!(a.world.balance(&a.payer_token), before - 5_000_000);
        let (payment, vault) = (a.payment(&invoice), a.vault());
        assert_eq!((payment.capturable, payment.captured, payment.sequence), (0, 5_000_000, 3));
        assert_eq!((vault.escrowed, vault.owed().unwrap()), (0, a.vault_tokens()));

        let operator = a.operator.insecure_clone();
        let again = client::void(operator.pubkey(), &a.vault, invoice.address, a.payer_token);
        a.world.refused(again, &[&operator], TillError::NothingCapturable);
    }
}

#[test]
fn a_void_is_possible_after_expiry() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    a.world.set_time(invoice.terms.refund_expiry + 1);
    let operator = a.operator.pubkey();
    a.by_operator(client::void(operator, &a.vault, invoice.address, a.payer_token));
}

#[test]
fn only_the_merchants_side_voids() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let payer = a.payer.insecure_clone();
    let instruction = client::void(payer.pubkey(), &a.vault, invoice.address, a.payer_token);
    a.world.refused(instruction, &[&payer], TillError::NotMerchant);

    let (other, thief) = a.register_another_merchant_of_its_own();
    let mut instruction = client::void(thief.pubkey(), &a.vault, invoice.address, a.payer_token);
    instruction.accounts[1].pubkey = other;
    a.world.refused_with(instruction, &[&thief], anchor_lang::error::ErrorCode::ConstraintHasOne);
}

#[test]
fn a_void_pays_the_payer_only() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let operator = a.operator.insecure_clone();
    let instruction = client::void(operator.pubkey(), &a.vault, invoice.address, a.payout_token);
    a.world.refused(instruction, &[&operator], TillError::WrongTokenOwner);
}

/// Merchant, operator and admin silent, the protocol paused: the payer still gets out.
#[test]
fn anyone_reclaims_for_the_payer_from_the_expiry_on() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.authorized(a.terms(1));
        a.pause();
        let instruction = client::reclaim(&a.vault, invoice.address, a.payer_token);
        for seconds_before in [3_600, 1] {
            a.world.set_time(invoice.terms.authorization_expiry - seconds_before);
            a.world.refused(instruction.clone(), &[], TillError::AuthorizationNotExpired);
        }
        a.world.set_time(invoice.terms.authorization_expiry);
        a.world.must(instruction.clone(), &[]);
        assert_eq!(a.world.balance(&a.payer_token), before);
        assert_eq!((a.vault().escrowed, a.vault_tokens()), (0, 0));
        a.world.refused(instruction, &[], TillError::NothingCapturable);
    }
}

#[test]
fn a_reclaim_pays_the_payer_only() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    a.world.set_time(invoice.terms.authorization_expiry);
    let instruction = client::reclaim(&a.vault, invoice.address, a.payout_token);
    a.world.refused(instruction, &[], TillError::WrongTokenOwner);
}

#[test]
fn a_payer_who_closed_the_account_reclaims_to_a_new_one() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let wallet = a.payer.pubkey();
    let elsewhere = a.world.second_token_account(&a.token.clone(), &wallet);
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, invoice.address, elsewhere), &[]);
    assert_eq!(a.world.balance(&elsewhere), invoice.terms.amount);
}

/// A final capture cannot be held up by a payer without an account, nor the payer by the merchant.
#[test]
fn a_missing_payer_account_does_not_hold_up_a_capture() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let args = CaptureArgs { amount: 1_000, ..Default::default() };
    let operator = a.operator.pubkey();
    a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, invoice.address, a.payer_token), &[]);
    assert_eq!(a.payment(&invoice).captured, 1_000);
}
