//! From a payment before a transition to the payment after it: the rule that rows and webhooks share.

use super::{PaymentOpening, PaymentStep};
use crate::{
    Amount,
    domain::{ChainPayment, ChainSplit},
};

/// The payment after `step`; nothing when it is not known how it began.
pub fn advance(before: Option<&ChainPayment>, step: &PaymentStep) -> Option<ChainPayment> {
    let before = match &step.opening {
        Some(opening) => begun(opening),
        None => before?.clone(),
    };
    let after = &step.after;
    let mut splits = before.splits;
    for (split, share) in splits.iter_mut().zip(&step.shares) {
        split.paid = Amount(split.paid.0.saturating_add(share.0));
    }
    // A dispute is about what is in escrow, so it ends when that is empty, whoever emptied it.
    let is_disputable = !after.capturable.is_zero();
    Some(ChainPayment {
        payer: before.payer,
        capturable: after.capturable,
        captured: after.captured,
        refunded: after.refunded,
        fees: after.fees,
        capture_from: before.capture_from,
        arbiter: before.arbiter,
        dispute_expiry: after.dispute_expiry.or(before.dispute_expiry).filter(|_| is_disputable),
        splits,
        outcome: after.outcome.or(before.outcome),
        sequence: after.sequence,
        closed: after.closed,
        slot: step.slot,
    })
}

/// What never changes, and nothing of what does.
fn begun(opening: &PaymentOpening) -> ChainPayment {
    let splits = opening.splits.iter();
    ChainPayment {
        payer: opening.payer.clone(),
        capture_from: opening.capture_from,
        arbiter: opening.arbiter.clone(),
        splits: splits
            .map(|split| ChainSplit { wallet: split.wallet.clone(), bps: split.bps, paid: Amount::ZERO })
            .collect(),
        ..ChainPayment::unpaid()
    }
}
