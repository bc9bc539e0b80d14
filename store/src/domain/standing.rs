//! What can be ordered of a payment, given how it stands. Pure: the same rule decides an order, and says in every
//! answer what could be ordered.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChainPayment, GatewayPayment, Money, TransactionKind, TransactionRecord};
use crate::Amount;

/// A payment on the chain and the operations under way, as one snapshot saw them together.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    pub decimals: i16,
    pub authorization_expiry: DateTime<Utc>,
    pub refund_expiry: DateTime<Utc>,
    /// Before it the merchant cannot capture by itself.
    pub capture_from: Option<DateTime<Utc>>,
    /// Set while a dispute is open.
    pub dispute_expiry: Option<DateTime<Utc>>,
    /// The chain's clock at the last indexed slot.
    pub chain_time: Option<DateTime<Utc>>,
    pub capturable: Amount,
    pub captured: Amount,
    pub refunded: Amount,
    pub closed: bool,
    /// Whether payees share in it: the program captures such a payment once.
    pub has_splits: bool,
    /// What payees have been paid of what was captured.
    pub shared: Amount,
    /// Sums of what is recorded and neither confirmed nor failed.
    pub open_captures: Amount,
    pub open_refunds: Amount,
    /// Whether a void or a final capture is among them: it takes whatever is left.
    pub open_final: bool,
    #[sqlx(flatten)]
    pub vault: VaultStanding,
}

/// The vault that a payment's money is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct VaultStanding {
    /// The merchant's balance, which pays refunds.
    pub vault_balance: Amount,
    /// What refunds under way of all payments of the vault will take from it.
    pub open_vault_refunds: Amount,
}

impl VaultStanding {
    /// The balance that no refund under way counts on.
    pub fn free(&self) -> Amount {
        self.vault_balance.checked_sub(self.open_vault_refunds).unwrap_or_default()
    }
}

/// Why nothing at all can be ordered, whatever the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The payer may take the money back.
    AuthorizationExpired,
    /// The payer disputes the payment.
    Disputed,
    /// Before this moment only the payer gives the merchant the money.
    TooEarly(DateTime<Utc>),
    /// A void or a final capture is under way.
    FinalUnderWay,
    /// A capture is under way, and counts on what a void would take.
    CaptureUnderWay,
    /// The time for refunds is over.
    RefundExpired,
}

impl Standing {
    /// Of the payment `gateway`, which is on the chain as `chain`, with the operations `records`.
    pub fn of(
        gateway: &GatewayPayment,
        chain: &ChainPayment,
        records: &[TransactionRecord],
        chain_time: Option<DateTime<Utc>>,
        vault: VaultStanding,
    ) -> Self {
        let open = || records.iter().filter(|record| record.status.is_open());
        let sum = |kind| {
            let amounts = open().filter(|record| record.kind == kind).map(|record| record.amount.0);
            Amount(amounts.fold(0, u64::saturating_add))
        };
        Self {
            decimals: gateway.decimals,
            authorization_expiry: gateway.authorization_expiry,
            refund_expiry: gateway.refund_expiry,
            capture_from: chain.capture_from,
            dispute_expiry: chain.dispute_expiry,
            chain_time,
            capturable: chain.capturable,
            captured: chain.captured,
            refunded: chain.refunded,
            closed: chain.closed,
            has_splits: !chain.splits.is_empty(),
            shared: Amount(chain.splits.iter().map(|split| split.paid.0).fold(0, u64::saturating_add)),
            open_captures: sum(TransactionKind::Capture),
            open_refunds: sum(TransactionKind::Refund),
            open_final: open().any(TransactionRecord::takes_the_rest),
            vault,
        }
    }

    /// Whether an operation that was ordered here is neither confirmed nor failed.
    pub fn is_busy(&self) -> bool {
        self.open_final || !self.open_captures.is_zero() || !self.open_refunds.is_zero()
    }

    /// How much can be captured.
    pub fn for_capture(&self) -> Result<Amount, Hindrance> {
        let is_past = |time: DateTime<Utc>| self.chain_time.is_some_and(|now| now >= time);
        if is_past(self.authorization_expiry) {
            return Err(Hindrance::AuthorizationExpired);
        }
        if self.dispute_expiry.is_some() {
            return Err(Hindrance::Disputed);
        }
        if let Some(from) = self.capture_from.filter(|from| !is_past(*from)) {
            return Err(Hindrance::TooEarly(from));
        }
        self.in_escrow()
    }

    /// What a void gives back, which is allowed at any time.
    pub fn for_void(&self) -> Result<Amount, Hindrance> {
        let amount = self.in_escrow()?;
        if self.open_captures.is_zero() { Ok(amount) } else { Err(Hindrance::CaptureUnderWay) }
    }

    /// How much of what was captured can be refunded, wherever the money for it comes from.
    pub fn for_refund(&self) -> Result<Amount, Hindrance> {
        if self.closed || self.chain_time.is_some_and(|now| now >= self.refund_expiry) {
            return Err(Hindrance::RefundExpired);
        }
        let spoken_for = Amount(self.refunded.0.saturating_add(self.open_refunds.0));
        Ok(self.captured.checked_sub(spoken_for).unwrap_or_default())
    }

    /// How much of that the merchant's balance may pay, whatever is in it: not what payees were given.
    pub fn for_refund_of_balance(&self) -> Result<Amount, Hindrance> {
        let shared = |amount: Amount| amount.checked_sub(self.shared).unwrap_or_default();
        self.for_refund().map(shared)
    }

    /// What is in escrow and not spoken for.
    fn in_escrow(&self) -> Result<Amount, Hindrance> {
        if self.open_final {
            return Err(Hindrance::FinalUnderWay);
        }
        Ok(self.capturable.checked_sub(self.open_captures).unwrap_or_default())
    }

    /// The most that can be ordered of each operation.
    pub fn available(&self) -> Available {
        let decimals = self.decimals.unsigned_abs() as u8;
        let money = |amount: Amount| Money::new(amount, decimals);
        Available {
            capture: money(self.for_capture().unwrap_or_default()),
            void: money(self.for_void().unwrap_or_default()),
            refund: money(self.for_refund_of_balance().unwrap_or_default().min(self.vault.free())),
        }
    }
}

/// The most that could be ordered of each operation when this was said. What is under way, expiries, a dispute and the
/// balance in the vault are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Available {
    pub capture: Money,
    /// What a void would give back: everything in escrow, or nothing while it is not allowed.
    pub void: Money,
    /// What can be refunded from the merchant's balance. With tokens of a wallet of its own a merchant can refund up
    /// to `refundable`.
    pub refund: Money,
}

impl Available {
    /// Of a payment that is not on the chain.
    pub fn nothing(decimals: u8) -> Self {
        let nothing = || Money::new(Amount::ZERO, decimals);
        Self { capture: nothing(), void: nothing(), refund: nothing() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TransactionStatus;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn standing() -> Standing {
        Standing {
            decimals: 2,
            authorization_expiry: at(1_000),
            refund_expiry: at(2_000),
            capture_from: None,
            dispute_expiry: None,
            chain_time: Some(at(500)),
            capturable: Amount(1_500),
            captured: Amount(1_000),
            refunded: Amount(200),
            closed: false,
            has_splits: false,
            shared: Amount(0),
            open_captures: Amount(0),
            open_refunds: Amount(0),
            open_final: false,
            vault: VaultStanding { vault_balance: Amount(10_000), open_vault_refunds: Amount(0) },
        }
    }

    fn available(standing: Standing) -> [String; 3] {
        let Available { capture, void, refund } = standing.available();
        [capture.value, void.value, refund.value]
    }

    #[test]
    fn each_operation_has_its_limit() {
        assert_eq!(available(standing()), ["15.00", "15.00", "8.00"]);
        let busy = Standing { open_captures: Amount(500), open_refunds: Amount(300), ..standing() };
        assert_eq!(available(busy), ["10.00", "0.00", "5.00"]);
        assert_eq!(available(Standing { open_final: true, ..standing() }), ["0.00", "0.00", "8.00"]);
        let disputed = Standing { dispute_expiry: Some(at(800)), ..standing() };
        assert_eq!(available(disputed), ["0.00", "15.00", "8.00"]);
        let early = Standing { capture_from: Some(at(501)), ..standing() };
        assert_eq!(available(early), ["0.00", "15.00", "8.00"]);
    }

    #[test]
    fn expiries_are_the_chains() {
        assert_eq!(
            available(Standing { chain_time: Some(at(999)), ..standing() }),
            ["15.00", "15.00", "8.00"]
        );
        assert_eq!(
            available(Standing { chain_time: Some(at(1_000)), ..standing() }),
            ["0.00", "15.00", "8.00"]
        );
        assert_eq!(
            available(Standing { chain_time: Some(at(2_000)), ..standing() }),
            ["0.00", "15.00", "0.00"]
        );
        assert_eq!(available(Standing { closed: true, ..standing() })[2], "0.00");
    }

    #[test]
    fn the_balance_of_the_vault_limits_refunds() {
        let vault = VaultStanding { vault_balance: Amount(900), open_vault_refunds: Amount(400) };
        assert_eq!(available(Standing { vault, ..standing() })[2], "5.00");
        let vault = VaultStanding { vault_balance: Amount(300), open_vault_refunds: Amount(400) };
        assert_eq!(available(Standing { vault, ..standing() })[2], "0.00");
        let shared = Standing { has_splits: true, shared: Amount(300), ..standing() };
        assert_eq!(available(shared)[2], "5.00", "payees do not give back");
    }

    #[test]
    fn only_what_is_open_is_counted() {
        let record = |kind, status, is_final| TransactionRecord {
            id: "txn_1".into(),
            payment_id: "pay_1".into(),
            parent_id: None,
            kind,
            amount: Amount(100),
            is_final,
            status,
            signature: None,
            error_code: None,
            error_detail: None,
            slot: None,
            sequence: None,
            created_at: at(0),
        };
        let chain = ChainPayment { captured: Amount(900), ..ChainPayment::unpaid() };
        let of = |records: &[TransactionRecord]| {
            Standing::of(&GatewayPayment::default(), &chain, records, None, VaultStanding::default())
        };
        use TransactionKind::{Capture, Refund, Void};
        use TransactionStatus::{Confirmed, Failed, Recorded, Sent, Signed};
        for status in [Recorded, Signed, Sent] {
            let all = [
                record(Capture, status, false),
                record(Refund, status, false),
                record(Refund, status, false),
            ];
            let standing = of(&all);
            assert_eq!((standing.open_captures, standing.open_refunds), (Amount(100), Amount(200)));
            assert!(!standing.open_final);
            assert!(of(&[record(Capture, status, true)]).open_final);
            assert!(of(&[record(Void, status, false)]).open_final);
        }
        for status in [Confirmed, Failed] {
            let standing = of(&[record(Capture, status, true), record(Refund, status, false)]);
            assert_eq!((standing.open_captures, standing.open_refunds), (Amount(0), Amount(0)));
            assert!(!standing.open_final);
        }
    }
}
