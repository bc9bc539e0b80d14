//! Splits: payees share in each capture, by the terms that the payer signed.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::{CaptureMode, MAX_SPLITS, Split, Terms, TillError};
use till_tests::{AMOUNT, Actors};

/// What the protocol's 1% leaves of the full amount, in base units.
const NET: u64 = AMOUNT / 100 * 99;

struct Payees {
    wallets: Vec<Keypair>,
    tokens: Vec<Pubkey>,
}

impl Payees {
    fn of(a: &mut Actors, count: usize) -> Self {
        let wallets: Vec<Keypair> = (0..count).map(|_| a.world.wallet()).collect();
        let token = a.token;
        let tokens = wallets.iter().map(|wallet| a.world.token_account(&token, &wallet.pubkey())).collect();
        Self { wallets, tokens }
    }

    fn terms(&self, a: &Actors, bps: &[u16]) -> Terms {
        let split = |(wallet, bps): (&Keypair, &u16)| Split { wallet: wallet.pubkey(), bps: *bps };
        Terms { splits: self.wallets.iter().zip(bps).map(split).collect(), ..a.terms(1) }
    }

    fn receive(&self) -> Receivers {
        Receivers { payees: self.tokens.clone(), ..Default::default() }
    }

    fn balances(&self, a: &Actors) -> Vec<u64> {
        self.tokens.iter().map(|token| a.world.balance(token)).collect()
    }
}

#[test]
fn each_capture_pays_the_payees_and_leaves_the_rest_to_the_merchant() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let payees = Payees::of(&mut a, 2);
        let invoice = a.authorized(payees.terms(&a, &[1_000, 3_333]));
        let (terms, operator) = (Some(invoice.terms.clone()), a.operator.pubkey());
        let args = CaptureArgs {
            amount: 1_000_003,
            to: payees.receive(),
            terms: terms.clone(),
            ..Default::default()
        };
        a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
        // the fee is 10 000, and of 990 003 each payee gets its share rounded down
        assert_eq!(payees.balances(&a), [99_000, 329_967]);
        assert_eq!((a.vault().fees, a.vault().balance), (10_000, 990_003 - 99_000 - 329_967));

        let to = Receivers { payout_token: Some(a.payout_token), ..payees.receive() };
        let args = CaptureArgs { amount: 1_000_000, to, terms, ..Default::default() };
        a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
        assert_eq!(payees.balances(&a), [99_000 + 99_000, 329_967 + 329_967]);
        assert_eq!(a.world.balance(&a.payout_token), 990_000 - 99_000 - 329_967);
        assert_eq!(a.vault().owed().unwrap(), a.vault_tokens());
    }
}

#[test]
fn charge_release_and_resolution_pay_them_too() {
    let mut a = Actors::on_spl_token();
    let payees = Payees::of(&mut a, MAX_SPLITS);
    let payer = a.payer.insecure_clone();
    let terms = payees.terms(&a, &[2_500; MAX_SPLITS]);
    let charged = a.invoice(Terms { capture_mode: CaptureMode::Immediate, id: [2; 16], ..terms.clone() });
    a.world.must(
        client::charge(&a.payer(), &a.vault, charged.address, &payees.receive(), charged.terms),
        &[&payer],
    );
    assert_eq!(payees.balances(&a), [NET / 4; MAX_SPLITS]);
    assert_eq!(a.vault().balance, 0);

    let released = a.authorized(terms);
    let instruction = client::release(
        payer.pubkey(),
        &a.vault,
        released.address,
        &payees.receive(),
        Some(released.terms.clone()),
    );
    a.world.must(instruction, &[&payer]);
    assert_eq!(payees.balances(&a), [NET / 2; MAX_SPLITS]);
}

#[test]
fn nobody_captures_past_the_payees() {
    let mut a = Actors::on_spl_token();
    let payees = Payees::of(&mut a, 2);
    let invoice = a.authorized(payees.terms(&a, &[1_000, 1_000]));
    let operator = a.operator.insecure_clone();
    let forged = Terms { splits: Vec::new(), ..invoice.terms.clone() };
    let thief = Receivers { payees: vec![payees.tokens[0], a.payout_token], ..Default::default() };
    let few = Receivers { payees: vec![payees.tokens[0]], ..Default::default() };
    let terms = invoice.terms.clone();
    let rows = [
        (payees.receive(), None, TillError::SplitsIncomplete),
        (payees.receive(), Some(forged), TillError::WrongTerms),
        (few, Some(terms.clone()), TillError::SplitsIncomplete),
        (thief, Some(terms), TillError::WrongTokenOwner),
    ];
    for (to, terms, error) in rows {
        let args = CaptureArgs { amount: 1_000, is_final: false, to, terms };
        let instruction = client::capture(operator.pubkey(), &a.vault, invoice.address, args);
        a.world.refused(instruction, &[&operator], error);
    }
}

#[test]
fn splits_are_few_and_no_more_than_everything() {
    let mut a = Actors::on_spl_token();
    let wallet = a.world.wallet().pubkey();
    let split = |bps| Split { wallet, bps };
    let payer = a.payer.insecure_clone();
    for splits in [
        vec![split(0)],
        vec![split(10_001)],
        vec![split(5_001), split(5_000)],
        vec![Split { wallet: Pubkey::default(), bps: 1 }],
    ] {
        let invoice = a.invoice(Terms { splits, ..a.terms(1) });
        let instruction = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms);
        a.world.refused(instruction, &[&payer], TillError::SplitsInvalid);
    }

    let many = |count| Terms { splits: vec![split(1); count], ..a.terms(1) };
    assert!(many(3 * MAX_SPLITS).address(&a.vault.merchant).is_none(), "there is no address to pay it at");
    for terms in [a.invoice(many(MAX_SPLITS + 1)).terms, many(3 * MAX_SPLITS)] {
        let somewhere = a.invoice(a.terms(1)).address;
        let instruction = client::authorize(&a.payer(), &a.vault, somewhere, terms);
        a.world.refused(instruction, &[&payer], TillError::SplitsInvalid);
    }
}
