//! Out of the escrow, out of the balance, and the rent of payments.

use solana_signer::Signer;
use till::client::{self, Payer, Receivers};
use till::{Protection, Terms, TillError};
use till_tests::{AMOUNT, Actors, Invoice, START};

use super::*;

/// What the protocol's 1% leaves of the full amount, in base units.
const NET: u64 = AMOUNT / 100 * 99;
const FEE: u64 = AMOUNT / 100;

/// The payer's tokens, those of the payout wallet, and those in the vault.
fn tokens(a: &Actors) -> [u64; 3] {
    [a.payer_token, a.payout_token, a.vault.token_account()].map(|account| a.world.balance(&account))
}

fn reclaim(a: &Actors, invoice: &Invoice) -> solana_instruction::Instruction {
    client::reclaim(&a.vault, invoice.address, a.payer_token)
}

/// In escrow, to be captured from half an hour on. Nobody has the arbiter's key.
fn protected(a: &mut Actors, dispute_seconds: u32) -> Invoice {
    let arbiter = a.world.wallet().pubkey();
    let protection = Protection { capture_from: START + 1_800, arbiter, dispute_seconds };
    let terms = Terms { authorization_expiry: START + 7_200, protection: Some(protection), ..a.terms(1) };
    a.authorized(terms)
}

/// Opens a dispute, under a pause as at any time.
fn dispute(a: &mut Actors, invoice: &Invoice) {
    let payer = a.payer.insecure_clone();
    let terms = invoice.terms.clone();
    a.world.must(client::dispute(payer.pubkey(), &a.vault, invoice.address, terms), &[&payer]);
}

/// The payer releases, and anybody pays out.
fn released(a: &mut Actors, invoice: &Invoice) {
    let payer = a.payer.insecure_clone();
    let to = Receivers::default();
    a.world.must(client::release(payer.pubkey(), &a.vault, invoice.address, &to, None), &[&payer]);
    a.world.must(client::payout(&a.vault, a.payout_token), &[]);
}

#[test]
fn w1_money_in_escrow_goes_back_to_the_payer() {
    for mut a in everyone() {
        let before = tokens(&a);
        let invoice = a.authorized(a.terms(1));
        everybody_falls_silent(&mut a);
        let instruction = reclaim(&a, &invoice);
        a.world.set_time(invoice.terms.authorization_expiry - 1);
        a.world.refused(instruction.clone(), &[], TillError::AuthorizationNotExpired);
        a.world.set_time(invoice.terms.authorization_expiry);
        a.world.must(instruction, &[]);
        assert_eq!(tokens(&a), before);
    }
}

#[test]
fn w2_a_content_payer_pays_a_silent_merchant() {
    for mut a in everyone() {
        let [payer, ..] = tokens(&a);
        let invoice = a.authorized(a.terms(1));
        everybody_falls_silent(&mut a);
        released(&mut a, &invoice);
        assert_eq!(tokens(&a), [payer - AMOUNT, NET, FEE]);
    }
}

#[test]
fn w3_protected_money_goes_back_to_the_payer() {
    for mut a in everyone() {
        let before = tokens(&a);
        let invoice = protected(&mut a, 3_600);
        everybody_falls_silent(&mut a);
        let instruction = reclaim(&a, &invoice);
        for now in [START, START + 1_800, START + 7_199] {
            a.world.set_time(now);
            a.world.refused(instruction.clone(), &[], TillError::AuthorizationNotExpired);
        }
        a.world.set_time(START + 7_200);
        a.world.must(instruction, &[]);
        assert_eq!(tokens(&a), before);
    }
}

/// The arbiter's time ends before the authorization, or after it.
#[test]
fn w4_a_silent_arbiter_leaves_the_money_to_the_payer() {
    for dispute_seconds in [3_600, 86_400] {
        for mut a in everyone() {
            let before = tokens(&a);
            let invoice = protected(&mut a, dispute_seconds);
            everybody_falls_silent(&mut a);
            dispute(&mut a, &invoice);
            let (instruction, expiry) = (reclaim(&a, &invoice), START + i64::from(dispute_seconds));
            a.world.set_time(expiry - 1);
            a.world.refused(instruction.clone(), &[], TillError::Disputed);
            a.world.set_time(expiry);
            a.world.must(instruction, &[]);
            assert_eq!(tokens(&a), before);
        }
    }
}

#[test]
fn w5_a_payer_gives_in_under_dispute() {
    for mut a in everyone() {
        let [payer, ..] = tokens(&a);
        let invoice = protected(&mut a, 3_600);
        everybody_falls_silent(&mut a);
        dispute(&mut a, &invoice);
        released(&mut a, &invoice);
        assert_eq!(tokens(&a), [payer - AMOUNT, NET, FEE]);
    }
}

#[test]
fn w6_the_balance_goes_to_the_payout_wallet() {
    for mut a in everyone() {
        let [payer, ..] = tokens(&a);
        a.captured(a.terms(1), AMOUNT);
        everybody_falls_silent(&mut a);
        a.world.must(client::payout(&a.vault, a.payout_token), &[]);
        assert_eq!(tokens(&a), [payer - AMOUNT, NET, FEE]);
    }
}

#[test]
fn w7_the_rent_of_a_refundable_payment_comes_back_in_the_end() {
    for mut a in everyone() {
        let payer = a.payer.pubkey();
        let before = a.world.lamports(&payer);
        let invoice = a.captured(a.terms(1), AMOUNT);
        everybody_falls_silent(&mut a);
        let close = client::close_payment(invoice.address, a.vault.address(), payer);
        a.world.set_time(invoice.terms.refund_expiry - 1);
        a.world.refused(close.clone(), &[], TillError::NotClosable);
        a.world.set_time(invoice.terms.refund_expiry);
        a.world.must(close, &[]);
        assert_eq!((a.world.lamports(&payer), a.world.lamports(&invoice.address)), (before, 0));
        assert_eq!(a.vault_tokens(), AMOUNT);
    }
}

#[test]
fn w8_the_rent_of_a_payment_that_went_back_is_the_sponsors() {
    for mut a in everyone() {
        let (payer, sponsor) = (a.payer.insecure_clone(), a.world.wallet());
        let rent_payer = sponsor.pubkey();
        let before = (tokens(&a), a.world.lamports(&rent_payer));
        let invoice = a.invoice(a.terms(1));
        let by = Payer { rent_payer, ..a.payer() };
        let authorize = client::authorize(&by, &a.vault, invoice.address, invoice.terms.clone());
        a.world.must(authorize, &[&payer, &sponsor]);
        assert!(a.world.lamports(&rent_payer) < before.1);
        everybody_falls_silent(&mut a);
        a.world.set_time(invoice.terms.authorization_expiry);
        let close = client::close_payment(invoice.address, a.vault.address(), rent_payer);
        a.world.refused(close.clone(), &[], TillError::NotClosable);
        let instruction = reclaim(&a, &invoice);
        a.world.must(instruction, &[]);
        a.world.must(close, &[]);
        assert_eq!((tokens(&a), a.world.lamports(&rent_payer)), before);
    }
}
