use till::events::{PaymentBalances, PaymentRef, VaultBalances as Vault};
use till::{CaptureMode, Terms, events::*};
use till_store::{
    chain::{Account, LedgerLine},
    domain::{Outcome, TransactionKind},
};

use super::*;

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

fn about() -> PaymentRef {
    PaymentRef { payment: key(1), merchant: key(2), vault: key(3) }
}

fn payment(sequence: u32) -> PaymentBalances {
    PaymentBalances { capturable: 1, captured: 2, refunded: 3, fees: 4, sequence }
}

const VAULT: Vault = Vault { escrowed: 10, balance: 20, fees: 30, sequence: 40 };

fn terms() -> Terms {
    Terms {
        id: [5; 16],
        mint: key(6),
        amount: 1_000,
        authorization_expiry: 100,
        refund_expiry: 200,
        capture_mode: CaptureMode::Manual,
        max_fee_bps: 50,
        salt: 1,
    }
}

fn charged(payout_token: Option<Pubkey>) -> TillEvent {
    TillEvent::PaymentCharged(Box::new(PaymentCharged {
        about: about(),
        payer: key(7),
        rent_payer: key(8),
        terms: terms(),
        fee_bps: 100,
        fee: 10,
        net: 990,
        payout_token,
        payment: payment(1),
        vault: VAULT,
    }))
}

fn captured(payout_token: Option<Pubkey>, returned: u64) -> TillEvent {
    TillEvent::PaymentCaptured(Box::new(PaymentCaptured {
        about: about(),
        amount: 600,
        fee: 6,
        net: 594,
        returned,
        is_final: returned > 0,
        payout_token,
        payment: payment(2),
        vault: VAULT,
    }))
}

fn refunded(source: Option<Pubkey>) -> TillEvent {
    TillEvent::PaymentRefunded(Box::new(PaymentRefunded {
        about: about(),
        amount: 100,
        sent: 103,
        source,
        payer_token: key(9),
        payment: payment(3),
        vault: VAULT,
    }))
}

fn project_one(event: &TillEvent) -> Changes {
    let mut changes = Changes::default();
    let key = EventKey { signature: "signature".to_owned(), instruction: 1, inner_index: 2 };
    let at = Place { slot: 9, time: DateTime::from_timestamp(50, 0).unwrap() };
    add(event, key, 4, &at, &mut changes).unwrap();
    changes
}

#[test]
fn every_movement_of_money_is_entered_twice() {
    use Account::*;
    let authorized = TillEvent::PaymentAuthorized(Box::new(PaymentAuthorized {
        about: about(),
        payer: key(7),
        rent_payer: key(8),
        terms: terms(),
        fee_bps: 100,
        payment: payment(1),
        vault: VAULT,
    }));
    let paid_out = TillEvent::PaidOut(Box::new(PaidOut {
        merchant: key(2),
        vault_address: key(3),
        payout_token: key(9),
        amount: 70,
        received: 69,
        vault: VAULT,
    }));
    let rows: [(TillEvent, &[(Account, i128)]); 8] = [
        (authorized, &[(External, -1_000), (Escrow, 1_000)]),
        (charged(None), &[(External, -1_000), (Fees, 10), (Balance, 990)]),
        (charged(Some(key(9))), &[(External, -1_000), (Fees, 10), (External, 990)]),
        (captured(None, 0), &[(Escrow, -600), (Fees, 6), (Balance, 594)]),
        (
            captured(Some(key(9)), 400),
            &[(Escrow, -600), (Fees, 6), (External, 594), (Escrow, -400), (External, 400)],
        ),
        (refunded(None), &[(Balance, -103), (External, 103)]),
        (refunded(Some(key(9))), &[]),
        (paid_out, &[(Balance, -70), (External, 70)]),
    ];
    for (event, expected) in rows {
        let lines = project_one(&event).ledger;
        let entries: Vec<_> =
            lines.iter().map(|LedgerLine { account, amount, .. }| (*account, *amount)).collect();
        assert_eq!(entries, expected, "{event:?}");
        assert_eq!(entries.iter().map(|(_, amount)| amount).sum::<i128>(), 0, "{event:?}");
        assert!(lines.iter().all(|line| line.vault == key(3).to_string()));
    }
}

#[test]
fn a_first_transition_carries_all_that_never_changes() {
    let changes = project_one(&charged(None));
    let [step] = changes.steps.as_slice() else { panic!("{changes:?}") };
    assert_eq!((step.kind, step.amount, step.is_final), (TransactionKind::Charge, Amount(1_000), true));
    let opening = step.opening.as_ref().unwrap();
    assert_eq!(opening.terms_hash, terms().hash());
    assert_eq!((opening.capture_mode, opening.fee_bps), ("manual", 100));
    assert_eq!(opening.authorization_expiry.timestamp(), 100);
    let [event] = changes.events.as_slice() else { panic!("{changes:?}") };
    assert_eq!(event.payment, Some((key(1).to_string(), 1)));
    assert_eq!(event.vault, Some((key(3).to_string(), Some(40))));
    assert_eq!((event.slot, event.transaction_index, event.kind), (9, 4, "PaymentCharged"));
    assert_eq!(changes.vault_balances[0].balance, Amount(20));
}

#[test]
fn later_transitions_carry_what_changed() {
    let voided = TillEvent::PaymentVoided(Box::new(PaymentVoided {
        about: about(),
        amount: 400,
        payer_token: key(9),
        payment: payment(5),
        vault: VAULT,
    }));
    let closed = TillEvent::PaymentClosed(Box::new(PaymentClosed {
        about: about(),
        rent_payer: key(8),
        payment: payment(6),
    }));
    let step = |event: &TillEvent| project_one(event).steps.remove(0);
    let voided = step(&voided);
    assert_eq!((voided.kind, voided.after.outcome), (TransactionKind::Void, Some(Outcome::Voided)));
    assert!(voided.opening.is_none() && !voided.after.closed);
    let closed_step = step(&closed);
    assert!(closed_step.after.closed && closed_step.after.sequence == 6);
    assert_eq!(project_one(&closed).vault_balances, [], "closing moves nothing");
    let final_capture = step(&captured(None, 400));
    assert!(final_capture.is_final && final_capture.amount == Amount(600));
}

#[test]
fn a_time_that_no_calendar_has_is_an_error() {
    let mut meta = BlockMeta {
        slot: 1,
        blockhash: "hash".to_owned(),
        parent_slot: 0,
        parent_blockhash: "parent".to_owned(),
        height: 1,
        time: i64::MAX,
        executed_transactions: 0,
    };
    let project = |meta: &BlockMeta| {
        let slot = CompleteSlot { meta: meta.clone(), transactions: Vec::new() };
        project(&slot, 7, &mut Changes::default())
    };
    assert!(matches!(project(&meta), Err(ProjectionError::OutOfRange { what: "block time", .. })));
    meta.time = 0;
    assert_eq!(project(&meta).unwrap().finalized_slot, 7);
}
