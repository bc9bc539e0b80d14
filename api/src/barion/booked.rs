//! A payment as both sides know it: what Barion calls it and what it is here.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use till_store::domain::{Payment, TransactionKind, TransactionStatus as Progress};
use till_store::gateway::barion::payments::{self, BarionPayment};
use till_store::gateway::barion::shops::Shop;
use till_store::gateway::barion::transactions::{self, BarionRefund, BarionTransaction};
use till_store::view;

use super::answers::{ProcessedTransaction, stamp};
use super::caller::guid;
use super::error::{ErrorCode, Refusal};
use super::status::{Facts, PaymentStatus, PaymentType, TransactionStatus};

const PREFIX: &str = "pay_";

/// Everything that is known of a payment.
#[derive(Clone, Debug)]
pub struct Booked {
    pub words: BarionPayment,
    pub kind: PaymentType,
    pub payment: Payment,
    /// The parts, each followed by its shares.
    pub transactions: Vec<BarionTransaction>,
    pub refunds: Vec<BarionRefund>,
}

/// The id of ours for one of Barion's, in whichever form it is written.
pub fn our_id(payment_id: Option<&str>) -> Result<String, Refusal> {
    let given = payment_id.map(str::trim).filter(|id| !id.is_empty());
    let given = given.ok_or_else(|| Refusal::invalid("The PaymentId field is required."))?;
    let digits = guid(given).ok_or_else(|| Refusal::invalid("The PaymentId field is not a GUID."))?;
    Ok(format!("{PREFIX}{digits}"))
}

/// The id of Barion's for one of ours.
pub fn their_id(payment_id: &str) -> &str {
    payment_id.strip_prefix(PREFIX).unwrap_or(payment_id)
}

impl Booked {
    /// A payment of the shop.
    pub async fn load(db: &mut PgConnection, shop: &Shop, payment_id: &str) -> Result<Self, Refusal> {
        let unknown = || {
            let digits = their_id(payment_id);
            Refusal::new(ErrorCode::NotExistingPaymentId, format!("there is no payment {digits}"))
                .about(digits)
        };
        let words = payments::find(&mut *db, &shop.store_id, payment_id).await?.ok_or_else(unknown)?;
        let kind =
            PaymentType::parse(&words.payment_type).ok_or_else(|| anyhow::anyhow!("an unknown type"))?;
        let payment = view::payment(&mut *db, &shop.merchant_id, Some(&shop.store_id), payment_id)
            .await?
            .ok_or_else(unknown)?;
        let transactions = transactions::of(&mut *db, payment_id).await?;
        let refunds = transactions::refunds(&mut *db, payment_id).await?;
        Ok(Self { words, kind, payment, transactions, refunds })
    }

    pub fn id(&self) -> &str {
        their_id(&self.words.payment_id)
    }

    /// The parts, without their shares.
    pub fn parts(&self) -> impl Iterator<Item = &BarionTransaction> {
        self.transactions.iter().filter(|transaction| transaction.related_id.is_none())
    }

    /// What was asked for, in the payment's currency.
    pub fn price(&self) -> Decimal {
        self.parts().map(|part| part.total).sum()
    }

    pub fn status(&self, now: DateTime<Utc>) -> PaymentStatus {
        PaymentStatus::of(Facts {
            kind: self.kind,
            standing: self.payment.status,
            is_cancelled: self.payment.cancelled_at.is_some(),
            window_is_over: now >= self.words.valid_until,
            is_under_way: self.is_under_way(),
            ran_out: self.ran_out(),
            takes_nothing: self.parts().all(|part| part.finished().is_some_and(|total| total.is_zero())),
        })
    }

    fn is_under_way(&self) -> bool {
        self.payment.transactions.iter().any(|transaction| {
            matches!(transaction.kind, TransactionKind::Capture | TransactionKind::Void)
                && !matches!(transaction.status, Progress::Confirmed | Progress::Failed)
        })
    }

    /// Whether it was taken back, or all of it went back, because it was not paid or not finished in time, and not
    /// because somebody said so.
    fn ran_out(&self) -> bool {
        if self.payment.cancelled_at.is_some_and(|at| at >= self.words.valid_until) {
            return true;
        }
        let voided = self.payment.transactions.iter().rfind(|row| row.kind == TransactionKind::Void);
        let end = self.period_end();
        voided.is_some_and(|row| end.is_some_and(|end| row.created_at >= end))
    }

    /// When it was paid.
    pub fn paid_at(&self) -> Option<DateTime<Utc>> {
        let confirmed = |status| status == Progress::Confirmed;
        let rows = &self.payment.transactions;
        rows.iter().find(|row| row.kind.opens() && confirmed(row.status)).map(|row| row.created_at)
    }

    /// Until when it can be finished or captured: so long after it was paid, and never longer than the chain holds the
    /// money.
    pub fn period_end(&self) -> Option<DateTime<Utc>> {
        let period = TimeDelta::seconds(self.words.period_seconds?);
        Some((self.paid_at()? + period).min(self.payment.authorization_expires_at))
    }

    /// What of a part can be, or was, taken: what it was finished with, and all of it where nothing is to be finished.
    pub fn taken(&self, part: &BarionTransaction) -> Decimal {
        match self.kind {
            PaymentType::Immediate => part.total,
            _ => part.finished().unwrap_or_default(),
        }
    }

    /// What of a part was, or is being, refunded.
    pub fn refunded(&self, part: &BarionTransaction) -> Decimal {
        let live = self.refunds.iter().filter(|refund| refund.status != Progress::Failed);
        live.filter(|refund| refund.transaction_id == part.id).map(|refund| refund.amount).sum()
    }

    pub fn status_of(&self, transaction: &BarionTransaction, now: DateTime<Utc>) -> TransactionStatus {
        // A share stands where its part stands.
        let part = self.parts().find(|part| Some(&part.id) == transaction.related_id.as_ref());
        let finished = part.unwrap_or(transaction).finished();
        TransactionStatus::of(
            self.status(now),
            self.kind,
            finished.is_some(),
            finished.is_some_and(|total| total.is_zero()),
        )
    }

    /// The parts and shares as the short form has them.
    pub fn processed(&self, now: DateTime<Utc>) -> Vec<ProcessedTransaction> {
        let short = |transaction: &BarionTransaction| ProcessedTransaction {
            pos_transaction_id: transaction.pos_transaction_id.clone(),
            transaction_id: transaction.id.clone(),
            status: self.status_of(transaction, now),
            currency: self.words.currency.clone(),
            transaction_time: stamp(self.time_of(transaction)),
            related_id: transaction.related_id.clone(),
        };
        self.transactions.iter().map(short).collect()
    }

    /// When a transaction last became something else.
    pub fn time_of(&self, transaction: &BarionTransaction) -> DateTime<Utc> {
        transaction.finished_at.or(self.paid_at()).unwrap_or(self.payment.created_at)
    }
}
