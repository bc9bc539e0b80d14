//! What the chain says of a payment.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, Row, postgres::PgRow};

use super::Outcome;
use crate::Amount;

/// How a payment on the chain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPayment {
    pub payer: String,
    pub capturable: Amount,
    pub captured: Amount,
    pub refunded: Amount,
    pub fees: Amount,
    /// Before it the merchant cannot capture by itself.
    pub capture_from: Option<DateTime<Utc>>,
    /// Who decides a dispute, if there can be one.
    pub arbiter: Option<String>,
    /// Until when the open dispute can be decided; nothing when none is open.
    pub dispute_expiry: Option<DateTime<Utc>>,
    /// In the order of the terms.
    pub splits: Vec<ChainSplit>,
    pub outcome: Option<Outcome>,
    pub sequence: i64,
    pub closed: bool,
    /// Of the last change.
    pub slot: i64,
}

/// A payee's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSplit {
    pub wallet: String,
    pub bps: i32,
    /// In sum.
    pub paid: Amount,
}

/// The columns of a [`ChainPayment`], as text: of `chain.payments` by the name of `c`. What a payment has under the same
/// name has another one here: both are read from one row.
macro_rules! chain_payment_columns {
    () => {
        "c.payer, c.capturable, c.captured, c.refunded, c.fees, c.capture_from AS chain_capture_from,
         c.arbiter AS chain_arbiter, c.dispute_expiry, c.outcome, c.sequence, c.closed, c.slot,
         ARRAY(SELECT ROW(s.wallet, s.bps, s.paid::numeric) FROM chain.payment_splits s WHERE s.payment = c.address
               ORDER BY s.position) AS shares"
    };
}
pub(crate) use chain_payment_columns;

impl FromRow<'_, PgRow> for ChainPayment {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let splits: Vec<(String, i32, Amount)> = row.try_get("shares")?;
        Ok(Self {
            payer: row.try_get("payer")?,
            capturable: row.try_get("capturable")?,
            captured: row.try_get("captured")?,
            refunded: row.try_get("refunded")?,
            fees: row.try_get("fees")?,
            capture_from: row.try_get("chain_capture_from")?,
            arbiter: row.try_get("chain_arbiter")?,
            dispute_expiry: row.try_get("dispute_expiry")?,
            splits: splits.into_iter().map(|(wallet, bps, paid)| ChainSplit { wallet, bps, paid }).collect(),
            outcome: row.try_get("outcome")?,
            sequence: row.try_get("sequence")?,
            closed: row.try_get("closed")?,
            slot: row.try_get("slot")?,
        })
    }
}

impl ChainPayment {
    /// With no payer, no money and no change yet.
    pub fn unpaid() -> Self {
        Self {
            payer: String::new(),
            capturable: Amount::ZERO,
            captured: Amount::ZERO,
            refunded: Amount::ZERO,
            fees: Amount::ZERO,
            capture_from: None,
            arbiter: None,
            dispute_expiry: None,
            splits: Vec::new(),
            outcome: None,
            sequence: 0,
            closed: false,
            slot: 0,
        }
    }

    /// What of the captured money has not been paid back; nothing once the payment is closed.
    pub fn refundable(&self) -> Amount {
        if self.closed {
            return Amount::ZERO;
        }
        self.captured.checked_sub(self.refunded).unwrap_or_default()
    }
}
