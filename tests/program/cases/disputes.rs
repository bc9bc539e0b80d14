//! Protection: the payer releases or disputes, an arbiter resolves, and silence ends in the payer's
//! favour.

use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till::client::{self, CaptureArgs, Receivers};
use till::{CaptureMode, DISPUTE_SECONDS, Protection, Terms, TillError};
use till_tests::{AMOUNT, Actors, Invoice, START};

const DAY: u32 = 86_400;
/// What is left of the full amount after the protocol's 1%, in base units.
const NET: u64 = AMOUNT / 100 * 99;

/// A payment under protection: captures from half an hour on, authorization for an hour.
struct Protected {
    a: Actors,
    arbiter: Keypair,
    invoice: Invoice,
}

impl Protected {
    fn with(mut a: Actors) -> Self {
        let arbiter = a.world.wallet();
        let terms = terms(&a, &arbiter.pubkey());
        let invoice = a.authorized(terms);
        Self { a, arbiter, invoice }
    }

    fn new() -> Self {
        Self::with(Actors::on_spl_token())
    }

    fn everyone() -> [Self; 2] {
        [Self::with(Actors::on_spl_token()), Self::with(Actors::on_token_2022())]
    }

    fn back(&self) -> Receivers {
        Receivers::payer(self.a.payer_token)
    }

    fn capture(&self) -> Instruction {
        let args = CaptureArgs { amount: 5, ..Default::default() };
        client::capture(self.a.operator.pubkey(), &self.a.vault, self.invoice.address, args)
    }

    fn release(&self) -> Instruction {
        let to = Receivers::default();
        client::release(self.a.payer.pubkey(), &self.a.vault, self.invoice.address, &to, None)
    }

    fn dispute(&self) -> Instruction {
        let terms = self.invoice.terms.clone();
        client::dispute(self.a.payer.pubkey(), &self.a.vault, self.invoice.address, terms)
    }

    fn resolve(&self, amount: u64) -> Instruction {
        let (terms, to) = (self.invoice.terms.clone(), self.back());
        client::resolve(self.arbiter.pubkey(), &self.a.vault, self.invoice.address, amount, &to, terms)
    }

    fn reclaim(&self) -> Instruction {
        client::reclaim(&self.a.vault, self.invoice.address, self.a.payer_token)
    }

    #[track_caller]
    fn must(&mut self, instruction: Instruction) {
        let keys = [&self.a.operator, &self.a.payer, &self.arbiter].map(|key| key.insecure_clone());
        let signers: Vec<&Keypair> = keys.iter().filter(|key| signs(&instruction, &key.pubkey())).collect();
        self.a.world.must(instruction, &signers);
    }

    #[track_caller]
    fn refused(&mut self, instruction: Instruction, error: TillError) {
        let keys = [&self.a.operator, &self.a.payer, &self.arbiter].map(|key| key.insecure_clone());
        let signers: Vec<&Keypair> = keys.iter().filter(|key| signs(&instruction, &key.pubkey())).collect();
        self.a.world.refused(instruction, &signers, error);
    }

    /// Captured, in escrow, and until when a dispute runs.
    fn standing(&self) -> (u64, u64, i64) {
        let payment = self.a.payment(&self.invoice);
        (payment.captured, payment.capturable, payment.dispute_expiry)
    }
}

fn terms(a: &Actors, arbiter: &Pubkey) -> Terms {
    let protection = Protection { capture_from: START + 1_800, arbiter: *arbiter, dispute_seconds: DAY };
    Terms { protection: Some(protection), ..a.terms(1) }
}

fn signs(instruction: &Instruction, key: &Pubkey) -> bool {
    instruction.accounts.iter().any(|meta| meta.is_signer && meta.pubkey == *key)
}

#[test]
fn the_merchant_captures_only_from_the_time_that_the_terms_name() {
    let mut p = Protected::new();
    p.refused(p.capture(), TillError::CaptureTooEarly);
    p.a.world.set_time(START + 1_799);
    p.refused(p.capture(), TillError::CaptureTooEarly);
    p.a.world.set_time(START + 1_800);
    p.must(p.capture());
    assert_eq!(p.standing(), (5, AMOUNT - 5, 0));
}

#[test]
fn the_payer_releases_everything_at_any_time() {
    for time in [START, START + 1_800, START + 3_600, START + 90_000] {
        for mut p in Protected::everyone() {
            p.a.world.set_time(time);
            p.must(p.release());
            assert_eq!(p.standing(), (AMOUNT, 0, 0));
            assert_eq!((p.a.vault().balance, p.a.vault().fees), (NET, AMOUNT - NET));
            assert_eq!(p.a.vault().owed().unwrap(), p.a.vault_tokens());
            p.refused(p.release(), TillError::NothingCapturable);
        }
    }
}

#[test]
fn a_release_pays_out_at_once_when_asked_to() {
    let mut p = Protected::new();
    let to = Receivers::payout(p.a.payout_token);
    p.must(client::release(p.a.payer.pubkey(), &p.a.vault, p.invoice.address, &to, None));
    assert_eq!((p.a.world.balance(&p.a.payout_token), p.a.vault().balance), (NET, 0));
}

#[test]
fn a_payment_without_protection_can_be_released_too() {
    let mut p = Protected::new();
    p.invoice = p.a.authorized(p.a.terms(2));
    p.must(p.release());
    assert_eq!(p.standing(), (AMOUNT, 0, 0));
}

#[test]
fn only_the_payer_releases_and_disputes() {
    let mut p = Protected::new();
    let operator = p.a.operator.pubkey();
    for mut instruction in [p.release(), p.dispute()] {
        instruction.accounts[0].pubkey = operator;
        p.refused(instruction, TillError::NotPayer);
    }
}

#[test]
fn a_dispute_stops_the_merchant_and_the_clock_of_the_arbiter_runs() {
    let mut p = Protected::new();
    p.a.world.set_time(START + 1_800);
    p.must(p.dispute());
    assert_eq!(p.standing(), (0, AMOUNT, START + 1_800 + i64::from(DAY)));
    p.refused(p.capture(), TillError::Disputed);
    p.refused(p.dispute(), TillError::Disputed);
    // the authorization's expiry does not end a dispute
    p.a.world.set_time(START + 3_600);
    p.refused(p.reclaim(), TillError::Disputed);
}

#[test]
fn a_dispute_is_opened_before_the_authorization_expires() {
    for (time, ok) in [(START + 3_599, true), (START + 3_600, false)] {
        let mut p = Protected::new();
        p.a.world.set_time(time);
        if ok {
            p.must(p.dispute());
        } else {
            p.refused(p.dispute(), TillError::AuthorizationExpired);
            p.must(p.reclaim());
        }
    }
}

#[test]
fn the_arbiter_divides_what_is_in_escrow() {
    for amount in [0, 1, 10_000_000, AMOUNT] {
        for mut p in Protected::everyone() {
            let before = p.a.world.balance(&p.a.payer_token);
            p.must(p.dispute());
            p.a.world.set_time(START + i64::from(DAY) - 1);
            p.must(p.resolve(amount));
            assert_eq!(p.standing(), (amount, 0, 0));
            assert_eq!(p.a.world.balance(&p.a.payer_token) - before, AMOUNT - amount);
            let vault = p.a.vault();
            assert_eq!((vault.fees, vault.balance), (amount / 100, amount - amount / 100));
            assert_eq!(vault.owed().unwrap(), p.a.vault_tokens());
        }
    }
}

#[test]
fn only_the_arbiter_of_the_terms_resolves() {
    let mut p = Protected::new();
    p.must(p.dispute());
    let mut instruction = p.resolve(AMOUNT);
    instruction.accounts[0].pubkey = p.a.operator.pubkey();
    p.refused(instruction, TillError::NotArbiter);

    let forged =
        Terms { protection: terms(&p.a, &p.a.operator.pubkey()).protection, ..p.invoice.terms.clone() };
    let operator = p.a.operator.pubkey();
    let to = p.back();
    let instruction = client::resolve(operator, &p.a.vault, p.invoice.address, AMOUNT, &to, forged.clone());
    p.refused(instruction, TillError::WrongTerms);
    let instruction = client::dispute(p.a.payer.pubkey(), &p.a.vault, p.invoice.address, forged);
    p.refused(instruction, TillError::WrongTerms);
}

#[test]
fn a_resolution_needs_a_dispute_and_stays_within_the_escrow() {
    let mut p = Protected::new();
    p.refused(p.resolve(5), TillError::NotDisputed);
    p.must(p.dispute());
    p.refused(p.resolve(AMOUNT + 1), TillError::AmountAboveCapturable);
    let mut instruction = p.resolve(5);
    // nowhere to give the rest back to
    instruction.accounts[7].pubkey = till::ID;
    p.refused(instruction, TillError::PayerAccountMissing);
}

/// Merchant, arbiter and admin silent, the protocol paused: the payer gets out when the arbiter's
/// time is over, which may be before the authorization expires, or after.
#[test]
fn when_the_arbiters_time_runs_out_the_money_is_the_payers() {
    for seconds in [*DISPUTE_SECONDS.start(), *DISPUTE_SECONDS.end()] {
        let mut a = Actors::on_spl_token();
        let arbiter = a.world.wallet();
        let mut terms = Terms { authorization_expiry: START + 7_200, ..terms(&a, &arbiter.pubkey()) };
        terms.protection.as_mut().unwrap().dispute_seconds = seconds;
        let invoice = a.authorized(terms);
        let mut p = Protected { a, arbiter, invoice };
        let before = p.a.world.balance(&p.a.payer_token);
        p.must(p.dispute());
        p.a.pause();
        let expiry = START + i64::from(seconds);
        p.a.world.set_time(expiry - 1);
        p.refused(p.reclaim(), TillError::Disputed);
        p.a.world.set_time(expiry);
        p.refused(p.resolve(AMOUNT), TillError::DisputeExpired);
        p.must(p.reclaim());
        assert_eq!(p.a.world.balance(&p.a.payer_token) - before, AMOUNT);
        assert_eq!(p.standing(), (0, 0, 0));
    }
}

#[test]
fn release_and_void_end_a_dispute() {
    let mut p = Protected::new();
    p.must(p.dispute());
    p.must(p.release());
    assert_eq!(p.standing(), (AMOUNT, 0, 0));

    let mut p = Protected::new();
    p.must(p.dispute());
    p.must(client::void(p.a.operator.pubkey(), &p.a.vault, p.invoice.address, p.a.payer_token));
    assert_eq!(p.standing(), (0, 0, 0));
    p.refused(p.dispute(), TillError::NothingCapturable);
}

#[test]
fn without_an_arbiter_there_is_no_dispute() {
    let mut p = Protected::new();
    p.invoice = p.a.authorized(p.a.terms(2));
    p.refused(p.dispute(), TillError::NotDisputable);
}

#[test]
fn protection_that_protects_nobody_is_refused() {
    let mut a = Actors::on_spl_token();
    let arbiter = a.world.wallet().pubkey();
    let good = terms(&a, &arbiter);
    let protection = good.protection.unwrap();
    let protected = |protection| Terms { protection: Some(protection), ..good.clone() };
    let rows = [
        (
            Protection { dispute_seconds: DISPUTE_SECONDS.start() - 1, ..protection },
            TillError::ExpiryOutOfBounds,
        ),
        (
            Protection { dispute_seconds: DISPUTE_SECONDS.end() + 1, ..protection },
            TillError::ExpiryOutOfBounds,
        ),
        (Protection { capture_from: -1, ..protection }, TillError::ExpiryOutOfBounds),
        (Protection { capture_from: good.authorization_expiry, ..protection }, TillError::ExpiryOutOfBounds),
        (Protection { arbiter: Pubkey::default(), ..protection }, TillError::ZeroAddress),
    ];
    let payer = a.payer.insecure_clone();
    for (protection, error) in rows {
        let invoice = a.invoice(protected(protection));
        let instruction = client::authorize(&a.payer(), &a.vault, invoice.address, invoice.terms);
        a.world.refused(instruction, &[&payer], error);
    }
    let invoice = a.invoice(Terms { capture_mode: CaptureMode::Immediate, ..good });
    let to = Receivers::default();
    let instruction = client::charge(&a.payer(), &a.vault, invoice.address, &to, invoice.terms);
    a.world.refused(instruction, &[&payer], TillError::WrongCaptureMode);
}
