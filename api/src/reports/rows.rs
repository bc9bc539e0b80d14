//! The lines of reports. Amounts are decimal text in units of the token.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use till_store::gateway::reports::{
    ledger::{Holding, Line},
    operations::Operation,
    settlements::Settlement,
};
use utoipa::ToSchema;

use super::csv::{Row, text};

/// Base units in units of a token with so many decimals: plain digits, exact.
pub fn units(base_units: Decimal, decimals: Option<i16>) -> String {
    let decimals = usize::from(decimals.unwrap_or_default().unsigned_abs());
    let (sign, digits) = match base_units.normalize().to_string() {
        text if text.starts_with('-') => ("-", text[1..].to_owned()),
        text => ("", text),
    };
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    format!("{sign}{whole}.{fraction}")
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One operation of a payment, or a plain transfer that named it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransactionRow {
    pub time: DateTime<Utc>,
    pub slot: i64,
    pub signature: String,
    /// As transactions are named, or `transfer`: all of it went to the merchant's wallet, and is net.
    #[schema(example = "capture")]
    pub kind: String,
    /// Nothing of a transfer.
    pub transaction: Option<String>,
    /// Nothing where the payment was not asked for here.
    pub payment: Option<String>,
    pub store: Option<String>,
    pub order_reference: Option<String>,
    pub mint: Option<String>,
    pub symbol: Option<String>,
    pub amount: String,
    /// Of a captured amount, as the next two: all three are the amount.
    pub fee: String,
    /// What payees beside the merchant got.
    pub shared: String,
    pub net: String,
    /// What went back to the payer beside the amount.
    pub returned: String,
}

impl From<Operation> for TransactionRow {
    fn from(it: Operation) -> Self {
        let units = |amount| units(amount, it.decimals);
        Self {
            time: it.place.block_time,
            slot: it.place.slot,
            amount: units(it.amount),
            fee: units(it.fee),
            shared: units(it.shared),
            net: units(it.net),
            returned: units(it.returned),
            signature: it.signature,
            kind: it.kind,
            transaction: it.transaction_id,
            payment: it.payment_id,
            store: it.store_id,
            order_reference: it.order_reference,
            mint: it.mint,
            symbol: it.symbol,
        }
    }
}

impl Row for TransactionRow {
    const COLUMNS: &'static [&'static str] = &[
        "time",
        "slot",
        "signature",
        "kind",
        "transaction",
        "payment",
        "store",
        "order_reference",
        "mint",
        "symbol",
        "amount",
        "fee",
        "shared",
        "net",
        "returned",
    ];

    fn cells(&self) -> Vec<String> {
        let own = |cell: &Option<String>| cell.clone().unwrap_or_default();
        vec![
            time(self.time),
            self.slot.to_string(),
            self.signature.clone(),
            self.kind.clone(),
            own(&self.transaction),
            own(&self.payment),
            own(&self.store),
            text(self.order_reference.as_deref()),
            own(&self.mint),
            text(self.symbol.as_deref()),
            self.amount.clone(),
            self.fee.clone(),
            self.shared.clone(),
            self.net.clone(),
            self.returned.clone(),
        ]
    }
}

/// Money that was paid to the merchant's wallet.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutRow {
    pub time: DateTime<Utc>,
    pub slot: i64,
    pub signature: String,
    /// `payout` of the balance, the operation that paid at once, or `transfer` by a customer.
    #[schema(example = "payout")]
    pub kind: String,
    /// Of an operation that paid at once, and of a transfer.
    pub payment: Option<String>,
    pub store: Option<String>,
    pub mint: Option<String>,
    pub symbol: Option<String>,
    pub amount: String,
}

impl From<Operation> for PayoutRow {
    fn from(it: Operation) -> Self {
        let amount = if it.kind == "payout" { it.amount } else { it.paid_out };
        Self {
            time: it.place.block_time,
            slot: it.place.slot,
            amount: units(amount, it.decimals),
            signature: it.signature,
            kind: it.kind,
            payment: it.payment_id,
            store: it.store_id,
            mint: it.mint,
            symbol: it.symbol,
        }
    }
}

impl Row for PayoutRow {
    const COLUMNS: &'static [&'static str] =
        &["time", "slot", "signature", "kind", "payment", "store", "mint", "symbol", "amount"];

    fn cells(&self) -> Vec<String> {
        let own = |cell: &Option<String>| cell.clone().unwrap_or_default();
        vec![
            time(self.time),
            self.slot.to_string(),
            self.signature.clone(),
            self.kind.clone(),
            own(&self.payment),
            own(&self.store),
            own(&self.mint),
            text(self.symbol.as_deref()),
            self.amount.clone(),
        ]
    }
}

/// What became the merchant's on one day, of one store and token.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementRow {
    pub day: NaiveDate,
    /// Nothing for payments that were not asked for here.
    pub store: Option<String>,
    pub mint: Option<String>,
    pub symbol: Option<String>,
    /// How many captures and plain transfers there were.
    pub captures: i64,
    /// What was captured and transferred: fee, shared and net. A transfer is net alone.
    pub gross: String,
    pub fee: String,
    pub shared: String,
    pub net: String,
    pub refunds: i64,
    pub refunded: String,
}

impl From<Settlement> for SettlementRow {
    fn from(it: Settlement) -> Self {
        let units = |amount| units(amount, it.decimals);
        Self {
            day: it.day,
            captures: it.captures,
            gross: units(it.gross),
            fee: units(it.fee),
            shared: units(it.shared),
            net: units(it.net),
            refunds: it.refunds,
            refunded: units(it.refunded),
            store: it.store_id,
            mint: it.mint,
            symbol: it.symbol,
        }
    }
}

impl Row for SettlementRow {
    const COLUMNS: &'static [&'static str] = &[
        "day", "store", "mint", "symbol", "captures", "gross", "fee", "shared", "net", "refunds", "refunded",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.day.to_string(),
            self.store.clone().unwrap_or_default(),
            self.mint.clone().unwrap_or_default(),
            text(self.symbol.as_deref()),
            self.captures.to_string(),
            self.gross.clone(),
            self.fee.clone(),
            self.shared.clone(),
            self.net.clone(),
            self.refunds.to_string(),
            self.refunded.clone(),
        ]
    }
}

/// The protocol's fees of one day, of one store and token.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeeRow {
    pub day: NaiveDate,
    pub store: Option<String>,
    pub mint: Option<String>,
    pub symbol: Option<String>,
    /// What of captured money became the protocol's.
    pub charged: String,
    /// What of the fees left the merchant's vaults.
    pub swept: String,
}

impl From<Settlement> for FeeRow {
    fn from(it: Settlement) -> Self {
        let (charged, swept) = (units(it.fee, it.decimals), units(it.swept, it.decimals));
        Self { day: it.day, store: it.store_id, mint: it.mint, symbol: it.symbol, charged, swept }
    }
}

impl Row for FeeRow {
    const COLUMNS: &'static [&'static str] = &["day", "store", "mint", "symbol", "charged", "swept"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.day.to_string(),
            self.store.clone().unwrap_or_default(),
            self.mint.clone().unwrap_or_default(),
            text(self.symbol.as_deref()),
            self.charged.clone(),
            self.swept.clone(),
        ]
    }
}

/// What a merchant's vaults hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldingRow {
    /// Not captured.
    pub escrow: String,
    /// The merchant's.
    pub balance: String,
    /// The protocol's.
    pub fees: String,
}

impl HoldingRow {
    pub fn new(holding: Holding, decimals: Option<i16>) -> Self {
        let units = |amount| units(amount, decimals);
        Self { escrow: units(holding.escrow), balance: units(holding.balance), fees: units(holding.fees) }
    }
}

/// What one event moved into the parts of a vault, or out of them (negative).
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerRow {
    pub time: DateTime<Utc>,
    pub slot: i64,
    pub signature: String,
    /// As the program names it.
    #[schema(example = "PaymentCaptured")]
    pub event: String,
    pub vault: String,
    pub payment: Option<String>,
    pub order_reference: Option<String>,
    #[serde(flatten)]
    pub moved: HoldingRow,
}

impl LedgerRow {
    pub fn new(line: Line, decimals: Option<i16>) -> Self {
        Self {
            time: line.place.block_time,
            slot: line.place.slot,
            signature: line.signature,
            event: line.event,
            vault: line.vault,
            payment: line.payment_id,
            order_reference: line.order_reference,
            moved: HoldingRow::new(line.moved, decimals),
        }
    }
}

impl Row for LedgerRow {
    const COLUMNS: &'static [&'static str] = &[
        "time",
        "slot",
        "signature",
        "event",
        "vault",
        "payment",
        "order_reference",
        "escrow",
        "balance",
        "fees",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            time(self.time),
            self.slot.to_string(),
            self.signature.clone(),
            self.event.clone(),
            self.vault.clone(),
            self.payment.clone().unwrap_or_default(),
            text(self.order_reference.as_deref()),
            self.moved.escrow.clone(),
            self.moved.balance.clone(),
            self.moved.fees.clone(),
        ]
    }
}

/// One bucket of a time series.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointRow {
    pub time: DateTime<Utc>,
    #[schema(example = "25.00")]
    pub value: String,
}

impl Row for PointRow {
    const COLUMNS: &'static [&'static str] = &["time", "value"];

    fn cells(&self) -> Vec<String> {
        vec![time(self.time), self.value.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_plain_and_exact() {
        for (base_units, decimals, written) in [
            ("25000000", Some(6), "25.000000"),
            ("-1", Some(6), "-0.000001"),
            ("0", Some(2), "0.00"),
            ("7", None, "7"),
            ("18446744073709551615", Some(9), "18446744073.709551615"),
        ] {
            assert_eq!(units(base_units.parse().unwrap(), decimals), written);
        }
    }
}
