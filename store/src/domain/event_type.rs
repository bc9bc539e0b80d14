//! What events there are.

/// The types of events that merchants can be told, each with what it means. New ones are added; none is
/// renamed.
pub const EVENT_TYPES: &[(&str, &str)] = &[
    ("payment.authorized", "The money is in escrow."),
    ("payment.charged", "Paid, and captured in the same step."),
    ("payment.captured", "Some or all of the money in escrow became the merchant's."),
    ("payment.released", "The payer gave the merchant everything in escrow."),
    ("payment.disputed", "The payer stopped captures until an arbiter decides."),
    ("payment.dispute_evidence", "The merchant gave evidence in the dispute."),
    ("payment.resolved", "The arbiter ended the dispute."),
    ("payment.voided", "The merchant gave the money in escrow back."),
    ("payment.reclaimed", "The payer took the money in escrow back."),
    ("payment.refunded", "The merchant paid captured money back."),
    ("payment.closed", "The payment's account on the chain is gone; nothing can happen to it any more."),
    ("payment.updated", "The merchant changed what it asks for."),
    ("payment.cancelled", "The merchant took the request back."),
    ("payment.duplicated", "It was paid once more, by somebody who held another of its transactions."),
    ("payment.paid_after_cancel", "It was paid after it had been cancelled, and is given back."),
    ("payment.reverted", "The chain undid something that was told before."),
    ("payment.transferred", "Plain transfers to the merchant's wallet have brought exactly the amount."),
    ("payment.underpaid", "Plain transfers have brought less than the amount."),
    ("payment.overpaid", "Plain transfers have brought more than the amount."),
    ("payment.late", "A plain transfer came too late."),
    ("payment.mismatched", "A plain transfer brought another token."),
    ("payment.transfer_reverted", "The chain undid every transfer that was told before."),
    ("endpoint.paused", "A webhook endpoint gets nothing more until it is resumed."),
];

/// Whether there is such a type, or one that the pattern (such as `payment.*`) stands for.
pub fn is_event_type(pattern: &str) -> bool {
    EVENT_TYPES.iter().any(|(name, _)| {
        let group = name.split('.').next().unwrap_or_default();
        *name == pattern || pattern.strip_suffix(".*") == Some(group)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TransactionKind::*;

    #[test]
    fn types_and_groups_are_known_and_nothing_else() {
        for known in ["payment.captured", "payment.*", "endpoint.paused", "endpoint.*"] {
            assert!(is_event_type(known), "{known}");
        }
        for unknown in ["", "*", "payment", "payment.", "payment.cap*", "pay.*", "payment.captured.*", ".*"] {
            assert!(!is_event_type(unknown), "{unknown}");
        }
    }

    #[test]
    fn every_operation_is_listed() {
        for kind in [Authorize, Charge, Capture, Release, Dispute, Resolve, Void, Reclaim, Refund, Close] {
            assert!(is_event_type(kind.event_type()), "{kind:?}");
        }
    }
}
