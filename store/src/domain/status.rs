//! What a payment's numbers mean in one word. Derived each time, never stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ChainPayment;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Asked for; not seen on the chain.
    Created,
    /// Not on the chain, and it never will be: the chain's own clock has passed the authorization's
    /// expiry, from which on the program refuses it.
    Expired,
    /// The money is in escrow.
    Authorized,
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
}

impl PaymentStatus {
    /// `indexed_time` is the chain's clock at the last indexed slot, if there is one. A closed payment
    /// keeps the status that it was closed with.
    pub fn derive(
        chain: Option<&ChainPayment>,
        authorization_expiry: DateTime<Utc>,
        indexed_time: Option<DateTime<Utc>>,
    ) -> Self {
        match chain {
            Some(payment) => Self::of(payment),
            None if indexed_time.is_some_and(|now| now >= authorization_expiry) => Self::Expired,
            None => Self::Created,
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
    use super::*;
    use crate::Amount;

    fn payment() -> ChainPayment {
        ChainPayment {
            payer: String::new(),
            capturable: Amount(100),
            captured: Amount(0),
            refunded: Amount(0),
            fees: Amount(0),
            capture_from: None,
            arbiter: None,
            dispute_expiry: None,
            splits: Vec::new(),
            outcome: None,
            sequence: 3,
            closed: false,
            slot: 9,
        }
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
                let status = PaymentStatus::derive(Some(&payment), DateTime::UNIX_EPOCH, Some(Utc::now()));
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
            let status = PaymentStatus::derive(Some(&disputed), DateTime::UNIX_EPOCH, Some(Utc::now()));
            assert_eq!(status, PaymentStatus::Disputed);
        }
    }

    #[test]
    fn an_unseen_payment_expires_by_the_clock_of_the_chain() {
        let expiry = DateTime::from_timestamp(1_000, 0).unwrap();
        let at = |seconds| {
            PaymentStatus::derive(None, expiry, Some(DateTime::from_timestamp(seconds, 0).unwrap()))
        };
        assert_eq!(at(999), PaymentStatus::Created);
        assert_eq!(at(1_000), PaymentStatus::Expired);
        assert_eq!(PaymentStatus::derive(None, expiry, None), PaymentStatus::Created, "nothing is indexed");
    }

    #[test]
    fn finality_compares_slots() {
        assert_eq!(Finality::of(None, Some(5)), Finality::Unseen);
        assert_eq!(Finality::of(Some(5), None), Finality::Confirmed);
        assert_eq!(Finality::of(Some(6), Some(5)), Finality::Confirmed);
        assert_eq!(Finality::of(Some(5), Some(5)), Finality::Finalized);
    }
}
