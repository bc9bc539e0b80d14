//! What a payment of ours is called at Barion. Pure.
//!
//! <https://docs.barion.com/PaymentStatus>, <https://docs.barion.com/TransactionStatus>

use serde::Serialize;
use till_store::domain::PaymentStatus as Standing;
use utoipa::ToSchema;

/// When the money becomes the merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum PaymentType {
    /// When it is paid.
    Immediate,
    /// When the shop finishes the reservation.
    Reservation,
    /// When the shop captures it.
    DelayedCapture,
}

impl PaymentType {
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Reservation, Self::DelayedCapture];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "Immediate",
            Self::Reservation => "Reservation",
            Self::DelayedCapture => "DelayedCapture",
        }
    }

    /// In whatever case it is written, as Barion reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BarionPaymentStatus)]
pub enum PaymentStatus {
    /// It can be paid.
    Prepared,
    /// Something is under way that will change it; nothing can be done until then.
    InProgress,
    /// Paid, and to be finished.
    Reserved,
    /// Paid, and to be captured.
    Authorized,
    /// It was taken back: before it was paid, or by `CancelAuthorization`.
    Canceled,
    /// Everything is finished; what was refunded since does not change it.
    Succeeded,
    /// Some of its transactions are finished.
    PartiallySucceeded,
    /// It was not paid in time; or not finished in time, and the money went back.
    Expired,
}

/// What the status depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub kind: PaymentType,
    pub standing: Standing,
    /// The merchant took the request back.
    pub is_cancelled: bool,
    /// The time to pay is over.
    pub window_is_over: bool,
    /// A capture or void is recorded that is neither confirmed nor failed.
    pub is_under_way: bool,
    /// Whether the time to pay, to finish or to capture was over when it was taken back or all of it went back.
    pub ran_out: bool,
    /// Whether every part was finished, and with nothing.
    pub takes_nothing: bool,
}

impl PaymentStatus {
    pub fn of(facts: Facts) -> Self {
        if facts.is_under_way {
            return Self::InProgress;
        }
        match facts.standing {
            Standing::Created
            | Standing::Cancelled
            | Standing::Reverted
            | Standing::Refunded
            | Standing::Voided
                if facts.is_cancelled =>
            {
                if facts.ran_out {
                    Self::Expired
                } else {
                    Self::Canceled
                }
            }
            // What was paid in time may not have been seen yet: the keeper takes the request back when it has not.
            Standing::Created | Standing::Cancelled | Standing::Reverted if facts.window_is_over => {
                Self::InProgress
            }
            Standing::Created | Standing::Cancelled | Standing::Reverted => Self::Prepared,
            // Paid although it had been taken back: it is on its way back to the payer.
            Standing::Authorized
            | Standing::PartiallyCaptured
            | Standing::Captured
            | Standing::PartiallyRefunded
                if facts.is_cancelled =>
            {
                Self::InProgress
            }
            Standing::Authorized => match facts.kind {
                PaymentType::Immediate => Self::InProgress,
                PaymentType::Reservation => Self::Reserved,
                PaymentType::DelayedCapture => Self::Authorized,
            },
            Standing::Disputed | Standing::Late => Self::InProgress,
            // No shop that speaks Barion's API asks for plain transfers.
            Standing::Transferred | Standing::Underpaid | Standing::Overpaid | Standing::Mismatched => {
                Self::InProgress
            }
            Standing::PartiallyCaptured => Self::PartiallySucceeded,
            Standing::Captured | Standing::PartiallyRefunded | Standing::Refunded => Self::Succeeded,
            Standing::Voided if facts.ran_out => Self::Expired,
            Standing::Voided if facts.kind == PaymentType::Reservation && facts.takes_nothing => {
                Self::Succeeded
            }
            Standing::Voided => Self::Canceled,
            Standing::Expired | Standing::Reclaimed => Self::Expired,
        }
    }
}

/// Where a transaction of a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BarionTransactionStatus)]
pub enum TransactionStatus {
    Prepared,
    Started,
    Succeeded,
    Rejected,
    Reserved,
    Expired,
    Authorized,
    /// Nothing of it was taken.
    Reversed,
}

impl TransactionStatus {
    /// `takes_nothing` is whether it was finished with nothing, and `is_finished` whether it was finished at all.
    pub fn of(payment: PaymentStatus, kind: PaymentType, is_finished: bool, takes_nothing: bool) -> Self {
        match payment {
            PaymentStatus::Prepared => Self::Prepared,
            PaymentStatus::InProgress => Self::Started,
            PaymentStatus::Reserved | PaymentStatus::Authorized if is_finished && takes_nothing => {
                Self::Reversed
            }
            PaymentStatus::Reserved => Self::Reserved,
            PaymentStatus::Authorized => Self::Authorized,
            PaymentStatus::Canceled if kind == PaymentType::DelayedCapture => Self::Reversed,
            PaymentStatus::Canceled => Self::Rejected,
            PaymentStatus::Expired => Self::Expired,
            PaymentStatus::Succeeded | PaymentStatus::PartiallySucceeded => {
                match (is_finished, takes_nothing) {
                    (true, true) => Self::Reversed,
                    (true, false) => Self::Succeeded,
                    (false, _) if kind == PaymentType::Immediate => Self::Succeeded,
                    (false, _) if payment == PaymentStatus::Succeeded => Self::Reversed,
                    (false, _) if kind == PaymentType::Reservation => Self::Reserved,
                    (false, _) => Self::Authorized,
                }
            }
        }
    }
}

/// What a transaction is, after <https://docs.barion.com/TransactionType>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum TransactionType {
    /// Not paid yet.
    Unspecified,
    /// Paid from a wallet.
    Shop,
    /// Paid from a wallet, and not finished.
    Reserve,
    /// A payee's share.
    TransferToExistingUser,
    Refund,
}

impl TransactionType {
    /// Of a part of a payment.
    pub fn of(status: TransactionStatus) -> Self {
        match status {
            TransactionStatus::Prepared | TransactionStatus::Started => Self::Unspecified,
            TransactionStatus::Reserved | TransactionStatus::Authorized => Self::Reserve,
            _ => Self::Shop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(kind: PaymentType, standing: Standing) -> Facts {
        Facts {
            kind,
            standing,
            is_cancelled: false,
            window_is_over: false,
            is_under_way: false,
            ran_out: false,
            takes_nothing: false,
        }
    }

    #[test]
    fn every_standing_has_a_status_of_barions() {
        use PaymentStatus::*;
        let rows = [
            (Standing::Created, [Prepared, Prepared, Prepared]),
            (Standing::Expired, [Expired, Expired, Expired]),
            (Standing::Authorized, [InProgress, Reserved, Authorized]),
            (Standing::Disputed, [InProgress, InProgress, InProgress]),
            (Standing::PartiallyCaptured, [PartiallySucceeded, PartiallySucceeded, PartiallySucceeded]),
            (Standing::Captured, [Succeeded, Succeeded, Succeeded]),
            (Standing::PartiallyRefunded, [Succeeded, Succeeded, Succeeded]),
            (Standing::Refunded, [Succeeded, Succeeded, Succeeded]),
            (Standing::Voided, [Canceled, Canceled, Canceled]),
            (Standing::Late, [InProgress, InProgress, InProgress]),
            (Standing::Reclaimed, [Expired, Expired, Expired]),
        ];
        for (standing, expected) in rows {
            let found = PaymentType::ALL.map(|kind| PaymentStatus::of(facts(kind, standing)));
            assert_eq!(found, expected, "{standing:?}");
        }
    }

    #[test]
    fn time_and_operations_change_what_it_is_called() {
        use PaymentType::*;
        let created = facts(Reservation, Standing::Created);
        let cancelled = Facts { is_cancelled: true, ..created };
        assert_eq!(PaymentStatus::of(cancelled), PaymentStatus::Canceled);
        assert_eq!(PaymentStatus::of(Facts { window_is_over: true, ..cancelled }), PaymentStatus::Canceled);
        assert_eq!(PaymentStatus::of(Facts { ran_out: true, ..cancelled }), PaymentStatus::Expired);
        assert_eq!(PaymentStatus::of(Facts { window_is_over: true, ..created }), PaymentStatus::InProgress);
        let reserved = facts(Reservation, Standing::Authorized);
        assert_eq!(PaymentStatus::of(Facts { window_is_over: true, ..reserved }), PaymentStatus::Reserved);
        assert_eq!(PaymentStatus::of(Facts { is_under_way: true, ..reserved }), PaymentStatus::InProgress);
        assert_eq!(PaymentStatus::of(Facts { is_cancelled: true, ..reserved }), PaymentStatus::InProgress);
        let voided = facts(Reservation, Standing::Voided);
        assert_eq!(PaymentStatus::of(Facts { ran_out: true, ..voided }), PaymentStatus::Expired);
        assert_eq!(PaymentStatus::of(Facts { takes_nothing: true, ..voided }), PaymentStatus::Succeeded);
    }

    #[test]
    fn what_was_paid_after_it_was_cancelled_is_given_back() {
        use Standing::*;
        for kind in PaymentType::ALL {
            let cancelled = |standing| Facts { is_cancelled: true, ..facts(kind, standing) };
            for standing in [Authorized, Late, PartiallyCaptured, Captured, PartiallyRefunded] {
                assert_eq!(PaymentStatus::of(cancelled(standing)), PaymentStatus::InProgress, "{standing:?}");
            }
            for standing in [Cancelled, Refunded, Voided] {
                assert_eq!(PaymentStatus::of(cancelled(standing)), PaymentStatus::Canceled, "{standing:?}");
                let ran_out = Facts { ran_out: true, ..cancelled(standing) };
                assert_eq!(PaymentStatus::of(ran_out), PaymentStatus::Expired, "{standing:?}");
            }
        }
    }

    #[test]
    fn parts_stand_where_the_payment_stands_unless_they_are_finished() {
        use PaymentType::*;
        let rows = [
            // payment, kind, finished, with nothing
            (PaymentStatus::Prepared, Immediate, false, false, TransactionStatus::Prepared),
            (PaymentStatus::Reserved, Reservation, false, false, TransactionStatus::Reserved),
            (PaymentStatus::Reserved, Reservation, true, true, TransactionStatus::Reversed),
            (PaymentStatus::PartiallySucceeded, Reservation, true, false, TransactionStatus::Succeeded),
            (PaymentStatus::PartiallySucceeded, Reservation, false, false, TransactionStatus::Reserved),
            (PaymentStatus::Succeeded, Immediate, false, false, TransactionStatus::Succeeded),
            (PaymentStatus::Succeeded, Reservation, true, true, TransactionStatus::Reversed),
            (PaymentStatus::Canceled, DelayedCapture, false, false, TransactionStatus::Reversed),
            (PaymentStatus::Canceled, Immediate, false, false, TransactionStatus::Rejected),
            (PaymentStatus::Expired, Reservation, false, false, TransactionStatus::Expired),
        ];
        for (payment, kind, is_finished, takes_nothing, expected) in rows {
            let found = TransactionStatus::of(payment, kind, is_finished, takes_nothing);
            assert_eq!(found, expected, "{payment:?} {kind:?}");
        }
    }
}
