//! What a payment's numbers mean in one word. Derived each time, never stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChainPayment, Received};

/// Where a payment stands. `docs/PAYMENT_STATES.md` draws which follows which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Asked for; not seen on the chain.
    Created,
    /// Not on the chain, and it never will be: the chain's own clock has passed the authorization's
    /// expiry, from which on the program refuses it.
    Expired,
    /// The merchant took the request back before it was seen on the chain. Who was handed a transaction before
    /// may still pay.
    Cancelled,
    /// It was on the chain, and a fork undid that. It may come again.
    Reverted,
    /// The money is in escrow.
    Authorized,
    /// The money came after the time for which the price was fixed: in escrow, for the merchant to capture or to void;
    /// captured at once, for the merchant to keep or to refund; or by a plain transfer.
    Late,
    /// The payer disputes what is in escrow: nothing can be captured until the payer releases, the
    /// merchant voids or the arbiter decides.
    Disputed,
    /// Part of it is captured, and more can be.
    PartiallyCaptured,
    /// Captured; what was not has gone back to the payer.
    Captured,
    /// All of it went back to the payer, on the merchant's word or the arbiter's.
    Voided,
    /// All of it went back to the payer, after the authorization, or the time to decide a dispute, had
    /// expired.
    Reclaimed,
    /// Part of what was captured has been paid back.
    PartiallyRefunded,
    /// All that was captured has been paid back.
    Refunded,
    /// Plain transfers to the merchant's wallet have brought exactly the amount.
    Transferred,
    /// Plain transfers have brought less.
    Underpaid,
    /// Plain transfers have brought more.
    Overpaid,
    /// Plain transfers have brought another token, and nothing of the right one.
    Mismatched,
}

/// What a payment's status follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// What the chain says of its escrow, if it is there.
    pub chain: Option<&'a ChainPayment>,
    /// Whether it was there, and a fork undid that.
    pub is_reverted: bool,
    /// Whether it came there after the time for which the price was fixed.
    pub is_late: bool,
    /// Whether it is captured as soon as it comes there.
    pub is_immediate: bool,
    /// What plain transfers have brought, if any did.
    pub received: Option<Received>,
    pub is_cancelled: bool,
    /// Whether the chain's own clock has passed the authorization's expiry.
    pub is_expired: bool,
}

impl PaymentStatus {
    pub const ALL: [Self; 17] = [
        Self::Created,
        Self::Expired,
        Self::Cancelled,
        Self::Reverted,
        Self::Authorized,
        Self::Late,
        Self::Disputed,
        Self::PartiallyCaptured,
        Self::Captured,
        Self::Voided,
        Self::Reclaimed,
        Self::PartiallyRefunded,
        Self::Refunded,
        Self::Transferred,
        Self::Underpaid,
        Self::Overpaid,
        Self::Mismatched,
    ];

    /// The same in the words of those who do not tell a cancelled or reverted request from one that waits, nor late
    /// money from money in time.
    pub fn plainly(self) -> Self {
        match self {
            Self::Cancelled | Self::Reverted => Self::Created,
            Self::Late => Self::Authorized,
            other => other,
        }
    }

    /// The money decides first: that in escrow, then that in the wallet. Without any, what was decided about the
    /// request. A closed payment keeps the status that it was closed with.
    pub fn derive(facts: Facts<'_>) -> Self {
        match (facts.chain, facts.received) {
            (Some(payment), _) => match Self::of(payment) {
                Self::Authorized if facts.is_late => Self::Late,
                Self::Captured if facts.is_late && facts.is_immediate => Self::Late,
                status => status,
            },
            (None, Some(received)) => match received {
                Received::Exactly => Self::Transferred,
                Received::TooLittle => Self::Underpaid,
                Received::TooMuch => Self::Overpaid,
                Received::TooLate => Self::Late,
                Received::AnotherToken => Self::Mismatched,
            },
            (None, None) if facts.is_cancelled => Self::Cancelled,
            (None, None) if facts.is_expired => Self::Expired,
            (None, None) if facts.is_reverted => Self::Reverted,
            (None, None) => Self::Created,
        }
    }

    fn of(payment: &ChainPayment) -> Self {
        if payment.dispute_expiry.is_some() {
            return Self::Disputed;
        }
        let escrow_is_empty = payment.capturable.is_zero();
        if !payment.refunded.is_zero() {
            let everything = payment.refunded == payment.captured && escrow_is_empty;
            return if everything { Self::Refunded } else { Self::PartiallyRefunded };
        }
        match (payment.captured.is_zero(), escrow_is_empty) {
            (true, false) => Self::Authorized,
            (false, false) => Self::PartiallyCaptured,
            (false, true) => Self::Captured,
            // Nothing captured and nothing in escrow: it all went back.
            (true, true) if payment.outcome == Some(Outcome::Reclaimed) => Self::Reclaimed,
            (true, true) => Self::Voided,
        }
    }
}

/// How an escrow was emptied, if it went back to the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    Voided,
    Reclaimed,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Voided => "voided",
            Self::Reclaimed => "reclaimed",
        }
    }
}

/// How sure it is that the chain keeps the last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    /// Not on the chain, as far as it is indexed.
    Unseen,
    /// Two thirds of the stake voted for it.
    Confirmed,
    /// It cannot be undone.
    Finalized,
}

impl Finality {
    /// Of a change in `slot`; everything up to `finalized_slot` is final.
    pub fn of(slot: Option<i64>, finalized_slot: Option<i64>) -> Self {
        match (slot, finalized_slot) {
            (None, _) => Self::Unseen,
            (Some(slot), Some(finalized)) if slot <= finalized => Self::Finalized,
            (Some(_), _) => Self::Confirmed,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::Amount;

    fn payment() -> ChainPayment {
        ChainPayment { capturable: Amount(100), ..ChainPayment::unpaid() }
    }

    fn on_chain(payment: &ChainPayment) -> Facts<'_> {
        Facts { chain: Some(payment), is_expired: true, ..Facts::default() }
    }

    #[test]
    fn every_status_has_its_numbers() {
        use PaymentStatus::*;
        let rows = [
            // capturable, captured, refunded, outcome
            (100, 0, 0, None, Authorized),
            (60, 40, 0, None, PartiallyCaptured),
            (0, 100, 0, None, Captured),
            (0, 40, 0, None, Captured),
            (0, 40, 0, Some(Outcome::Voided), Captured),
            (0, 40, 0, Some(Outcome::Reclaimed), Captured),
            (0, 0, 0, None, Voided),
            (0, 0, 0, Some(Outcome::Voided), Voided),
            (0, 0, 0, Some(Outcome::Reclaimed), Reclaimed),
            (0, 100, 30, None, PartiallyRefunded),
            (60, 40, 10, None, PartiallyRefunded),
            (60, 40, 40, None, PartiallyRefunded),
            (0, 40, 40, Some(Outcome::Voided), Refunded),
            (0, 100, 100, None, Refunded),
        ];
        for (capturable, captured, refunded, outcome, expected) in rows {
            for closed in [false, true] {
                let payment = ChainPayment {
                    capturable: Amount(capturable),
                    captured: Amount(captured),
                    refunded: Amount(refunded),
                    outcome,
                    closed,
                    ..payment()
                };
                let status = PaymentStatus::derive(on_chain(&payment));
                assert_eq!(status, expected, "{payment:?}");
            }
        }
    }

    #[test]
    fn an_open_dispute_stands_before_everything_else() {
        let expiry = DateTime::from_timestamp(1_000, 0);
        for (captured, refunded) in [(0, 0), (40, 0), (40, 10), (40, 40)] {
            let (captured, refunded) = (Amount(captured), Amount(refunded));
            let disputed = ChainPayment { captured, refunded, dispute_expiry: expiry, ..payment() };
            // Also when its time has run out: it ends when somebody takes the money.
            let status = PaymentStatus::derive(on_chain(&disputed));
            assert_eq!(status, PaymentStatus::Disputed);
        }
    }

    #[test]
    fn money_comes_before_what_was_decided_about_the_request() {
        let decided = Facts { is_cancelled: true, is_expired: true, is_reverted: true, ..Facts::default() };
        assert_eq!(PaymentStatus::derive(decided), PaymentStatus::Cancelled);
        assert_eq!(PaymentStatus::derive(Facts { is_cancelled: false, ..decided }), PaymentStatus::Expired);
        let reverted = Facts { is_reverted: true, ..Facts::default() };
        assert_eq!(PaymentStatus::derive(reverted), PaymentStatus::Reverted);
        assert_eq!(PaymentStatus::derive(Facts::default()), PaymentStatus::Created);
        let received = Facts { received: Some(Received::Exactly), ..decided };
        assert_eq!(PaymentStatus::derive(received), PaymentStatus::Transferred);
        let payment = payment();
        let paid = Facts { chain: Some(&payment), ..received };
        assert_eq!(PaymentStatus::derive(paid), PaymentStatus::Authorized);
    }

    #[test]
    fn what_came_late_is_late_until_it_is_decided() {
        let late =
            |payment: &ChainPayment| PaymentStatus::derive(Facts { is_late: true, ..on_chain(payment) });
        assert_eq!(late(&payment()), PaymentStatus::Late);
        let captured = ChainPayment { capturable: Amount(0), captured: Amount(100), ..payment() };
        assert_eq!(late(&captured), PaymentStatus::Captured);
        assert_eq!(late(&ChainPayment { capturable: Amount(0), ..payment() }), PaymentStatus::Voided);
        let immediate = |payment: &ChainPayment| {
            PaymentStatus::derive(Facts { is_late: true, is_immediate: true, ..on_chain(payment) })
        };
        assert_eq!(immediate(&captured), PaymentStatus::Late);
        let refunded = ChainPayment { refunded: Amount(1), ..captured };
        assert_eq!(immediate(&refunded), PaymentStatus::PartiallyRefunded);
    }

    #[test]
    fn finality_compares_slots() {
        assert_eq!(Finality::of(None, Some(5)), Finality::Unseen);
        assert_eq!(Finality::of(Some(5), None), Finality::Confirmed);
        assert_eq!(Finality::of(Some(6), Some(5)), Finality::Confirmed);
        assert_eq!(Finality::of(Some(5), Some(5)), Finality::Finalized);
    }
}
