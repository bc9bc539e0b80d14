//! The end of a vault.

use anchor_lang::error::ErrorCode;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Receivers, VaultKey};
use till::events::{VaultClosed, VaultOpened};
use till::{
    CaptureMode, MAX_AUTHORIZATION_SECONDS, MAX_REFUND_SECONDS, Terms, TillError, UpdateProtocolArgs, Vault,
};
use till_tests::{Actors, Extension, Invoice, START, World, event};

fn close(a: &Actors) -> solana_instruction::Instruction {
    client::close_vault(a.authority.pubkey(), &a.vault, a.payout_token, a.operator.pubkey())
}

fn close_payment(a: &mut Actors, invoice: &Invoice) {
    let instruction = client::close_payment(invoice.address, a.vault.address(), a.payer.pubkey());
    a.world.must(instruction, &[]);
}

/// A payment that has come and gone, and left nothing in the vault.
fn come_and_gone(a: &mut Actors) {
    let invoice = a.authorized(a.terms(1));
    let (operator, payer_token) = (a.operator.pubkey(), a.payer_token);
    a.by_operator(client::void(operator, &a.vault, invoice.address, payer_token));
    a.world.set_time(invoice.terms.authorization_expiry);
    close_payment(a, &invoice);
}

#[test]
fn a_vault_that_owes_nothing_is_closed_and_all_rent_goes_back() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let sponsor = a.world.wallet();
        let before = a.world.lamports(&sponsor.pubkey());
        a.vault = VaultKey { shard: 3, ..a.vault };
        let operator = a.operator.insecure_clone();
        let open = client::open_vault(operator.pubkey(), sponsor.pubkey(), &a.vault);
        let sent = a.world.must(open.clone(), &[&operator, &sponsor]);
        assert_eq!(event::<VaultOpened>(&sent).rent_payer, sponsor.pubkey());
        assert_eq!(a.merchant().vaults, 2);
        come_and_gone(&mut a);
        let (token, vault) = (a.token, a.vault.address());
        a.world.fund(&token, &vault, 1_234);

        let last = a.vault();
        let close = client::close_vault(a.authority.pubkey(), &a.vault, a.payout_token, sponsor.pubkey());
        let sent = a.by_authority(close);
        let told = event::<VaultClosed>(&sent);
        assert_eq!((told.vault_address, told.merchant), (vault, a.vault.merchant));
        assert_eq!((told.rent_payer, told.vault.sequence), (sponsor.pubkey(), last.sequence + 1));
        assert_eq!(a.world.lamports(&sponsor.pubkey()), before);
        assert_eq!(a.world.lamports(&vault) + a.world.lamports(&a.vault.token_account()), 0);
        assert_eq!((a.world.balance(&a.payout_token), a.merchant().vaults), (1_234, 1));

        a.world.must(open, &[&operator, &sponsor]);
        assert_eq!(a.vault().sequence, 0);
        a.authorized(Terms { authorization_expiry: START + 7_200, ..a.terms(2) });
    }
}

#[test]
fn a_vault_that_owes_or_that_a_payment_refers_to_is_not_closed() {
    let mut a = Actors::on_spl_token();
    let authority = a.authority.insecure_clone();
    let refused = |a: &mut Actors| {
        let instruction = close(a);
        a.world.refused(instruction, &[&authority], TillError::VaultInUse);
    };
    let invoice = a.authorized(a.terms(1));
    refused(&mut a);
    let operator = a.operator.pubkey();
    a.by_operator(client::void(operator, &a.vault, invoice.address, a.payer_token));
    assert_eq!(a.vault().owed().unwrap(), 0);
    refused(&mut a);

    // a balance without a fee, and no payment left
    a.update_protocol(UpdateProtocolArgs { fee_bps: Some(0), ..Default::default() });
    let other = a.captured(a.terms(2), 25_000_000);
    a.world.set_time(other.terms.refund_expiry);
    close_payment(&mut a, &invoice);
    close_payment(&mut a, &other);
    assert_eq!((a.vault().payments, a.vault().fees), (0, 0));
    refused(&mut a);
    a.world.must(client::payout(&a.vault, a.payout_token), &[]);
    let instruction = close(&a);
    a.by_authority(instruction);
}

#[test]
fn a_vault_that_holds_fees_is_not_closed() {
    let mut a = Actors::on_spl_token();
    let authority = a.authority.insecure_clone();
    let invoice = a.captured(a.terms(1), 25_000_000);
    a.world.must(client::payout(&a.vault, a.payout_token), &[]);
    a.world.set_time(invoice.terms.refund_expiry);
    close_payment(&mut a, &invoice);
    let vault = a.vault();
    assert_eq!((vault.payments, vault.escrowed, vault.balance, vault.fees), (0, 0, 0, 250_000));
    let instruction = close(&a);
    a.world.refused(instruction, &[&authority], TillError::VaultInUse);
}

#[test]
fn a_vault_is_closed_by_the_authority_in_favour_of_who_is_due() {
    let mut a = Actors::on_spl_token();
    let (authority, operator) = (a.authority.insecure_clone(), a.operator.insecure_clone());
    let (token, vault) = (a.token, a.vault.address());
    a.world.fund(&token, &vault, 1);

    let closing = |by: &Keypair, payout_token, rent_payer| {
        client::close_vault(by.pubkey(), &a.vault, payout_token, rent_payer)
    };
    let by_the_operator = closing(&operator, a.payout_token, operator.pubkey());
    let to_the_payer = closing(&authority, a.payer_token, operator.pubkey());
    let rent_to_another = closing(&authority, a.payout_token, authority.pubkey());
    let mut of_another_mint = closing(&authority, a.payout_token, operator.pubkey());
    of_another_mint.accounts[4].pubkey = Pubkey::new_unique();
    a.world.refused(by_the_operator, &[&operator], TillError::NotMerchantAuthority);
    a.world.refused(to_the_payer, &[&authority], TillError::WrongTokenOwner);
    a.world.refused(rent_to_another, &[&authority], TillError::WrongRentPayer);
    a.world.refused(of_another_mint, &[&authority], TillError::WrongMint);

    let (other, stranger) = a.register_another_merchant_of_its_own();
    let mut of_another_merchant =
        client::close_vault(stranger.pubkey(), &a.vault, a.payout_token, operator.pubkey());
    of_another_merchant.accounts[1].pubkey = other;
    a.world.refused_with(of_another_merchant, &[&stranger], ErrorCode::ConstraintHasOne);
}

/// Whoever wants to keep a vault open pays into it under terms as long as the program allows.
#[test]
fn strangers_hold_up_the_end_of_a_vault_for_a_bounded_time() {
    let mut a = Actors::on_spl_token();
    let (payer, by, operator) = (a.payer.insecure_clone(), a.payer(), a.operator.pubkey());
    let authorization_expiry = START + MAX_AUTHORIZATION_SECONDS;
    let longest = |capture_mode, id| Terms {
        amount: 1,
        authorization_expiry,
        refund_expiry: authorization_expiry + MAX_REFUND_SECONDS,
        capture_mode,
        ..a.terms(id)
    };
    let held = a.invoice(longest(CaptureMode::Manual, 1));
    let at_once = a.invoice(longest(CaptureMode::Immediate, 2));
    let authorize = client::authorize(&by, &a.vault, held.address, held.terms.clone());
    let charge = client::charge(&by, &a.vault, at_once.address, &Receivers::default(), at_once.terms.clone());
    a.world.must(authorize, &[&payer]);
    a.world.must(charge, &[&payer]);

    a.by_operator(client::set_vault_accepting(operator, &a.vault, false));
    a.by_operator(client::void(operator, &a.vault, held.address, a.payer_token));
    a.by_operator(client::refund(operator, &a.vault, at_once.address, a.payer_token, None, 1));
    a.world.set_time(authorization_expiry);
    close_payment(&mut a, &held);
    close_payment(&mut a, &at_once);
    let instruction = close(&a);
    a.by_authority(instruction);
}

#[test]
fn what_a_transfer_fee_withheld_does_not_keep_a_vault_open() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::TransferFee(100)]);
    let mut a = Actors::with(world, token);
    come_and_gone(&mut a);
    let vault = a.vault.address();
    a.world.fund(&token, &vault, 1_000);
    assert!(a.world.withheld(&a.vault.token_account()) > 0);
    let instruction = close(&a);
    a.by_authority(instruction);
    assert_eq!(a.world.balance(&a.payout_token), 990);
    assert_eq!(a.world.lamports(&a.vault.token_account()), 0);
}

/// Nothing of such a mint can be left in the vault, and its rent is not lost with the mint.
#[test]
fn a_vault_is_closed_although_its_mint_is_gone() {
    let mut a = Actors::on_spl_token();
    let token = a.world.token_2022(&[Extension::MintCloseAuthority]);
    let vault = VaultKey { token, ..a.vault };
    let operator = a.operator.pubkey();
    a.by_operator(client::open_vault(operator, operator, &vault));
    a.world.close_mint(&token);
    let nowhere = Pubkey::new_unique();
    a.by_authority(client::close_vault(a.authority.pubkey(), &vault, nowhere, operator));
    assert_eq!(a.world.account::<Vault>(&vault.address()), None);
    assert_eq!(a.world.lamports(&vault.token_account()), 0);
}
