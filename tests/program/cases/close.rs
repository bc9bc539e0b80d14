use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::TillError;
use till::client::{self, Payer};
use till_tests::{Actors, Invoice};

fn instruction(a: &Actors, invoice: &Invoice, rent_payer: Pubkey) -> solana_instruction::Instruction {
    client::close_payment(invoice.address, a.vault.address(), rent_payer)
}

#[test]
fn the_rent_goes_back_to_who_paid_it() {
    let mut a = Actors::on_spl_token();
    let sponsor = a.world.wallet();
    let before = a.world.lamports(&sponsor.pubkey());
    let (invoice, payer) = (a.invoice(a.terms(1)), a.payer.insecure_clone());
    let by = Payer { rent_payer: sponsor.pubkey(), ..a.payer() };
    let authorize = client::authorize(&by, &a.vault, invoice.address, invoice.terms.clone());
    a.world.must(authorize, &[&payer, &sponsor]);
    assert!(a.world.lamports(&sponsor.pubkey()) < before);

    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, invoice.address, a.payer_token), &[]);
    let to_the_payer = instruction(&a, &invoice, payer.pubkey());
    a.world.refused(to_the_payer, &[], TillError::WrongRentPayer);
    let close = instruction(&a, &invoice, sponsor.pubkey());
    a.world.must(close, &[]);
    assert_eq!(a.world.lamports(&sponsor.pubkey()), before);
    assert_eq!(a.world.lamports(&invoice.address), 0);
}

#[test]
fn not_while_anything_can_still_happen() {
    let mut a = Actors::on_spl_token();
    let payer = a.payer.pubkey();
    let invoice = a.captured(a.terms(1), 10_000_000);
    let close = instruction(&a, &invoice, payer);
    a.world.refused(close.clone(), &[], TillError::NotClosable);
    // expired, but 15 of 25 are still to be reclaimed
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.refused(close.clone(), &[], TillError::NotClosable);
    a.world.must(client::reclaim(&a.vault, invoice.address, a.payer_token), &[]);
    // 10 can still be refunded, until the last second
    a.world.set_time(invoice.terms.refund_expiry - 1);
    a.world.refused(close.clone(), &[], TillError::NotClosable);
    a.world.set_time(invoice.terms.refund_expiry);
    a.world.must(close, &[]);
}

/// Otherwise the same invoice could be paid again, and look as if it never had been.
#[test]
fn a_voided_payment_stays_until_its_authorization_expires() {
    let mut a = Actors::on_spl_token();
    let payer = a.payer.pubkey();
    let invoice = a.authorized(a.terms(1));
    let operator = a.operator.pubkey();
    a.by_operator(client::void(operator, &a.vault, invoice.address, a.payer_token));
    let close = instruction(&a, &invoice, payer);
    a.world.set_time(invoice.terms.authorization_expiry - 1);
    a.world.refused(close.clone(), &[], TillError::NotClosable);
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(close, &[]);

    let again = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms.clone());
    let payer = a.payer.insecure_clone();
    a.world.refused(again, &[&payer], TillError::AuthorizationExpired);
}

#[test]
fn a_fully_refunded_payment_closes_early() {
    let mut a = Actors::on_spl_token();
    let payer = a.payer.pubkey();
    a.captured(a.terms(2), 25_000_000);
    let invoice = a.captured(a.terms(1), 25_000_000);
    let operator = a.operator.pubkey();
    a.by_operator(client::refund(operator, &a.vault, invoice.address, a.payer_token, None, 25_000_000));
    a.world.set_time(invoice.terms.authorization_expiry);
    let close = instruction(&a, &invoice, payer);
    a.world.must(close, &[]);
}
