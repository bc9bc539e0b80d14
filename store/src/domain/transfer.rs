//! Plain transfers to the merchant's wallet that name a payment by its address, as Solana Pay's transfer requests do.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Finality, GatewayPayment, Money};
use crate::Amount;

/// A row of `transfers`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::FromRow)]
pub struct TransferRecord {
    pub payment_id: String,
    pub signature: String,
    pub mint: String,
    pub decimals: i16,
    /// What arrived at the wallet's token accounts, in base units.
    pub amount: Amount,
    pub slot: i64,
    pub block_time: DateTime<Utc>,
    pub finalized: bool,
}

/// What transfers have brought, compared with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Exactly,
    TooLittle,
    TooMuch,
    /// With what came in time alone it would be too little.
    TooLate,
    /// Nothing of the token that was asked for.
    AnotherToken,
}

impl Received {
    /// Nothing when nothing was transferred.
    pub fn of(payment: &GatewayPayment, transfers: &[TransferRecord]) -> Option<Self> {
        if transfers.is_empty() {
            return None;
        }
        let deadline = payment.pay_by();
        let mut amounts = (0u64, 0u64);
        for transfer in transfers.iter().filter(|transfer| transfer.mint == payment.mint) {
            let (all, in_time) = &mut amounts;
            *all = all.saturating_add(transfer.amount.0);
            if transfer.block_time < deadline {
                *in_time = in_time.saturating_add(transfer.amount.0);
            }
        }
        Some(match amounts {
            (0, _) => Self::AnotherToken,
            (all, in_time) if in_time < payment.amount.0 && all > in_time => Self::TooLate,
            (all, _) if all < payment.amount.0 => Self::TooLittle,
            (all, _) if all == payment.amount.0 => Self::Exactly,
            _ => Self::TooMuch,
        })
    }

    /// The type of the event that tells the merchant.
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Exactly => "payment.transferred",
            Self::TooLittle => "payment.underpaid",
            Self::TooMuch => "payment.overpaid",
            Self::TooLate => "payment.late",
            Self::AnotherToken => "payment.mismatched",
        }
    }
}

/// A plain transfer that named the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transfer {
    /// The signature of the Solana transaction, in base58.
    pub signature: String,
    pub mint: String,
    /// What arrived at the merchant's wallet.
    pub amount: Money,
    pub slot: i64,
    /// The chain's clock in that slot.
    pub block_time: DateTime<Utc>,
    pub finality: Finality,
}

impl Transfer {
    pub fn new(record: &TransferRecord) -> Self {
        Self {
            signature: record.signature.clone(),
            mint: record.mint.clone(),
            amount: Money::new(record.amount, record.decimals.unsigned_abs() as u8),
            slot: record.slot,
            block_time: record.block_time,
            finality: if record.finalized { Finality::Finalized } else { Finality::Confirmed },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn received(transfers: &[(&str, u64, i64)]) -> Option<Received> {
        let payment = GatewayPayment {
            mint: "right".to_owned(),
            amount: Amount(100),
            authorization_expiry: at(1_000),
            ..GatewayPayment::default()
        };
        let records: Vec<_> = transfers
            .iter()
            .map(|(mint, amount, seconds)| TransferRecord {
                payment_id: "pay_1".to_owned(),
                signature: "signature".to_owned(),
                mint: (*mint).to_owned(),
                decimals: 2,
                amount: Amount(*amount),
                slot: 1,
                block_time: at(*seconds),
                finalized: false,
            })
            .collect();
        Received::of(&payment, &records)
    }

    #[test]
    fn what_came_is_compared_with_what_was_asked_for() {
        use Received::*;
        for (transfers, expected) in [
            (&[][..], None),
            (&[("right", 100, 1)][..], Some(Exactly)),
            (&[("right", 60, 1), ("right", 40, 2)], Some(Exactly)),
            (&[("right", 99, 1)], Some(TooLittle)),
            (&[("right", 99, 1), ("wrong", 1, 1)], Some(TooLittle)),
            (&[("right", 101, 1)], Some(TooMuch)),
            (&[("wrong", 100, 1)], Some(AnotherToken)),
            (&[("right", 100, 999)], Some(Exactly)),
            (&[("right", 100, 1_000)], Some(TooLate)),
            (&[("right", 99, 999), ("right", 1, 1_000)], Some(TooLate)),
            (&[("right", 1, 1_000)], Some(TooLate)),
            // Enough had come in time.
            (&[("right", 100, 999), ("right", 1, 1_000)], Some(TooMuch)),
        ] {
            assert_eq!(received(transfers), expected, "{transfers:?}");
        }
    }
}
