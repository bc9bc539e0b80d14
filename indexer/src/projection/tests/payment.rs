use till::{CaptureMode, FeeShares, Protection, Split, Terms, events::*};
use till_store::{
    chain::{PaymentStep, Total},
    domain::{Outcome, TransactionKind},
};

use super::*;

fn about() -> PaymentRef {
    PaymentRef { payment: key(1), merchant: key(2), vault: key(3) }
}

fn payment(sequence: u32) -> PaymentBalances {
    PaymentBalances { capturable: 1, captured: 2, refunded: 3, fees: 4, sequence }
}

fn terms() -> Terms {
    Terms {
        id: [5; 16],
        mint: key(6),
        amount: 1_000,
        authorization_expiry: 100,
        refund_expiry: 200,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: 50,
        protection: None,
        splits: vec![Split { wallet: key(10), bps: 1_000 }, Split { wallet: key(11), bps: 1 }],
        salt: 1,
    }
}

fn authorized(terms: Terms) -> PaymentAuthorized {
    PaymentAuthorized {
        about: about(),
        payer: key(7),
        rent_payer: key(8),
        terms,
        fee_bps: 100,
        payment: payment(1),
        vault: VAULT,
    }
}

/// 600 captured under a fee of 1% and a split of 10%; the second payee's share is nothing.
fn settled(payout_token: Option<Pubkey>, returned: u64) -> SettledParts {
    SettledParts { amount: 600, fee: 6, splits: vec![59, 0], net: 535, returned, payout_token }
}

fn charged(payout_token: Option<Pubkey>) -> PaymentCharged {
    PaymentCharged {
        about: about(),
        payer: key(7),
        rent_payer: key(8),
        terms: terms(),
        fee_bps: 100,
        settled: settled(payout_token, 0),
        payment: payment(1),
        vault: VAULT,
    }
}

fn captured(payout_token: Option<Pubkey>, returned: u64) -> PaymentCaptured {
    PaymentCaptured {
        about: about(),
        is_final: returned > 0,
        settled: settled(payout_token, returned),
        payment: payment(2),
        vault: VAULT,
    }
}

fn released() -> PaymentReleased {
    PaymentReleased { about: about(), settled: settled(None, 0), payment: payment(2), vault: VAULT }
}

fn disputed(dispute_expiry: i64) -> PaymentDisputed {
    PaymentDisputed { about: about(), arbiter: key(12), dispute_expiry, payment: payment(2) }
}

fn resolved(settled: SettledParts) -> PaymentResolved {
    PaymentResolved { about: about(), arbiter: key(12), settled, payment: payment(3), vault: VAULT }
}

fn voided() -> PaymentVoided {
    PaymentVoided { about: about(), amount: 400, payer_token: key(9), payment: payment(5), vault: VAULT }
}

fn reclaimed() -> PaymentReclaimed {
    PaymentReclaimed { about: about(), amount: 400, payer_token: key(9), payment: payment(5), vault: VAULT }
}

fn refunded(source: Option<Pubkey>) -> PaymentRefunded {
    PaymentRefunded {
        about: about(),
        amount: 100,
        sent: 103,
        source,
        payer_token: key(9),
        payment: payment(3),
        vault: VAULT,
    }
}

fn closed() -> PaymentClosed {
    PaymentClosed { about: about(), rent_payer: key(8), payment: payment(6) }
}

fn step(event: &impl Event) -> PaymentStep {
    project_one(event).steps.remove(0)
}

#[test]
fn every_movement_of_money_is_entered_twice() {
    use Account::*;
    let paid_out = PaidOut {
        merchant: key(2),
        vault_address: key(3),
        payout_token: key(9),
        amount: 70,
        received: 69,
        vault: VAULT,
    };
    let swept = FeesSwept {
        vault_address: key(3),
        merchant: key(2),
        mint: key(6),
        shares: FeeShares { stakers: 20, burned: 0, treasury: 10 },
        treasury_token: key(9),
        vault: VAULT,
    };
    let nothing = SettledParts { amount: 0, fee: 0, splits: vec![0, 0], net: 0, ..settled(None, 400) };
    let rows: [(Changes, &[(Account, i128)]); 14] = [
        (project_one(&authorized(terms())), &[(External, -1_000), (Escrow, 1_000)]),
        (project_one(&charged(None)), &[(External, -600), (Fees, 6), (External, 59), (Balance, 535)]),
        (
            project_one(&charged(Some(key(9)))),
            &[(External, -600), (Fees, 6), (External, 59), (External, 535)],
        ),
        (project_one(&captured(None, 0)), &[(Escrow, -600), (Fees, 6), (External, 59), (Balance, 535)]),
        (
            project_one(&captured(Some(key(9)), 400)),
            &[(Escrow, -600), (Fees, 6), (External, 59), (External, 535), (Escrow, -400), (External, 400)],
        ),
        (project_one(&released()), &[(Escrow, -600), (Fees, 6), (External, 59), (Balance, 535)]),
        (project_one(&disputed(80)), &[]),
        (
            project_one(&resolved(settled(None, 400))),
            &[(Escrow, -600), (Fees, 6), (External, 59), (Balance, 535), (Escrow, -400), (External, 400)],
        ),
        (project_one(&resolved(nothing)), &[(Escrow, -400), (External, 400)]),
        (project_one(&voided()), &[(Escrow, -400), (External, 400)]),
        (project_one(&refunded(None)), &[(Balance, -103), (External, 103)]),
        (project_one(&refunded(Some(key(9)))), &[]),
        (project_one(&paid_out), &[(Balance, -70), (External, 70)]),
        (project_one(&swept), &[(Fees, -10), (External, 10), (Fees, -20), (External, 20)]),
    ];
    for (changes, expected) in rows {
        assert_eq!(entries(&changes, key(3)), expected, "{:?}", changes.events);
    }
}

#[test]
fn a_first_transition_carries_all_that_never_changes() {
    let changes = project_one(&charged(None));
    let [step] = changes.steps.as_slice() else { panic!("{changes:?}") };
    assert_eq!((step.kind, step.amount, step.is_final), (TransactionKind::Charge, Amount(600), true));
    assert_eq!(step.shares, [Amount(59), Amount(0)]);
    let opening = step.opening.as_ref().unwrap();
    assert_eq!(opening.terms_hash, terms().hash().unwrap());
    assert_eq!((opening.capture_mode, opening.fee_bps), ("manual", 100));
    assert_eq!(opening.authorization_expiry.timestamp(), 100);
    let splits: Vec<_> = opening.splits.iter().map(|split| (split.wallet.clone(), split.bps)).collect();
    assert_eq!(splits, [(key(10).to_string(), 1_000), (key(11).to_string(), 1)]);
    assert_eq!((opening.capture_from, &opening.arbiter, opening.dispute_seconds), (None, &None, None));
    let [event] = changes.events.as_slice() else { panic!("{changes:?}") };
    assert_eq!(event.payment, Some((key(1).to_string(), 1)));
    assert_eq!(event.vault, Some((key(3).to_string(), Some(40))));
    assert_eq!((event.slot, event.transaction_index, event.kind), (9, 4, "PaymentCharged"));
    assert_eq!((event.key.instruction, event.key.inner_index), (1, 2));
    let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!(data["terms"]["capture_mode"], "manual");
    let held = till_store::chain::VaultBalances {
        escrowed: Amount(10),
        balance: Amount(20),
        fees: Amount(30),
        sequence: 40,
    };
    let (vault, expected) = (key(3).to_string(), State::Vault(VaultState::Balances(held)));
    assert_eq!(states(&changes), [(vault.as_str(), &expected)]);
}

#[test]
fn protection_is_part_of_the_opening() {
    let protected = |capture_from| {
        let protection = Protection { capture_from, arbiter: key(12), dispute_seconds: 3_600 };
        let terms = Terms { protection: Some(protection), splits: Vec::new(), ..terms() };
        step(&authorized(terms)).opening.unwrap()
    };
    let opening = protected(60);
    assert_eq!(opening.capture_from.unwrap().timestamp(), 60);
    assert_eq!((opening.arbiter, opening.dispute_seconds), (Some(key(12).to_string()), Some(3_600)));
    let at_once = protected(0);
    assert_eq!((at_once.capture_from, at_once.arbiter.is_some()), (None, true));
}

#[test]
fn later_transitions_carry_what_changed() {
    let voided = step(&voided());
    assert_eq!((voided.kind, voided.after.outcome), (TransactionKind::Void, Some(Outcome::Voided)));
    assert!(voided.opening.is_none() && !voided.after.closed);
    assert_eq!(step(&reclaimed()).after.outcome, Some(Outcome::Reclaimed));
    let closed_step = step(&closed());
    assert!(closed_step.after.closed && closed_step.after.sequence == 6);
    assert_eq!(project_one(&closed()).states, [], "closing moves nothing");
    let final_capture = step(&captured(None, 400));
    assert!(final_capture.is_final && final_capture.amount == Amount(600));
    assert!(!step(&captured(None, 0)).is_final);
}

#[test]
fn disputes_begin_and_end() {
    let released = step(&released());
    assert_eq!((released.kind, released.is_final), (TransactionKind::Release, true));
    assert_eq!(released.shares, [Amount(59), Amount(0)]);
    let disputed_step = step(&disputed(80));
    assert_eq!((disputed_step.kind, disputed_step.amount), (TransactionKind::Dispute, Amount(0)));
    assert_eq!(disputed_step.after.dispute_expiry.unwrap().timestamp(), 80);
    let [event] = &project_one(&disputed(80)).events[..] else { panic!("one event") };
    assert_eq!(event.vault, Some((key(3).to_string(), None)), "the vault does not change");
    let resolved = step(&resolved(settled(None, 400)));
    assert_eq!(
        (resolved.kind, resolved.amount, resolved.is_final),
        (TransactionKind::Resolve, Amount(600), true)
    );
    assert_eq!((resolved.after.dispute_expiry, resolved.after.outcome), (None, None));
}

#[test]
fn what_is_not_understood_stops_the_projection() {
    let out_of_range = try_project_one(&disputed(i64::MAX));
    assert!(matches!(out_of_range, Err(ProjectionError::OutOfRange { what: "dispute expiry", .. })));
    let long = Terms { splits: vec![Split { wallet: key(10), bps: 1 }; 9], ..terms() };
    assert_eq!(try_project_one(&authorized(long)), Err(ProjectionError::TermsTooLong { of: "a payment" }));
}

#[test]
fn a_day_sums_up_how_captured_money_was_divided() {
    let total = |changes: Changes| {
        let [total] = <[Total; 1]>::try_from(changes.totals).unwrap();
        assert_eq!((&total.key, total.day.to_string().as_str()), (&changes.events[0].key, "1970-01-01"));
        assert_eq!((total.merchant, total.vault), (key(2).to_string(), key(3).to_string()));
        let sums = [total.amount, total.fees, total.shared, total.net, total.returned];
        (total.kind, sums.map(u64::from))
    };
    assert_eq!(total(project_one(&authorized(terms()))), ("authorize", [1_000, 0, 0, 0, 0]));
    assert_eq!(total(project_one(&charged(None))), ("charge", [600, 6, 59, 535, 0]));
    assert_eq!(total(project_one(&captured(None, 400))), ("capture", [600, 6, 59, 535, 400]));
    assert_eq!(total(project_one(&refunded(None))), ("refund", [100, 0, 0, 0, 0]));
    assert_eq!(total(project_one(&disputed(80))), ("dispute", [0; 5]));
}
