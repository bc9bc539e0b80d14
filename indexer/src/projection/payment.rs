//! The transitions of payments.

use solana_pubkey::Pubkey;
use till::events::*;
use till::{CaptureMode, Terms};
use till_store::Amount;
use till_store::chain::{Account::*, PaymentOpening, PaymentSplit, PaymentState, PaymentStep};
use till_store::domain::{Outcome, TransactionKind};

use super::ledger::{self, Entry};
use super::{Place, ProjectionError, effect::Effect, time, totals};

pub fn authorized(event: &PaymentAuthorized, at: &Place) -> Result<Effect, ProjectionError> {
    let PaymentAuthorized { about, payer, rent_payer, terms, fee_bps, payment, vault } = event;
    let opened = Opened { about, payer, rent_payer, terms, fee_bps: *fee_bps };
    let step = PaymentStep {
        opening: Some(opening(opened)?),
        ..step(about, payment, TransactionKind::Authorize, terms.amount, at)
    };
    let entries = ledger::moved(External, Escrow, terms.amount);
    Ok(effect(about, Some(*vault), entries, step, at))
}

pub fn charged(event: &PaymentCharged, at: &Place) -> Result<Effect, ProjectionError> {
    let PaymentCharged { about, payer, rent_payer, terms, fee_bps, settled, payment, vault } = event;
    let opened = Opened { about, payer, rent_payer, terms, fee_bps: *fee_bps };
    let step = PaymentStep {
        opening: Some(opening(opened)?),
        ..settling(about, payment, TransactionKind::Charge, settled, at)
    };
    Ok(divided(effect(about, Some(*vault), ledger::settled(External, settled), step, at), settled))
}

pub fn captured(event: &PaymentCaptured, at: &Place) -> Effect {
    let PaymentCaptured { about, is_final, settled, payment, vault } = event;
    let step = settling(about, payment, TransactionKind::Capture, settled, at);
    let step = PaymentStep { is_final: *is_final, ..step };
    divided(effect(about, Some(*vault), ledger::settled(Escrow, settled), step, at), settled)
}

pub fn released(event: &PaymentReleased, at: &Place) -> Effect {
    let PaymentReleased { about, settled, payment, vault } = event;
    let step = settling(about, payment, TransactionKind::Release, settled, at);
    divided(effect(about, Some(*vault), ledger::settled(Escrow, settled), step, at), settled)
}

pub fn disputed(event: &PaymentDisputed, at: &Place) -> Result<Effect, ProjectionError> {
    let PaymentDisputed { about, dispute_expiry, payment, .. } = event;
    let mut step = step(about, payment, TransactionKind::Dispute, 0, at);
    step.after.dispute_expiry = Some(time("dispute expiry", *dispute_expiry)?);
    Ok(effect(about, None, Vec::new(), step, at))
}

pub fn resolved(event: &PaymentResolved, at: &Place) -> Effect {
    let PaymentResolved { about, settled, payment, vault, .. } = event;
    let step = settling(about, payment, TransactionKind::Resolve, settled, at);
    divided(effect(about, Some(*vault), ledger::settled(Escrow, settled), step, at), settled)
}

pub fn voided(event: &PaymentVoided, at: &Place) -> Effect {
    let PaymentVoided { about, amount, payment, vault, .. } = event;
    let mut step = step(about, payment, TransactionKind::Void, *amount, at);
    step.after.outcome = Some(Outcome::Voided);
    effect(about, Some(*vault), ledger::moved(Escrow, External, *amount), step, at)
}

pub fn reclaimed(event: &PaymentReclaimed, at: &Place) -> Effect {
    let PaymentReclaimed { about, amount, payment, vault, .. } = event;
    let mut step = step(about, payment, TransactionKind::Reclaim, *amount, at);
    step.after.outcome = Some(Outcome::Reclaimed);
    effect(about, Some(*vault), ledger::moved(Escrow, External, *amount), step, at)
}

/// A refund that a token account outside of the vault paid moves nothing in it.
pub fn refunded(event: &PaymentRefunded, at: &Place) -> Effect {
    let PaymentRefunded { about, amount, sent, source, payment, vault, .. } = event;
    let from_vault = if source.is_none() { *sent } else { 0 };
    let step = step(about, payment, TransactionKind::Refund, *amount, at);
    effect(about, Some(*vault), ledger::moved(Balance, External, from_vault), step, at)
}

pub fn closed(event: &PaymentClosed, at: &Place) -> Effect {
    let PaymentClosed { about, payment, .. } = event;
    let mut step = step(about, payment, TransactionKind::Close, 0, at);
    step.after.closed = true;
    effect(about, None, Vec::new(), step, at)
}

fn effect(
    about: &PaymentRef,
    vault: Option<VaultBalances>,
    entries: Vec<Entry>,
    step: PaymentStep,
    at: &Place,
) -> Effect {
    let kind = step.kind.as_str();
    Effect {
        merchant: Some(about.merchant),
        vault: Some((about.vault, vault)),
        ledger: ledger::lines(&at.key, about.vault, None, entries),
        total: Some(totals::of(kind, about.merchant, about.vault, step.amount.0, at)),
        step: Some(step),
        ..Effect::default()
    }
}

/// With how the total of the day divides.
fn divided(effect: Effect, parts: &SettledParts) -> Effect {
    Effect { total: effect.total.map(|total| totals::settled(total, parts)), ..effect }
}

/// A transition that moved `amount`.
fn step(
    about: &PaymentRef,
    after: &PaymentBalances,
    kind: TransactionKind,
    amount: u64,
    at: &Place,
) -> PaymentStep {
    PaymentStep {
        key: at.key.clone(),
        address: about.payment.to_string(),
        kind,
        amount: Amount(amount),
        is_final: false,
        shares: Vec::new(),
        opening: None,
        after: PaymentState {
            capturable: Amount(after.capturable),
            captured: Amount(after.captured),
            refunded: Amount(after.refunded),
            fees: Amount(after.fees),
            sequence: after.sequence.into(),
            dispute_expiry: None,
            outcome: None,
            closed: false,
        },
        slot: at.slot,
        block_time: at.time,
    }
}

/// A transition that captured money. All but a capture leave nothing in escrow.
fn settling(
    about: &PaymentRef,
    after: &PaymentBalances,
    kind: TransactionKind,
    settled: &SettledParts,
    at: &Place,
) -> PaymentStep {
    PaymentStep {
        is_final: true,
        shares: settled.splits.iter().copied().map(Amount).collect(),
        ..step(about, after, kind, settled.amount, at)
    }
}

/// What authorize and charge say alike.
struct Opened<'a> {
    about: &'a PaymentRef,
    payer: &'a Pubkey,
    rent_payer: &'a Pubkey,
    terms: &'a Terms,
    fee_bps: u16,
}

fn opening(opened: Opened) -> Result<PaymentOpening, ProjectionError> {
    let terms = opened.terms;
    let protection = terms.protection.as_ref();
    // From the beginning on is no waiting at all.
    let capture_from = protection.map(|protection| protection.capture_from).filter(|from| *from > 0);
    Ok(PaymentOpening {
        merchant: opened.about.merchant.to_string(),
        vault: opened.about.vault.to_string(),
        mint: terms.mint.to_string(),
        payer: opened.payer.to_string(),
        rent_payer: opened.rent_payer.to_string(),
        terms_hash: terms.hash().map_err(|_| ProjectionError::TermsTooLong { of: "a payment" })?.to_vec(),
        merchant_payment_id: terms.id.to_vec(),
        amount: Amount(terms.amount),
        fee_bps: opened.fee_bps.into(),
        authorization_expiry: time("authorization expiry", terms.authorization_expiry)?,
        refund_expiry: time("refund expiry", terms.refund_expiry)?,
        capture_mode: capture_mode(terms.capture_mode),
        capture_from: capture_from.map(|from| time("capture from", from)).transpose()?,
        arbiter: protection.map(|protection| protection.arbiter.to_string()),
        dispute_seconds: protection.map(|protection| protection.dispute_seconds.into()),
        splits: terms
            .splits
            .iter()
            .map(|split| PaymentSplit { wallet: split.wallet.to_string(), bps: split.bps.into() })
            .collect(),
    })
}

/// The word that the database and the API use for it.
const fn capture_mode(mode: CaptureMode) -> &'static str {
    match mode {
        CaptureMode::Manual => "manual",
        CaptureMode::Immediate => "immediate",
    }
}
