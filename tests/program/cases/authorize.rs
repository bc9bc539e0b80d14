use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Payer};
use till::{CaptureMode, MAX_AUTHORIZATION_SECONDS, MAX_REFUND_SECONDS, Terms, TillError};
use till_tests::{Actors, FEE_BPS, Invoice, START};

fn instruction(a: &Actors, invoice: &Invoice) -> Instruction {
    client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms.clone())
}

#[track_caller]
fn refused(terms: impl Fn(Terms) -> Terms, error: TillError) {
    let mut a = Actors::on_spl_token();
    let invoice = a.invoice(terms(a.terms(1)));
    let (instruction, payer) = (instruction(&a, &invoice), a.payer.insecure_clone());
    a.world.refused(instruction, &[&payer], error);
}

#[test]
fn the_money_waits_in_escrow() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let before = a.world.balance(&a.payer_token);
        let invoice = a.authorized(a.terms(1));
        let (payment, vault, amount) = (a.payment(&invoice), a.vault(), invoice.terms.amount);

        assert_eq!(a.world.balance(&a.payer_token), before - amount);
        assert_eq!(a.vault_tokens(), amount);
        assert_eq!((payment.amount, payment.capturable, payment.captured), (amount, amount, 0));
        assert_eq!((payment.payer, payment.rent_payer), (a.payer.pubkey(), a.payer.pubkey()));
        assert_eq!((payment.fee_bps, payment.sequence), (FEE_BPS, 1));
        assert_eq!((payment.id, payment.terms_hash), (invoice.terms.id, invoice.terms.hash().unwrap()));
        assert_eq!((vault.escrowed, vault.balance, vault.fees, vault.sequence), (amount, 0, 0, 1));
    }
}

#[test]
fn a_sponsor_may_pay_the_rent() {
    let mut a = Actors::on_spl_token();
    let sponsor = a.world.wallet();
    let (invoice, payer) = (a.invoice(a.terms(1)), a.payer.insecure_clone());
    let before = a.world.lamports(&payer.pubkey());
    let by = Payer { rent_payer: sponsor.pubkey(), ..a.payer() };
    let instruction = client::authorize(&by, &a.vault, invoice.address, invoice.terms.clone());
    a.world.must(instruction, &[&payer, &sponsor]);
    assert_eq!(a.world.lamports(&payer.pubkey()), before);
    assert_eq!(a.payment(&invoice).rent_payer, sponsor.pubkey());
}

#[test]
fn the_amount_is_not_zero() {
    refused(|terms| Terms { amount: 0, ..terms }, TillError::AmountZero);
}

#[test]
fn the_mint_is_the_one_of_the_terms() {
    refused(|terms| Terms { mint: Pubkey::new_unique(), ..terms }, TillError::WrongMint);
}

#[test]
fn a_vault_of_another_mint_does_not_take_it() {
    let mut a = Actors::on_spl_token();
    let other = a.world.spl_token();
    let invoice = a.invoice(a.terms(1));
    let mut instruction = instruction(&a, &invoice);
    let mint = instruction.accounts.iter_mut().find(|meta| meta.pubkey == a.token.mint).unwrap();
    mint.pubkey = other.mint;
    let payer = a.payer.insecure_clone();
    a.world.refused(instruction, &[&payer], TillError::WrongMint);
}

#[test]
fn terms_of_immediate_capture_are_charged_not_authorized() {
    refused(|terms| Terms { capture_mode: CaptureMode::Immediate, ..terms }, TillError::WrongCaptureMode);
}

#[test]
fn a_fee_above_the_terms_is_refused() {
    refused(|terms| Terms { max_fee_bps: FEE_BPS - 1, ..terms }, TillError::FeeAboveTerms);
}

#[test]
fn expiries_lie_in_order_and_within_bounds() {
    refused(|terms| Terms { authorization_expiry: START, ..terms }, TillError::AuthorizationExpired);
    let order = |terms: Terms| Terms { refund_expiry: terms.authorization_expiry - 1, ..terms };
    refused(order, TillError::ExpiryOutOfBounds);
    let long = START + MAX_AUTHORIZATION_SECONDS + 1;
    let long_hold = |terms| Terms { authorization_expiry: long, refund_expiry: long, ..terms };
    refused(long_hold, TillError::ExpiryOutOfBounds);
    let long_refund =
        |terms: Terms| Terms { refund_expiry: terms.authorization_expiry + MAX_REFUND_SECONDS + 1, ..terms };
    refused(long_refund, TillError::ExpiryOutOfBounds);
    refused(|terms| Terms { refund_expiry: i64::MAX, ..terms }, TillError::ExpiryOutOfBounds);
}

#[test]
fn it_is_paid_until_one_second_before_expiry() {
    for (seconds_before, accepted) in [(1, true), (0, false), (-1, false)] {
        let mut a = Actors::on_spl_token();
        let invoice = a.invoice(a.terms(1));
        a.world.set_time(invoice.terms.authorization_expiry - seconds_before);
        let (instruction, payer) = (instruction(&a, &invoice), a.payer.insecure_clone());
        assert_eq!(a.world.send(&[instruction], &[&payer]).is_ok(), accepted, "{seconds_before} s before");
    }
}

#[test]
fn only_the_owner_of_the_tokens_pays() {
    let mut a = Actors::on_spl_token();
    let thief = a.world.wallet();
    let invoice = a.invoice(a.terms(1));
    let by = Payer { wallet: thief.pubkey(), rent_payer: thief.pubkey(), ..a.payer() };
    let instruction = client::authorize(&by, &a.vault, invoice.address, invoice.terms);
    a.world.refused(instruction, &[&thief], TillError::WrongTokenOwner);
    assert_eq!(a.vault_tokens(), 0);
}

#[test]
fn a_paused_protocol_takes_no_new_payment() {
    let mut a = Actors::on_spl_token();
    a.pause();
    let invoice = a.invoice(a.terms(1));
    let (instruction, payer) = (instruction(&a, &invoice), a.payer.insecure_clone());
    a.world.refused(instruction, &[&payer], TillError::Paused);
}
