//! The transition of a payment that an event reports.

use solana_pubkey::Pubkey;
use till::{Terms, events::PaymentBalances};
use till_store::{
    Amount,
    chain::{EventKey, PaymentOpening, PaymentState, PaymentStep},
    domain::{Outcome, TransactionKind},
};

use super::{Place, ProjectionError, time};
use crate::decode::{TillEvent, json::capture_mode};

/// Nothing for events that are not about a payment.
pub fn step(event: &TillEvent, key: &EventKey, at: &Place) -> Result<Option<PaymentStep>, ProjectionError> {
    use TransactionKind::*;
    let step = |payment: Pubkey, kind, amount, balances: &PaymentBalances| PaymentStep {
        key: key.clone(),
        address: payment.to_string(),
        kind,
        amount: Amount(amount),
        is_final: false,
        opening: None,
        after: PaymentState {
            capturable: Amount(balances.capturable),
            captured: Amount(balances.captured),
            refunded: Amount(balances.refunded),
            fees: Amount(balances.fees),
            sequence: balances.sequence.into(),
            outcome: match kind {
                Void => Some(Outcome::Voided),
                Reclaim => Some(Outcome::Reclaimed),
                _ => None,
            },
            closed: kind == Close,
        },
        slot: at.slot,
        block_time: at.time,
    };
    Ok(Some(match event {
        TillEvent::PaymentAuthorized(event) => PaymentStep {
            opening: Some(opening(Opened {
                merchant: event.about.merchant,
                vault: event.about.vault,
                payer: event.payer,
                rent_payer: event.rent_payer,
                fee_bps: event.fee_bps,
                terms: &event.terms,
            })?),
            ..step(event.about.payment, Authorize, event.terms.amount, &event.payment)
        },
        TillEvent::PaymentCharged(event) => PaymentStep {
            opening: Some(opening(Opened {
                merchant: event.about.merchant,
                vault: event.about.vault,
                payer: event.payer,
                rent_payer: event.rent_payer,
                fee_bps: event.fee_bps,
                terms: &event.terms,
            })?),
            is_final: true,
            ..step(event.about.payment, Charge, event.terms.amount, &event.payment)
        },
        TillEvent::PaymentCaptured(event) => PaymentStep {
            is_final: event.is_final,
            ..step(event.about.payment, Capture, event.amount, &event.payment)
        },
        TillEvent::PaymentVoided(event) => step(event.about.payment, Void, event.amount, &event.payment),
        TillEvent::PaymentReclaimed(event) => {
            step(event.about.payment, Reclaim, event.amount, &event.payment)
        }
        TillEvent::PaymentRefunded(event) => step(event.about.payment, Refund, event.amount, &event.payment),
        TillEvent::PaymentClosed(event) => step(event.about.payment, Close, 0, &event.payment),
        TillEvent::ProtocolInitialized(_)
        | TillEvent::MerchantRegistered(_)
        | TillEvent::VaultOpened(_)
        | TillEvent::PaidOut(_) => return Ok(None),
    }))
}

/// What authorize and charge say alike.
struct Opened<'a> {
    merchant: Pubkey,
    vault: Pubkey,
    payer: Pubkey,
    rent_payer: Pubkey,
    fee_bps: u16,
    terms: &'a Terms,
}

fn opening(opened: Opened) -> Result<PaymentOpening, ProjectionError> {
    let terms = opened.terms;
    Ok(PaymentOpening {
        merchant: opened.merchant.to_string(),
        vault: opened.vault.to_string(),
        mint: terms.mint.to_string(),
        payer: opened.payer.to_string(),
        rent_payer: opened.rent_payer.to_string(),
        terms_hash: terms.hash().to_vec(),
        merchant_payment_id: terms.id.to_vec(),
        amount: Amount(terms.amount),
        fee_bps: opened.fee_bps.into(),
        authorization_expiry: time("authorization expiry", terms.authorization_expiry)?,
        refund_expiry: time("refund expiry", terms.refund_expiry)?,
        capture_mode: capture_mode(terms.capture_mode),
    })
}
