use anchor_lang::Event;
use solana_pubkey::Pubkey;
use till::events::VaultBalances as Vault;
use till::{CaptureMode, FeeShares, Protection, Split, Terms, events::*};
use till_store::{
    chain::{Account, LedgerLine, MerchantState, PaymentStep},
    domain::{Outcome, TransactionKind},
};

use super::{VaultBalances, *};
use crate::core::{InnerInstruction, ProgramTransaction};

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

/// What a slot changes in which the program emits this event and nothing else happens.
fn try_project_one(event: &impl Event) -> Result<Changes, ProjectionError> {
    let inner = InnerInstruction {
        outer: 1,
        position: 2,
        program: 0,
        accounts: vec![1],
        data: [anchor_lang::event::EVENT_IX_TAG_LE, event.data().as_slice()].concat(),
    };
    let transaction = ProgramTransaction {
        slot: 9,
        index: 4,
        signature: [7; 64],
        keys: vec![till::ID.to_bytes(), till::pda::event_authority().to_bytes()],
        inner: vec![inner],
    };
    let slot = CompleteSlot { meta: meta(50), transactions: vec![transaction], accounts: Vec::new() };
    let mut changes = Changes::default();
    project(&slot, 0, &mut changes).map(|_| changes)
}

fn project_one(event: &impl Event) -> Changes {
    try_project_one(event).unwrap()
}

fn step(event: &impl Event) -> PaymentStep {
    project_one(event).steps.remove(0)
}

fn meta(time: i64) -> BlockMeta {
    BlockMeta {
        slot: 9,
        blockhash: "hash".to_owned(),
        parent_slot: 8,
        parent_blockhash: "parent".to_owned(),
        height: 1,
        time,
        executed_transactions: 1,
    }
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
    for (Changes { ledger, events, .. }, expected) in rows {
        let entries: Vec<_> =
            ledger.iter().map(|LedgerLine { account, amount, .. }| (*account, *amount)).collect();
        assert_eq!(entries, expected, "{events:?}");
        assert_eq!(entries.iter().map(|(_, amount)| amount).sum::<i128>(), 0, "{events:?}");
        assert!(ledger.iter().all(|line| line.vault == key(3).to_string()));
        assert!(ledger.iter().map(|line| line.line).eq(0..ledger.len() as i16));
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
    let [VaultChange { state: VaultState::Balances(balances), .. }] = &changes.vaults[..] else {
        panic!("{changes:?}")
    };
    assert_eq!((balances.balance, balances.sequence), (Amount(20), 40));
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
    assert_eq!(project_one(&closed()).vaults, [], "closing moves nothing");
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
fn merchants_change() {
    let state = |Changes { merchants, events, .. }: Changes| {
        let [change] = &merchants[..] else { panic!("{merchants:?}") };
        assert_eq!((&change.address, &change.key), (&key(2).to_string(), &events[0].key));
        assert_eq!(events[0].merchant, Some(key(2).to_string()));
        change.state.clone()
    };
    let merchant = key(2);
    let registered = MerchantRegistered {
        merchant,
        founder: key(3),
        index: 7,
        authority: key(4),
        operator: key(5),
        payout_wallet: key(6),
        rent_payer: key(7),
    };
    let expected = MerchantState::Registered {
        founder: key(3).to_string(),
        index: 7,
        authority: key(4).to_string(),
        operator: key(5).to_string(),
        payout_wallet: key(6).to_string(),
    };
    assert_eq!(state(project_one(&registered)), expected);

    let changed = |authority, operator, payout_wallet, sequence| {
        let text = |byte: Option<u8>| byte.map(|byte| key(byte).to_string());
        MerchantState::Updated {
            authority: text(authority),
            operator: text(operator),
            payout_wallet: text(payout_wallet),
            sequence,
        }
    };
    let updated = MerchantUpdated { merchant, payout_wallet: key(8), sequence: 1 };
    assert_eq!(state(project_one(&updated)), changed(None, None, Some(8), 1));
    let operator = OperatorSet { merchant, operator: key(9), sequence: 2 };
    assert_eq!(state(project_one(&operator)), changed(None, Some(9), None, 2));
    let proposed = MerchantAuthorityProposed { merchant, pending_authority: key(10), sequence: 3 };
    assert_eq!(state(project_one(&proposed)), changed(None, None, None, 3));
    let accepted = MerchantAuthorityAccepted { merchant, authority: key(10), sequence: 4 };
    assert_eq!(state(project_one(&accepted)), changed(Some(10), None, None, 4));
    let closed = MerchantClosed { merchant, rent_payer: key(7), sequence: 5 };
    assert_eq!(state(project_one(&closed)), MerchantState::Closed);
}

#[test]
fn vaults_change() {
    let states = |changes: Changes| -> Vec<VaultState> {
        let key = &changes.events[0].key;
        assert!(changes.vaults.iter().all(|change| change.key == *key));
        changes.vaults.into_iter().map(|change| change.state).collect()
    };
    let (vault_address, merchant) = (key(3), key(2));
    let held = VaultBalances { escrowed: Amount(10), balance: Amount(20), fees: Amount(30), sequence: 40 };
    let accepting = VaultAcceptingSet { vault_address, merchant, accepting: false, vault: VAULT };
    assert_eq!(states(project_one(&accepting)), [VaultState::Balances(held), VaultState::Accepting(false)]);
    let synced = VaultPolicySynced { vault_address, merchant, allowed_extensions: 1 << 63, vault: VAULT };
    assert_eq!(states(project_one(&synced)), [VaultState::Balances(held)]);
    let closed = VaultClosed { vault_address, merchant, rent_payer: key(7), vault: VAULT };
    assert_eq!(states(project_one(&closed)), [VaultState::Balances(held), VaultState::Closed]);
}

#[test]
fn the_protocols_own_events_are_kept_and_concern_no_merchant() {
    let changes = project_one(&ProtocolPaused { by: key(1), sequence: 3 });
    let [event] = &changes.events[..] else { panic!("{changes:?}") };
    assert_eq!((event.kind, &event.merchant, &event.vault), ("ProtocolPaused", &None, &None));
    assert_eq!(event.data, format!(r#"{{"by":"{}","sequence":3}}"#, key(1)));
    assert_eq!(Changes { events: Vec::new(), ..changes }, Changes::default());
}

#[test]
fn what_is_not_understood_stops_the_projection() {
    let out_of_range = try_project_one(&disputed(i64::MAX));
    assert!(matches!(out_of_range, Err(ProjectionError::OutOfRange { what: "dispute expiry", .. })));
    let long = Terms { splits: vec![Split { wallet: key(10), bps: 1 }; 9], ..terms() };
    assert_eq!(try_project_one(&authorized(long)), Err(ProjectionError::TermsTooLong));
}

#[test]
fn a_time_that_no_calendar_has_is_an_error() {
    let project = |time| {
        let slot = CompleteSlot { meta: meta(time), transactions: Vec::new(), accounts: Vec::new() };
        project(&slot, 7, &mut Changes::default())
    };
    let error = project(i64::MAX);
    assert!(matches!(error, Err(ProjectionError::OutOfRange { what: "block time", .. })));
    assert_eq!(project(0).unwrap().finalized_slot, 7);
}
