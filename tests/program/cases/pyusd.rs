//! PayPal's dollar: eight extensions, four of which need the admin's permission.

use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers, VaultKey};
use till::{CaptureMode, Terms, TillError, UpdateProtocolArgs};
use till_tests::{Actors, Extension, Invoice, PAYER_FUNDS, PYUSD, World};

fn close_payment(a: &mut Actors, invoice: &Invoice) {
    let instruction = client::close_payment(invoice.address, a.vault.address(), a.payer.pubkey());
    a.world.must(instruction, &[]);
}

#[test]
fn it_is_refused_while_nobody_has_allowed_all_of_it() {
    let mut a = Actors::on_spl_token();
    let (token, operator) = (a.world.token_2022(&PYUSD), a.operator.insecure_clone());
    let vault = VaultKey { token, ..a.vault };
    let open = client::open_vault(operator.pubkey(), operator.pubkey(), &vault);
    a.world.refused(open.clone(), &[&operator], TillError::MintExtensionRefused);

    let (all, mut needed) = (Extension::mask(&PYUSD), 0);
    for extension in PYUSD.iter().filter(|extension| all & extension.bit() != 0) {
        a.world.set_policy(&token, all & !extension.bit());
        a.world.refused(open.clone(), &[&operator], TillError::MintExtensionRefused);
        needed += 1;
    }
    assert_eq!(needed, 4);
    a.world.set_policy(&token, all);
    a.world.must(open, &[&operator]);
}

#[test]
fn once_allowed_it_lives_the_whole_life_of_a_payment() {
    let mut world = World::bare();
    let token = world.token_2022(&PYUSD);
    let mut a = Actors::allowing(world, token, Extension::mask(&PYUSD));
    a.update_protocol(UpdateProtocolArgs { fee_bps: Some(0), ..Default::default() });
    let (operator, payer, payer_token) = (a.operator.pubkey(), a.payer.insecure_clone(), a.payer_token);

    let captured = a.captured(a.terms(1), 10_000_000);
    let args = CaptureArgs {
        amount: 5_000_000,
        is_final: true,
        to: Receivers::payout_and_payer(a.payout_token, payer_token),
        terms: None,
    };
    a.by_operator(client::capture(operator, &a.vault, captured.address, args));
    a.by_operator(client::refund(operator, &a.vault, captured.address, payer_token, None, 1_000_000));
    a.world.must(client::payout(&a.vault, a.payout_token), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 14_000_000);

    let charged = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..a.terms(2) });
    let (by, to) = (a.payer(), Receivers::payout(a.payout_token));
    let charge = client::charge(&by, &a.vault, charged.address, &to, charged.terms.clone());
    a.world.must(charge, &[&payer]);
    let (voided, reclaimed) = (a.authorized(a.terms(3)), a.authorized(a.terms(4)));
    a.by_operator(client::void(operator, &a.vault, voided.address, payer_token));
    a.world.set_time(reclaimed.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, reclaimed.address, payer_token), &[]);
    assert_eq!(a.world.balance(&a.payout_token), 39_000_000);
    assert_eq!(a.world.balance(&payer_token), PAYER_FUNDS - 39_000_000);
    assert_eq!(a.vault_tokens(), 0);

    a.world.set_time(captured.terms.refund_expiry);
    for invoice in [captured, charged, voided, reclaimed] {
        close_payment(&mut a, &invoice);
    }
    let close = client::close_vault(a.authority.pubkey(), &a.vault, a.payout_token, operator);
    a.by_authority(close);
    assert_eq!(a.world.lamports(&a.vault.token_account()), 0);
}
