//! A payment's address commits to its terms, and nobody can take it away.

use proptest::prelude::*;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use till::client;
use till::{CaptureMode, MAX_SPLITS, Protection, Split, Terms, TillError, pda};
use till_tests::Actors;

fn terms() -> impl Strategy<Value = Terms> {
    let numbers = (any::<u64>(), any::<i64>(), any::<i64>(), any::<u16>());
    let protection = (any::<i64>(), any::<[u8; 32]>(), any::<u32>()).prop_map(|(from, arbiter, seconds)| {
        Protection { capture_from: from, arbiter: arbiter.into(), dispute_seconds: seconds }
    });
    let split =
        (any::<[u8; 32]>(), any::<u16>()).prop_map(|(wallet, bps)| Split { wallet: wallet.into(), bps });
    let extras = (prop::option::of(protection), prop::collection::vec(split, 0..=MAX_SPLITS));
    (any::<[u8; 16]>(), any::<[u8; 32]>(), numbers, any::<bool>(), extras).prop_map(
        |(id, mint, numbers, manual, (protection, splits))| Terms {
            id,
            mint: mint.into(),
            amount: numbers.0,
            authorization_expiry: numbers.1,
            refund_expiry: numbers.2,
            capture_mode: if manual { CaptureMode::Manual } else { CaptureMode::Immediate },
            max_fee_bps: numbers.3,
            protection,
            splits,
            salt: 0,
        },
    )
}

proptest! {
    #[test]
    fn every_terms_have_a_canonical_address(terms in terms(), merchant: [u8; 32]) {
        let merchant = Pubkey::from(merchant);
        let (salted, address) = terms.salted(&merchant).expect("a salt");
        let seeds: &[&[u8]] = &[pda::PAYMENT, merchant.as_ref(), &salted.hash().unwrap()];
        prop_assert_eq!(Pubkey::find_program_address(seeds, &till::ID), (address, pda::SALTED_BUMP));
    }

    #[test]
    fn other_terms_have_another_hash(terms in terms(), more in terms(), amount: u64, expiry: i64, salt: u8) {
        let others = [
            Terms { protection: more.protection, ..terms.clone() },
            Terms { splits: more.splits, ..terms.clone() },
            Terms { amount, ..terms.clone() },
            Terms { authorization_expiry: expiry, ..terms.clone() },
            Terms { refund_expiry: expiry, ..terms.clone() },
            Terms { salt, ..terms.clone() },
        ];
        for other in others {
            prop_assert_eq!(other.hash().unwrap() == terms.hash().unwrap(), other == terms);
        }
    }
}

fn hex(terms: &Terms) -> String {
    terms.hash().unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Clients in other languages compute the same: change this only with the domain tag.
#[test]
fn the_hash_of_terms_is_pinned() {
    let terms = Terms {
        id: *b"0123456789abcdef",
        mint: Pubkey::new_from_array([7; 32]),
        amount: 25_000_000,
        authorization_expiry: 1_800_003_600,
        refund_expiry: 1_802_592_000,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: 500,
        protection: None,
        splits: Vec::new(),
        salt: 3,
    };
    assert_eq!(hex(&terms), "78e0fde9ce57ef1228d7b4519dc5b4a762e48a7859c454b74e35c3802bd09daa");
    let protection = Protection { capture_from: 1_800_001_800, arbiter: terms.mint, dispute_seconds: 86_400 };
    let splits = vec![Split { wallet: terms.mint, bps: 1_000 }; MAX_SPLITS];
    let full = Terms { protection: Some(protection), splits, ..terms };
    assert_eq!(hex(&full), "0fbc8ae90e0567e732a67a397ffd0a6b4d1bcc24f219942b11921de1f2960441");
}

#[test]
fn terms_are_not_paid_at_another_address() {
    let mut a = Actors::on_spl_token();
    let (invoice, other) = (a.invoice(a.terms(1)), a.invoice(a.terms(2)));
    let instruction = client::authorize(&a.payer(), &a.vault, other.address, invoice.terms);
    let payer = a.payer.insecure_clone();
    // the runtime itself refuses: the address did not sign for its creation
    assert!(a.world.send(&[instruction], &[&payer]).is_err());
}

/// A key that signs needs no signature of the program: it could be any address, paid again and
/// again, or a wallet whose lamports the program would then own.
#[test]
fn an_account_that_signs_itself_is_not_taken_for_the_payment() {
    let mut a = Actors::on_spl_token();
    let invoice = a.invoice(a.terms(1));
    let (payer, fresh, wallet) = (a.payer.insecure_clone(), Keypair::new(), a.world.wallet());
    for impostor in [&fresh, &wallet, &payer] {
        let address = impostor.pubkey();
        let mut instruction = client::authorize(&a.payer(), &a.vault, address, invoice.terms.clone());
        instruction
            .accounts
            .iter_mut()
            .filter(|meta| meta.pubkey == address)
            .for_each(|meta| meta.is_signer = true);
        a.world.refused(instruction, &[&payer, impostor], TillError::NewAccountSigns);
    }
    assert_eq!(a.vault_tokens(), 0);
}

#[test]
fn a_salt_of_another_bump_is_refused() {
    let mut a = Actors::on_spl_token();
    let mut terms = a.terms(1);
    let merchant = a.vault.merchant;
    terms.salt =
        (0..=255).find(|salt| Terms { salt: *salt, ..terms.clone() }.address(&merchant).is_none()).unwrap();
    let seeds: &[&[u8]] = &[pda::PAYMENT, merchant.as_ref(), &terms.hash().unwrap()];
    let (address, bump) = Pubkey::find_program_address(seeds, &till::ID);
    assert_ne!(bump, pda::SALTED_BUMP);
    let instruction = client::authorize(&a.payer(), &a.vault, address, terms);
    let payer = a.payer.insecure_clone();
    assert!(a.world.send(&[instruction], &[&payer]).is_err());
}

#[test]
fn an_invoice_is_paid_once() {
    let mut a = Actors::on_spl_token();
    let invoice = a.authorized(a.terms(1));
    let again = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms.clone());
    let payer = a.payer.insecure_clone();
    a.world.refused(again, &[&payer], TillError::AlreadyPaid);
}

#[test]
fn lamports_sent_ahead_do_not_block_the_address() {
    for lamports in [1, 890_880, 10_000_000_000] {
        let mut a = Actors::on_spl_token();
        let invoice = a.invoice(a.terms(1));
        let squatter = a.world.wallet();
        let rent = a.world.svm.minimum_balance_for_rent_exemption(0);
        let gift = transfer(&squatter.pubkey(), &invoice.address, lamports.max(rent));
        a.world.must(gift, &[&squatter]);
        a.authorized(a.terms(1));
        assert_eq!(a.payment(&invoice).capturable, invoice.terms.amount);
    }
}
