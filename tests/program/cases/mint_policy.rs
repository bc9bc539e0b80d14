//! Mint policies: what the admin allows single mints, and how it reaches vaults.

use anchor_lang::error::ErrorCode;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, Token, VaultKey};
use till::events::{MintPolicyClosed, MintPolicyCreated, MintPolicyUpdated, VaultOpened, VaultPolicySynced};
use till::{MintPolicy, TillError, pda, token::is_allowable};
use till_tests::{Actors, Extension, event};

const DELEGATE: u64 = 1 << 12;
const PAUSABLE: u64 = 1 << 26;

/// People, and a mint with a permanent delegate that none of them has to do with yet.
fn with_delegated_mint() -> (Actors, Token) {
    let mut a = Actors::on_spl_token();
    let token = a.world.token_2022(&[Extension::PermanentDelegate]);
    assert_eq!(Extension::PermanentDelegate.bit(), DELEGATE);
    (a, token)
}

fn open(a: &Actors, token: Token) -> Instruction {
    let key = a.operator.pubkey();
    client::open_vault(key, key, &VaultKey { token, ..a.vault })
}

#[test]
fn a_policy_lives_from_creation_to_closing() {
    let (mut a, token) = with_delegated_mint();
    let (admin, sponsor, mint) = (a.world.admin(), a.world.wallet(), token.mint);
    let (mint_policy, rent_payer) = (pda::mint_policy(&mint).0, sponsor.pubkey());
    let before = a.world.lamports(&rent_payer);

    let create = client::create_mint_policy(admin, rent_payer, mint, DELEGATE);
    let sent = a.world.must(create.clone(), &[&sponsor]);
    let told = MintPolicyCreated { mint_policy, mint, rent_payer, allowed_extensions: DELEGATE, sequence: 1 };
    assert_eq!(event::<MintPolicyCreated>(&sent), told);
    let policy: MintPolicy = a.world.account(&mint_policy).unwrap();
    assert_eq!((policy.mint, policy.allowed_extensions), (mint, DELEGATE));
    assert!(a.world.send(&[create], &[&sponsor]).is_err(), "there is one already");

    let allowed_extensions = DELEGATE | PAUSABLE;
    let sent = a.world.must(client::update_mint_policy(admin, mint, allowed_extensions), &[]);
    let told = MintPolicyUpdated { mint_policy, mint, allowed_extensions, sequence: 2 };
    assert_eq!(event::<MintPolicyUpdated>(&sent), told);

    let to_the_admin = client::close_mint_policy(admin, mint, admin);
    a.world.refused(to_the_admin, &[], TillError::WrongRentPayer);
    let sent = a.world.must(client::close_mint_policy(admin, mint, rent_payer), &[]);
    let told = MintPolicyClosed { mint_policy, mint, rent_payer, sequence: 3 };
    assert_eq!(event::<MintPolicyClosed>(&sent), told);
    assert_eq!((a.world.lamports(&rent_payer), a.world.lamports(&mint_policy)), (before, 0));
}

#[test]
fn nobody_but_the_admin_allows_a_mint_anything() {
    let (mut a, token) = with_delegated_mint();
    let (admin, guardian) = (a.world.admin(), a.guardian.insecure_clone());
    let (key, mint) = (guardian.pubkey(), token.mint);
    let create = client::create_mint_policy(key, key, mint, DELEGATE);
    a.world.refused(create, &[&guardian], TillError::NotAdmin);
    a.world.set_policy(&token, 0);
    for instruction in
        [client::update_mint_policy(key, mint, DELEGATE), client::close_mint_policy(key, mint, admin)]
    {
        a.world.refused(instruction, &[&guardian], TillError::NotAdmin);
    }
}

#[test]
fn what_is_no_mint_has_no_policy() {
    let mut a = Actors::on_token_2022();
    let admin = a.world.admin();
    for address in [a.payer_token, a.payer.pubkey(), a.vault.address()] {
        let create = client::create_mint_policy(admin, admin, address, 0);
        assert!(a.world.send(&[create], &[]).is_err());
    }
}

/// Neither what every mint may have, nor what no mint may have, nor what nobody knows yet.
#[test]
fn a_mask_has_only_what_is_a_matter_of_permission() {
    let (mut a, token) = with_delegated_mint();
    let admin = a.world.admin();
    let (allowable, others): (Vec<u64>, Vec<u64>) =
        (0..64).map(|number| 1 << number).partition(|bit| is_allowable(*bit));
    let refused = client::create_mint_policy(admin, admin, token.mint, others[0]);
    a.world.refused(refused, &[], TillError::ExtensionNotAllowable);
    a.world.set_policy(&token, allowable.iter().sum());
    for bit in others {
        let refused = client::update_mint_policy(admin, token.mint, DELEGATE | bit);
        a.world.refused(refused, &[], TillError::ExtensionNotAllowable);
    }
}

#[test]
fn a_vault_opens_for_an_allowed_mint_and_keeps_what_it_was_allowed() {
    let (mut a, token) = with_delegated_mint();
    let (instruction, operator) = (open(&a, token), a.operator.insecure_clone());
    a.world.refused(instruction.clone(), &[&operator], TillError::MintExtensionRefused);
    a.world.set_policy(&token, PAUSABLE);
    a.world.refused(instruction.clone(), &[&operator], TillError::MintExtensionRefused);
    a.world.set_policy(&token, DELEGATE);
    let sent = a.world.must(instruction, &[&operator]);
    assert_eq!(event::<VaultOpened>(&sent).allowed_extensions, DELEGATE);
    a.vault = VaultKey { token, ..a.vault };
    assert_eq!(a.vault().allowed_extensions, DELEGATE);
}

/// One mint's permission is not another's, and what a mint has not cannot be left out.
#[test]
fn the_address_of_a_policy_is_proven() {
    let (mut a, token) = with_delegated_mint();
    let operator = a.operator.insecure_clone();
    a.world.set_policy(&token, DELEGATE);
    let other = a.world.token_2022(&[Extension::PermanentDelegate]);
    let mut borrowed = open(&a, other);
    borrowed.accounts[4].pubkey = pda::mint_policy(&token.mint).0;
    a.world.refused_with(borrowed, &[&operator], ErrorCode::ConstraintSeeds);

    let instruction = open(&a, token);
    a.world.must(instruction, &[&operator]);
    let vault = VaultKey { token, ..a.vault };
    for elsewhere in [pda::mint_policy(&other.mint).0, Pubkey::new_unique(), till::ID] {
        let mut sync = client::sync_vault_policy(&vault);
        sync.accounts[2].pubkey = elsewhere;
        a.world.refused_with(sync.clone(), &[], ErrorCode::ConstraintSeeds);
        sync.accounts[1].pubkey = other.mint;
        a.world.refused(sync, &[], TillError::WrongMint);
    }
}

#[test]
fn a_revoked_permission_reaches_open_vaults_and_no_way_out() {
    for closed in [true, false] {
        let (mut setting, token) = with_delegated_mint();
        let admin = setting.world.admin();
        setting.world.set_policy(&token, DELEGATE);
        let operator = setting.operator.insecure_clone();
        let instruction = open(&setting, token);
        setting.world.must(instruction, &[&operator]);
        let (payer, payout_wallet) = (setting.payer.pubkey(), setting.payout_wallet.pubkey());
        let payer_token = setting.world.fund(&token, &payer, 100_000_000);
        let payout_token = setting.world.token_account(&token, &payout_wallet);
        let vault = VaultKey { token, ..setting.vault };
        let mut a = Actors { token, vault, payer_token, payout_token, ..setting };
        let (first, second) = (a.authorized(a.terms(1)), a.captured(a.terms(2), 10_000_000));

        match closed {
            true => a.world.must(client::close_mint_policy(admin, token.mint, admin), &[]),
            false => a.world.must(client::update_mint_policy(admin, token.mint, PAUSABLE), &[]),
        };
        a.authorized(a.terms(3));
        let sent = a.world.must(client::sync_vault_policy(&a.vault), &[]);
        a.world.refused(client::sync_vault_policy(&a.vault), &[], TillError::PolicyUnchanged);
        let allowed_extensions = if closed { 0 } else { PAUSABLE };
        let told = VaultPolicySynced {
            vault_address: a.vault.address(),
            merchant: a.vault.merchant,
            allowed_extensions,
            vault: a.vault().balances(),
        };
        assert_eq!(event::<VaultPolicySynced>(&sent), told);
        assert_eq!(a.vault().allowed_extensions, allowed_extensions);

        let (payer, by, next) = (a.payer.insecure_clone(), a.payer(), a.invoice(a.terms(4)));
        let authorize = client::authorize(&by, &a.vault, next.address, next.terms);
        a.world.refused(authorize.clone(), &[&payer], TillError::MintExtensionRefused);
        let operator = a.operator.pubkey();
        a.by_operator(client::void(operator, &a.vault, first.address, payer_token));
        a.by_operator(client::refund(operator, &a.vault, second.address, payer_token, None, 1_000_000));
        a.world.must(client::payout(&a.vault, payout_token), &[]);

        a.world.set_policy(&token, DELEGATE);
        a.world.must(client::sync_vault_policy(&a.vault), &[]);
        a.world.must(authorize, &[&payer]);
    }
}

/// A mint's authority may close an empty mint and make another at the same address.
#[test]
fn a_mint_that_was_made_anew_is_looked_at_again() {
    let mut a = Actors::on_spl_token();
    let (mint, operator) = (Keypair::new(), a.operator.insecure_clone());
    let token = a.world.token_2022_at(&mint, &[Extension::MintCloseAuthority, Extension::PermanentDelegate]);
    a.world.set_policy(&token, DELEGATE);
    let instruction = open(&a, token);
    a.world.must(instruction, &[&operator]);
    a.vault = VaultKey { token, ..a.vault };
    a.token = token;

    a.world.close_mint(&token);
    a.world.token_2022_at(&mint, &[Extension::Pausable, Extension::MintCloseAuthority]);
    let payer = a.payer.insecure_clone();
    a.payer_token = a.world.fund(&token, &payer.pubkey(), 100_000_000);
    let invoice = a.invoice(a.terms(1));
    let authorize = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms);
    a.world.refused(authorize, &[&payer], TillError::MintExtensionRefused);
}
