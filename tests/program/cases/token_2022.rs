//! Token-2022: transfer fees paid exactly net, dangerous extensions refused.

use solana_signer::Signer;
use till::TillError;
use till::client::{self, CaptureArgs, Payer, Receivers, VaultKey};
use till_tests::{Actors, Extension, World};

fn with_fee(bps: u16) -> Actors {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(bps)]);
    Actors::with(world, token)
}

#[test]
fn the_payer_pays_the_transfer_fee_on_top() {
    for bps in [1, 50, 123, 2_500] {
        let mut a = with_fee(bps);
        let before = a.world.balance(&a.payer_token);
        let invoice = a.authorized(a.terms(1));
        assert_eq!(a.vault_tokens(), invoice.terms.amount, "exactly net arrives");
        let fee = a.world.withheld(&a.vault.token_account());
        assert!(fee > 0);
        assert_eq!(a.world.balance(&a.payer_token), before - invoice.terms.amount - fee);
    }
}

/// The fee may have risen since the customer saw the sum and signed.
#[test]
fn no_more_leaves_the_payer_than_was_agreed() {
    let mut a = with_fee(100);
    let (invoice, payer) = (a.invoice(a.terms(1)), a.payer.insecure_clone());
    let gross = 25_252_526;
    let authorize = |max_sent| {
        let by = Payer { max_sent, ..a.payer() };
        client::authorize(&by, &a.vault, invoice.address, invoice.terms.clone())
    };
    let (too_little, enough) = (authorize(gross - 1), authorize(gross));
    a.world.refused(too_little, &[&payer], TillError::TransferFeeTooHigh);
    a.world.must(enough, &[&payer]);
}

#[test]
fn a_refund_arrives_net_and_the_balance_pays_the_fee() {
    let mut a = with_fee(100);
    let invoice = a.captured(a.terms(1), 25_000_000);
    let (before, vault) = (a.world.balance(&a.payer_token), a.vault());
    let operator = a.operator.pubkey();
    a.by_operator(client::refund(operator, &a.vault, invoice.address, a.payer_token, None, 5_000_000));
    assert_eq!(a.world.balance(&a.payer_token), before + 5_000_000);
    assert_eq!(a.vault().balance, vault.balance - 5_050_506);
    assert_eq!(a.payment(&invoice).refunded, 5_000_000);
    assert_eq!(a.vault_tokens(), a.vault().owed().unwrap());
}

#[test]
fn payouts_and_returns_bear_the_fee_of_the_mint() {
    let mut a = with_fee(100);
    let invoice = a.authorized(a.terms(1));
    let before = a.world.balance(&a.payer_token);
    let args = CaptureArgs {
        amount: 10_000_000,
        is_final: true,
        to: Receivers::payout_and_payer(a.payout_token, a.payer_token),
        terms: None,
    };
    let operator = a.operator.pubkey();
    a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
    // 1% of the protocol stays, 1% of the mint is withheld from what is sent
    assert_eq!(a.world.balance(&a.payout_token), 9_900_000 - 99_000);
    assert_eq!(a.world.balance(&a.payer_token) - before, 15_000_000 - 150_000);
    assert_eq!(a.vault_tokens(), a.vault().owed().unwrap());
}

#[test]
fn a_fee_of_everything_is_refused_not_lost() {
    let mut a = with_fee(10_000);
    let invoice = a.invoice(a.terms(1));
    let before = a.world.balance(&a.payer_token);
    let instruction = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms);
    let payer = a.payer.insecure_clone();
    a.world.refused(instruction, &[&payer], TillError::Overflow);
    assert_eq!(a.world.balance(&a.payer_token), before);
}

#[test]
fn harmless_extensions_are_accepted() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::MintCloseAuthority, Extension::InterestBearing]);
    let mut a = Actors::with(world, token);
    let invoice = a.authorized(a.terms(1));
    assert_eq!(a.payment(&invoice).capturable, invoice.terms.amount);
}

#[test]
fn dangerous_extensions_are_refused() {
    use Extension::*;
    for extension in [PermanentDelegate, NonTransferable, DefaultFrozen, TransferHook, Pausable] {
        let mut a = Actors::on_spl_token();
        let token = a.world.token_2022(&[extension]);
        let vault = VaultKey { token, ..a.vault };
        let operator = a.operator.insecure_clone();
        let instruction = client::open_vault(operator.pubkey(), operator.pubkey(), &vault);
        a.world.refused(instruction, &[&operator], TillError::MintExtensionRefused);
    }
}
