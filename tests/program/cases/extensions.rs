//! Every extension of Token-2022 is accepted, allowed by a mask, or refused.

use solana_signer::Signer;
use spl_token_2022::error::TokenError;
use spl_token_2022::extension::ExtensionType;
use till::TillError;
use till::client::{self, CaptureArgs, Receivers, VaultKey};
use till::token::{Rule, is_allowable};
use till_tests::{AMOUNT, Actors, Extension, PAYER_FUNDS, World};

/// What this test says about a type, to be compared with what the program says. Nothing is left out, so
/// that a version of the token program with one more extension does not compile.
fn expected(extension: ExtensionType) -> Option<Rule> {
    use ExtensionType::*;
    match extension {
        TransferFeeConfig
        | MintCloseAuthority
        | InterestBearingConfig
        | ScaledUiAmount
        | MetadataPointer
        | TokenMetadata
        | GroupPointer
        | TokenGroup
        | GroupMemberPointer
        | TokenGroupMember => Some(Rule::Accepted),
        PermanentDelegate
        | DefaultAccountState
        | Pausable
        | TransferHook
        | ConfidentialTransferMint
        | ConfidentialTransferFeeConfig => Some(Rule::Allowable),
        Uninitialized
        | NonTransferable
        | ConfidentialMintBurn
        | TransferFeeAmount
        | ConfidentialTransferAccount
        | ImmutableOwner
        | MemoTransfer
        | CpiGuard
        | NonTransferableAccount
        | TransferHookAccount
        | ConfidentialTransferFeeAmount
        | PausableAccount => Some(Rule::Never),
        // newer than what the program is compiled with
        PermissionedBurn => None,
    }
}

#[test]
fn every_extension_type_has_one_rule() {
    use anchor_spl::token_2022::spl_token_2022::extension::ExtensionType as Compiled;
    let known: Vec<ExtensionType> = (0..u16::MAX).filter_map(|number| number.try_into().ok()).collect();
    assert_eq!(known.len(), 29);
    for extension in known {
        let number = extension as u16;
        let found = Compiled::try_from(number).ok().map(till::token::rule);
        assert_eq!(found, expected(extension), "{extension:?}");
        assert_eq!(is_allowable(1 << number), found == Some(Rule::Allowable), "{extension:?}");
    }
}

/// All that can be on a mint and is not accepted of every mint.
const DANGEROUS: [&[Extension]; 7] = [
    &[Extension::PermanentDelegate],
    &[Extension::DefaultFrozen],
    &[Extension::Pausable],
    &[Extension::TransferHook],
    &[Extension::ConfidentialTransfer],
    &[Extension::NonTransferable],
    &[Extension::ConfidentialTransfer, Extension::ConfidentialMintBurn],
];
const FEE_AND_CONFIDENTIAL: &[Extension] =
    &[Extension::TransferFee(0), Extension::ConfidentialTransfer, Extension::ConfidentialTransferFee];

#[test]
fn dangerous_extensions_are_refused_at_both_entries() {
    for extensions in DANGEROUS.into_iter().chain([FEE_AND_CONFIDENTIAL]) {
        let mut a = Actors::on_token_2022();
        let (operator, payer) = (a.operator.insecure_clone(), a.payer.insecure_clone());
        let token = a.world.token_2022(extensions);
        let vault = VaultKey { token, ..a.vault };
        let open = client::open_vault(operator.pubkey(), operator.pubkey(), &vault);
        a.world.refused(open, &[&operator], TillError::MintExtensionRefused);

        // as if the mint of an open vault had been made anew
        let dangerous = a.world.svm.get_account(&token.mint).unwrap();
        a.world.svm.set_account(a.token.mint, dangerous).unwrap();
        let invoice = a.invoice(a.terms(1));
        let authorize = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms);
        a.world.refused(authorize, &[&payer], TillError::MintExtensionRefused);
    }
}

#[test]
fn what_no_mint_may_have_is_refused_under_the_widest_mask() {
    let widest = (0..64).map(|number| 1 << number).filter(|bit| is_allowable(*bit)).sum();
    for extensions in &DANGEROUS[5..] {
        let mut a = Actors::on_spl_token();
        let operator = a.operator.insecure_clone();
        let token = a.world.token_2022(extensions);
        a.world.set_policy(&token, widest);
        let vault = VaultKey { token, ..a.vault };
        let open = client::open_vault(operator.pubkey(), operator.pubkey(), &vault);
        a.world.refused(open, &[&operator], TillError::MintExtensionRefused);
    }
}

/// Types that are newer than the program.
#[test]
fn unknown_extensions_are_refused() {
    const TYPE: usize = 166;
    for number in [28u16, 29, 63, 64, 1_000, u16::MAX] {
        let mut a = Actors::on_spl_token();
        let operator = a.operator.insecure_clone();
        let token = a.world.token_2022(&[Extension::InterestBearing]);
        let mut mint = a.world.svm.get_account(&token.mint).unwrap();
        mint.data[TYPE..TYPE + 2].copy_from_slice(&number.to_le_bytes());
        a.world.svm.set_account(token.mint, mint).unwrap();
        let vault = VaultKey { token, ..a.vault };
        let open = client::open_vault(operator.pubkey(), operator.pubkey(), &vault);
        a.world.refused(open, &[&operator], TillError::MintExtensionRefused);
    }
}

/// Interest and scale change what a wallet shows. What is paid, kept and returned is base units.
#[test]
fn money_is_base_units_however_a_mint_shows_it() {
    for extension in [Extension::InterestBearing, Extension::ScaledUiAmount] {
        let mut world = World::bare();
        let token = world.token_2022(&[extension]);
        let mut a = Actors::with(world, token);
        let invoice = a.authorized(a.terms(1));
        assert_eq!(a.vault_tokens(), AMOUNT);
        a.world.set_time(invoice.terms.authorization_expiry - 1);
        let (operator, payer_token) = (a.operator.pubkey(), a.payer_token);
        let args = CaptureArgs {
            amount: 10_000_000,
            is_final: true,
            to: Receivers::payout_and_payer(a.payout_token, payer_token),
            terms: None,
        };
        a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
        assert_eq!(a.world.balance(&a.payout_token), 9_900_000);
        assert_eq!(a.world.balance(&payer_token), PAYER_FUNDS - 10_000_000);
        assert_eq!(a.vault_tokens(), a.vault().owed().unwrap());
    }
}

/// Whoever can freeze, freezes one account; the money goes to another of the same wallet.
#[test]
fn a_payer_whose_account_is_frozen_gets_out_through_another() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let (voided, reclaimed) = (a.authorized(a.terms(1)), a.authorized(a.terms(2)));
        let (token, wallet, operator) = (a.token, a.payer.pubkey(), a.operator.insecure_clone());
        a.world.freeze(&token, &a.payer_token.clone());
        let void = |to| client::void(operator.pubkey(), &a.vault, voided.address, to);
        let (to_the_frozen, vault) = (void(a.payer_token), a.vault);
        a.world.refused_with(to_the_frozen, &[&operator], TokenError::AccountFrozen as u32);

        let elsewhere = a.world.second_token_account(&token, &wallet);
        a.by_operator(client::void(operator.pubkey(), &vault, voided.address, elsewhere));
        a.world.set_time(reclaimed.terms.authorization_expiry);
        a.world.must(client::reclaim(&vault, reclaimed.address, elsewhere), &[]);
        assert_eq!(a.world.balance(&elsewhere), 2 * AMOUNT);
    }
}

/// Of an allowed mint whose accounts begin frozen, the issuer decides who takes part, the vault too.
#[test]
fn a_mint_of_frozen_accounts_is_paid_once_its_issuer_lets_the_vault_in() {
    let mut world = World::bare();
    let token = world.token_2022(&[Extension::DefaultFrozen]);
    let mut a = Actors::allowing(world, token, Extension::DefaultFrozen.bit());
    let (payer, invoice) = (a.payer.insecure_clone(), a.invoice(a.terms(1)));
    let authorize = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms.clone());
    a.world.refused_with(authorize.clone(), &[&payer], TokenError::AccountFrozen as u32);
    let vault_token = a.vault.token_account();
    a.world.thaw(&token, &vault_token);
    a.world.must(authorize, &[&payer]);
    a.world.set_time(invoice.terms.authorization_expiry);
    a.world.must(client::reclaim(&a.vault, invoice.address, a.payer_token), &[]);
    assert_eq!(a.world.balance(&a.payer_token), PAYER_FUNDS);
}
