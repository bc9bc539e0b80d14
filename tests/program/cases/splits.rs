//! Splits: payees share in each capture, by the terms that the payer signed.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers, RefundSource};
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
fn a_capture_pays_the_payees_and_leaves_the_rest_to_the_merchant() {
    for mut a in [Actors::on_spl_token(), Actors::on_token_2022()] {
        let payees = Payees::of(&mut a, 2);
        let invoice = a.authorized(payees.terms(&a, &[1_000, 3_333]));
        let before = a.world.balance(&a.payer_token);
        let to = Receivers { payer_token: Some(a.payer_token), ..payees.receive() };
        let terms = Some(invoice.terms.clone());
        let args = CaptureArgs { amount: 1_000_003, is_final: true, to, terms };
        let operator = a.operator.pubkey();
        a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
        // the fee is 10 000, and of 990 003 each payee gets its share rounded down
        assert_eq!(payees.balances(&a), [99_000, 329_967]);
        assert_eq!((a.vault().fees, a.vault().balance), (10_000, 990_003 - 99_000 - 329_967));
        assert_eq!(a.world.balance(&a.payer_token) - before, AMOUNT - 1_000_003);
        assert_eq!(a.payment(&invoice).shared, 99_000 + 329_967);
        assert_eq!(a.vault().owed().unwrap(), a.vault_tokens());
    }
}

#[test]
fn a_capture_with_payout_leaves_nothing_in_the_vault_but_the_fee() {
    let mut a = Actors::on_spl_token();
    let payees = Payees::of(&mut a, 1);
    let invoice = a.authorized(payees.terms(&a, &[10_000]));
    let to = Receivers { payout_token: Some(a.payout_token), ..payees.receive() };
    let args = CaptureArgs { amount: AMOUNT, is_final: true, to, terms: Some(invoice.terms.clone()) };
    let operator = a.operator.pubkey();
    a.by_operator(client::capture(operator, &a.vault, invoice.address, args));
    assert_eq!((payees.balances(&a), a.world.balance(&a.payout_token)), (vec![NET], 0));
    assert_eq!((a.vault().owed().unwrap(), a.vault_tokens()), (AMOUNT - NET, AMOUNT - NET));
}

/// Of many small captures each share would be rounded down to nothing.
#[test]
fn crumbs_do_not_get_past_the_payees() {
    let mut a = Actors::on_spl_token();
    let payees = Payees::of(&mut a, 4);
    let invoice = a.authorized(payees.terms(&a, &[2_500; 4]));
    let operator = a.operator.insecure_clone();
    for is_final in [false, true] {
        let (to, terms) =
            (Receivers { payer_token: Some(a.payer_token), ..payees.receive() }, invoice.terms.clone());
        let args = CaptureArgs { amount: 3, is_final, to, terms: Some(terms) };
        let instruction = client::capture(operator.pubkey(), &a.vault, invoice.address, args);
        if is_final {
            a.world.must(instruction, &[&operator]);
        } else {
            a.world.refused(instruction, &[&operator], TillError::SplitsCapturedOnce);
        }
    }
    assert_eq!(a.payment(&invoice).capturable, 0);
}

/// A thief with the operator's key pays himself by splits, and has the money refunded on top: what
/// payees have got does not come out of the merchant's balance.
#[test]
fn what_payees_have_got_is_not_refunded_from_the_balance() {
    let mut a = Actors::on_spl_token();
    a.captured(a.terms(9), AMOUNT);
    let payees = Payees::of(&mut a, 1);
    let payer = a.payer.insecure_clone();
    let terms = Terms { capture_mode: CaptureMode::Immediate, ..payees.terms(&a, &[6_000]) };
    let invoice = a.invoice(terms);
    let charge = client::charge(&a.payer(), &a.vault, invoice.address, &payees.receive(), invoice.terms);
    a.world.must(charge, &[&payer]);
    let shared = NET / 10 * 6;
    let operator = a.operator.insecure_clone();
    let refund = |a: &Actors, source, amount| {
        client::refund(operator.pubkey(), &a.vault, invoice.address, a.payer_token, source, amount)
    };
    let above = refund(&a, None, AMOUNT - shared + 1);
    a.world.refused(above, &[&operator], TillError::SharedWithPayees);
    a.by_operator(refund(&a, None, AMOUNT - shared));

    // the payee gives his part back himself
    let payee = payees.wallets[0].insecure_clone();
    let source = RefundSource { token_account: payees.tokens[0], owner: payee.pubkey() };
    let rest = refund(&a, Some(source), shared);
    a.world.must(rest, &[&operator, &payee]);
    assert_eq!(a.world.balance(&payees.tokens[0]), 0);
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
        let args = CaptureArgs { amount: 1_000, is_final: true, to, terms };
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

/// A payee that is the vault itself would count as paid, and the money would be nobody's.
#[test]
fn the_vault_is_no_payee() {
    let mut a = Actors::on_spl_token();
    let splits = vec![Split { wallet: a.vault.address(), bps: 1_000 }];
    let invoice = a.authorized(Terms { splits, ..a.terms(1) });
    let to = Receivers { payees: vec![a.vault.token_account()], ..Default::default() };
    let args = CaptureArgs { amount: AMOUNT, is_final: true, to, terms: Some(invoice.terms.clone()) };
    let operator = a.operator.insecure_clone();
    let instruction = client::capture(operator.pubkey(), &a.vault, invoice.address, args);
    a.world.refused(instruction, &[&operator], TillError::SameAccount);
}
