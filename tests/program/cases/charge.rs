use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Receivers};
use till::{CaptureMode, Terms, TillError};
use till_tests::{Actors, Invoice};

fn instruction(a: &Actors, invoice: &Invoice, payout_token: Option<Pubkey>) -> Instruction {
    let to = Receivers { payout_token, ..Default::default() };
    client::charge(&a.payer(), &a.vault, invoice.address, &to, invoice.terms.clone())
}

fn immediate(a: &Actors) -> Invoice {
    a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(1) })
}

#[test]
fn it_settles_into_the_balance() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (invoice, payer) = (immediate(&a), a.payer.insecure_clone());
        a.world.must(instruction(&a, &invoice, None), &[&payer]);
        let (payment, vault) = (a.payment(&invoice), a.vault());
        assert_eq!((payment.capturable, payment.captured, payment.fees), (0, 25_000_000, 250_000));
        assert_eq!((vault.escrowed, vault.balance, vault.fees), (0, 24_750_000, 250_000));
        assert_eq!((payment.sequence, vault.sequence), (1, 1));
        a.assert_solvent();
    }
}

#[test]
fn it_pays_out_at_once() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (invoice, payer) = (immediate(&a), a.payer.insecure_clone());
        a.world.must(instruction(&a, &invoice, Some(a.payout_token)), &[&payer]);
        assert_eq!(a.world.balance(&a.payout_token), 24_750_000);
        let vault = a.vault();
        assert_eq!((vault.escrowed, vault.balance, vault.fees), (0, 0, 250_000));
        assert_eq!(a.vault_tokens(), 250_000);
    }
}

#[test]
fn it_pays_the_merchants_wallet_only() {
    let mut a = Actors::on_spl_token();
    let (invoice, payer) = (immediate(&a), a.payer.insecure_clone());
    let own = instruction(&a, &invoice, Some(a.payer_token));
    a.world.refused(own, &[&payer], TillError::WrongTokenOwner);
}

#[test]
fn terms_of_manual_capture_are_not_charged() {
    let mut a = Actors::on_spl_token();
    let (invoice, payer) = (a.invoice(a.terms(1)), a.payer.insecure_clone());
    a.world.refused(instruction(&a, &invoice, None), &[&payer], TillError::WrongCaptureMode);
}

#[test]
fn the_merchant_is_the_one_of_the_vault() {
    let mut a = Actors::on_spl_token();
    let other = a.register_another_merchant();
    let (invoice, payer) = (immediate(&a), a.payer.insecure_clone());
    let mut instruction = instruction(&a, &invoice, None);
    let meta = instruction.accounts.iter_mut().find(|meta| meta.pubkey == a.vault.merchant).unwrap();
    meta.pubkey = other;
    a.world.refused_with(instruction, &[&payer], anchor_lang::error::ErrorCode::ConstraintHasOne);
}

#[test]
fn a_paused_protocol_charges_nothing() {
    let mut a = Actors::on_spl_token();
    a.pause();
    let (invoice, payer) = (immediate(&a), a.payer.insecure_clone());
    assert_eq!(payer.pubkey(), a.payer.pubkey());
    a.world.refused(instruction(&a, &invoice, None), &[&payer], TillError::Paused);
}
