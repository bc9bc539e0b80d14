//! Which vaults take new payments, and what they count.

use anchor_lang::error::ErrorCode;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::events::VaultAcceptingSet;
use till::{CaptureMode, Terms, TillError};
use till_tests::{Actors, Invoice, event};

fn close_payment(a: &mut Actors, invoice: &Invoice) {
    let instruction = client::close_payment(invoice.address, a.vault.address(), a.payer.pubkey());
    a.world.must(instruction, &[]);
}

#[test]
fn a_vault_that_does_not_accept_takes_no_payment_and_keeps_none() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (invoice, voided) = (a.captured(a.terms(1), 10_000_000), a.authorized(a.terms(2)));
        let operator = a.operator.pubkey();
        a.by_operator(client::set_vault_accepting(operator, &a.vault, false));

        let (payer, by) = (a.payer.insecure_clone(), a.payer());
        let next = a.invoice(a.terms(3));
        let authorize = client::authorize(&by, &a.vault, next.address, next.terms);
        a.world.refused(authorize.clone(), &[&payer], TillError::VaultNotAccepting);
        let at_once = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(3) });
        let charge = client::charge(&by, &a.vault, at_once.address, &Receivers::default(), at_once.terms);
        a.world.refused(charge, &[&payer], TillError::VaultNotAccepting);

        let (payer_token, payout_token) = (a.payer_token, Some(a.payout_token));
        let args = CaptureArgs {
            amount: 5_000_000,
            to: Receivers { payout_token, ..Default::default() },
            ..Default::default()
        };
        a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
        a.by_operator(client::refund(operator, &a.vault, invoice.address, payer_token, None, 1_000_000));
        a.by_operator(client::void(operator, &a.vault, voided.address, payer_token));
        a.world.must(client::payout(&a.vault, a.payout_token), &[]);

        a.by_operator(client::set_vault_accepting(operator, &a.vault, true));
        a.world.must(authorize, &[&payer]);
        a.world.set_time(invoice.terms.authorization_expiry);
        a.world.must(client::reclaim(&a.vault, invoice.address, payer_token), &[]);
        a.assert_solvent();
    }
}

#[test]
fn the_merchants_side_decides_what_a_vault_accepts() {
    let mut a = Actors::on_spl_token();
    assert_eq!(a.vault().accepting, 1);
    let (other, stranger) = a.register_another_merchant_of_its_own();
    let by_stranger = client::set_vault_accepting(stranger.pubkey(), &a.vault, false);
    a.world.refused(by_stranger.clone(), &[&stranger], TillError::NotMerchant);
    let mut of_another = by_stranger;
    of_another.accounts[1].pubkey = other;
    a.world.refused_with(of_another, &[&stranger], ErrorCode::ConstraintHasOne);

    let (authority, operator) = (a.authority.insecure_clone(), a.operator.insecure_clone());
    for (by, accepting, sequence) in [(&authority, false, 1), (&operator, true, 2)] {
        let instruction = client::set_vault_accepting(by.pubkey(), &a.vault, accepting);
        let sent = a.world.must(instruction, &[by]);
        let vault = a.vault();
        let told = VaultAcceptingSet {
            vault_address: a.vault.address(),
            merchant: a.vault.merchant,
            accepting,
            vault: vault.balances(),
        };
        assert_eq!(event::<VaultAcceptingSet>(&sent), told);
        assert_eq!((vault.accepting, vault.sequence), (accepting.into(), sequence));
    }
}

#[test]
fn a_vault_counts_the_payments_that_refer_to_it() {
    let mut a = Actors::on_spl_token();
    let first = a.authorized(a.terms(1));
    let at_once = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(2) });
    let payer = a.payer.insecure_clone();
    let charge =
        client::charge(&a.payer(), &a.vault, at_once.address, &Receivers::default(), at_once.terms.clone());
    a.world.must(charge, &[&payer]);
    assert_eq!(a.vault().payments, 2);

    let before = a.vault().sequence;
    a.world.set_time(first.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, first.address, a.payer_token), &[]);
    close_payment(&mut a, &first);
    assert_eq!((a.vault().payments, a.vault().sequence), (1, before + 1));
    a.world.set_time(at_once.terms.refund_expiry);
    close_payment(&mut a, &at_once);
    assert_eq!(a.vault().payments, 0);
}
