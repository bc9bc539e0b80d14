//! Who governs a merchant: payout wallet, operator, authority, and the merchant's end.

use anchor_lang::error::ErrorCode;
use solana_account::Account;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client;
use till::events::{
    MerchantAuthorityAccepted, MerchantAuthorityProposed, MerchantClosed, MerchantRegistered,
    MerchantUpdated, OperatorSet,
};
use till::{Merchant, RegisterMerchantArgs, TillError, pda};
use till_tests::{Actors, event};

#[test]
fn money_leaves_for_the_new_payout_wallet_only() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        a.captured(a.terms(1), 10_000_000);
        let (authority, wallet) = (a.authority.pubkey(), Pubkey::new_unique());
        let sent = a.by_authority(client::update_merchant(authority, a.vault.merchant, wallet));
        let told = MerchantUpdated { merchant: a.vault.merchant, payout_wallet: wallet, sequence: 1 };
        assert_eq!((event::<MerchantUpdated>(&sent), a.merchant().payout_wallet), (told, wallet));

        let to_the_old = client::payout(&a.vault, a.payout_token);
        a.world.refused(to_the_old, &[], TillError::WrongTokenOwner);
        let token = a.token;
        let payout_token = a.world.token_account(&token, &wallet);
        a.world.must(client::payout(&a.vault, payout_token), &[]);
        assert_eq!(a.world.balance(&payout_token), 9_900_000);
    }
}

#[test]
fn an_operator_is_replaced_at_once() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let (authority, old, new) = (a.authority.pubkey(), a.operator.insecure_clone(), a.world.wallet());
    let sent = a.by_authority(client::set_operator(authority, a.vault.merchant, new.pubkey()));
    let told = OperatorSet { merchant: a.vault.merchant, operator: new.pubkey(), sequence: 1 };
    assert_eq!((event::<OperatorSet>(&sent), a.merchant().operator), (told, new.pubkey()));

    let void = |by: &Keypair| client::void(by.pubkey(), &a.vault, invoice.address, a.payer_token);
    let (by_old, by_new) = (void(&old), void(&new));
    a.world.refused(by_old, &[&old], TillError::NotMerchant);
    a.world.must(by_new, &[&new]);
}

#[test]
fn nobody_but_the_authority_governs_a_merchant() {
    let mut a = Actors::on_spl_token();
    let (other, stranger) = a.register_another_merchant_of_its_own();
    let operator = a.operator.insecure_clone();
    assert_ne!(other, a.vault.merchant);
    for signer in [&operator, &stranger] {
        let (key, merchant) = (signer.pubkey(), a.vault.merchant);
        let instructions = [
            client::update_merchant(key, merchant, key),
            client::set_operator(key, merchant, key),
            client::propose_merchant_authority(key, merchant, key),
            client::close_merchant(key, merchant, a.authority.pubkey()),
        ];
        for instruction in instructions {
            a.world.refused(instruction, &[signer], TillError::NotMerchantAuthority);
        }
    }
}

#[test]
fn no_power_over_a_merchant_goes_to_the_zero_address() {
    let mut a = Actors::on_spl_token();
    let (authority, zero) = (a.authority.insecure_clone(), Pubkey::default());
    let instructions = [
        client::update_merchant(authority.pubkey(), a.vault.merchant, zero),
        client::set_operator(authority.pubkey(), a.vault.merchant, zero),
    ];
    for instruction in instructions {
        a.world.refused(instruction, &[&authority], TillError::ZeroAddress);
    }
}

/// An account that could never spend what it is paid.
#[test]
fn what_is_no_wallet_is_not_paid() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (authority, founder) = (a.authority.insecure_clone(), a.world.wallet());
        let no_wallets = [
            a.vault.address(),
            a.vault.merchant,
            pda::protocol().0,
            till::ID,
            a.token.program,
            a.token.mint,
            a.payout_token,
            a.vault.token_account(),
        ];
        for address in no_wallets {
            let update = client::update_merchant(authority.pubkey(), a.vault.merchant, address);
            a.world.refused(update, &[&authority], TillError::NotAWallet);
            let key = founder.pubkey();
            let args =
                RegisterMerchantArgs { index: 0, authority: key, operator: key, payout_wallet: address };
            let register = client::register_merchant(key, key, args);
            a.world.refused(register, &[&founder], TillError::NotAWallet);
        }
    }
}

#[test]
fn the_wallet_that_is_looked_at_is_the_one_that_is_registered() {
    let mut a = Actors::on_spl_token();
    let founder = a.world.wallet();
    let key = founder.pubkey();
    let args =
        RegisterMerchantArgs { index: 0, authority: key, operator: key, payout_wallet: a.vault.address() };
    let mut register = client::register_merchant(key, key, args);
    register.accounts[3].pubkey = key;
    a.world.refused_with(register, &[&founder], ErrorCode::ConstraintAddress);
}

#[test]
fn shared_wallets_are_paid() {
    let mut a = Actors::on_spl_token();
    let (multisig, of_a_program) = (Pubkey::new_unique(), Pubkey::new_unique());
    let accounts = [(multisig, vec![0; 355], a.token.program), (of_a_program, vec![1], multisig)];
    for (address, data, owner) in accounts {
        let account = Account { lamports: 10_000_000, data, owner, executable: false, rent_epoch: 0 };
        a.world.svm.set_account(address, account).unwrap();
        let authority = a.authority.pubkey();
        a.by_authority(client::update_merchant(authority, a.vault.merchant, address));
        assert_eq!(a.merchant().payout_wallet, address);
    }
}

#[test]
fn the_authoritys_place_is_handed_over_in_two_steps() {
    let mut a = Actors::on_spl_token();
    let (merchant, old) = (a.vault.merchant, a.authority.insecure_clone());
    let (new, stranger) = (a.world.wallet(), a.world.wallet());
    let accept = |by: &Keypair| client::accept_merchant_authority(by.pubkey(), merchant);
    a.world.refused(accept(&new), &[&new], TillError::NotPendingAuthority);

    let propose = |to| client::propose_merchant_authority(old.pubkey(), merchant, to);
    let sent = a.by_authority(propose(new.pubkey()));
    let told = MerchantAuthorityProposed { merchant, pending_authority: new.pubkey(), sequence: 1 };
    assert_eq!(event::<MerchantAuthorityProposed>(&sent), told);
    a.world.refused(accept(&stranger), &[&stranger], TillError::NotPendingAuthority);
    a.by_authority(propose(Pubkey::default()));
    a.world.refused(accept(&new), &[&new], TillError::NotPendingAuthority);
    a.by_authority(propose(stranger.pubkey()));
    a.by_authority(propose(new.pubkey()));
    a.world.refused(accept(&stranger), &[&stranger], TillError::NotPendingAuthority);

    let sent = a.world.must(accept(&new), &[&new]);
    let told = MerchantAuthorityAccepted { merchant, authority: new.pubkey(), sequence: 5 };
    assert_eq!(event::<MerchantAuthorityAccepted>(&sent), told);
    assert_eq!((a.merchant().authority, a.merchant().pending_authority), (new.pubkey(), Pubkey::default()));
    a.world.refused(propose(old.pubkey()), &[&old], TillError::NotMerchantAuthority);
    let by_new = client::set_operator(new.pubkey(), merchant, new.pubkey());
    a.world.must(by_new, &[&new]);
}

#[test]
fn a_merchant_without_vaults_is_closed_and_its_rent_goes_back() {
    let mut a = Actors::on_spl_token();
    let (founder, sponsor) = (a.world.wallet(), a.world.wallet());
    let (key, before) = (founder.pubkey(), a.world.lamports(&sponsor.pubkey()));
    let args = RegisterMerchantArgs { index: 0, authority: key, operator: key, payout_wallet: key };
    let register = client::register_merchant(key, sponsor.pubkey(), args);
    let sent = a.world.must(register.clone(), &[&founder, &sponsor]);
    assert_eq!(event::<MerchantRegistered>(&sent).rent_payer, sponsor.pubkey());

    let merchant = pda::merchant(&key, 0).0;
    let to_the_founder = client::close_merchant(key, merchant, key);
    a.world.refused(to_the_founder, &[&founder], TillError::WrongRentPayer);
    let close = client::close_merchant(key, merchant, sponsor.pubkey());
    let sent = a.world.must(close, &[&founder]);
    let told = MerchantClosed { merchant, rent_payer: sponsor.pubkey(), sequence: 1 };
    assert_eq!(event::<MerchantClosed>(&sent), told);
    assert_eq!(a.world.lamports(&sponsor.pubkey()), before);
    assert_eq!(a.world.lamports(&merchant), 0);

    a.world.must(register, &[&founder, &sponsor]);
    let again: Merchant = a.world.account(&merchant).unwrap();
    assert_eq!((again.sequence, again.vaults), (0, 0));
}

#[test]
fn a_merchant_with_a_vault_is_not_closed() {
    let mut a = Actors::on_spl_token();
    let authority = a.authority.insecure_clone();
    let key = authority.pubkey();
    assert_eq!(a.merchant().vaults, 1);
    let close = client::close_merchant(key, a.vault.merchant, key);
    a.world.refused(close.clone(), &[&authority], TillError::MerchantHasVaults);

    let vault = client::close_vault(key, &a.vault, a.payout_token, a.operator.pubkey());
    a.by_authority(vault);
    a.by_authority(close);
}
