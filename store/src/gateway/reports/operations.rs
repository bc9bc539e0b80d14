//! A merchant's operations, one by one.

use rust_decimal::Decimal;
use sqlx::{FromRow, PgExecutor};

use super::{Place, Scope};

/// One operation. Amounts are base units.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Operation {
    #[sqlx(flatten)]
    pub place: Place,
    pub signature: String,
    /// As transactions are named, `payout`, or `sweep` of fees out of a vault.
    pub kind: String,
    /// Nothing where the vault was opened before the first slot that was indexed.
    pub mint: Option<String>,
    pub symbol: Option<String>,
    pub decimals: Option<i16>,
    pub transaction_id: Option<String>,
    /// Nothing where the payment was not asked for here.
    pub payment_id: Option<String>,
    pub store_id: Option<String>,
    pub order_reference: Option<String>,
    pub amount: Decimal,
    pub fee: Decimal,
    pub shared: Decimal,
    pub net: Decimal,
    pub returned: Decimal,
    /// Of the net, what was paid to the wallet in the same moment.
    pub paid_out: Decimal,
}

/// Which operations are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of payments.
    OfPayments,
    /// What was paid to the merchant's wallet: payouts, and captures that paid out at once.
    Payouts,
}

/// At most `limit` operations behind `after`, oldest first.
pub async fn page(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    which: Which,
    after: Option<Place>,
    limit: i64,
) -> sqlx::Result<Vec<Operation>> {
    sqlx::query_as(
        "SELECT block_time, slot, transaction_index, instruction, inner_index, signature, kind, mint, symbol, decimals,
             transaction_id, payment_id, store_id, order_reference, amount, fee, shared, net, returned, paid_out
         FROM merchant_operations
         WHERE merchant = $1 AND block_time >= $2 AND block_time < $3
           AND ($4::text IS NULL OR store_id = $4) AND ($5::text IS NULL OR mint = $5)
           AND CASE WHEN $6 THEN kind = 'payout' OR paid_out > 0 ELSE kind NOT IN ('payout', 'sweep') END
           AND ($7::timestamptz IS NULL OR (block_time, slot, transaction_index, instruction, inner_index)
               > ($7, $8, $9, $10, $11))
         ORDER BY block_time, slot, transaction_index, instruction, inner_index
         LIMIT $12",
    )
    .bind(&scope.merchant)
    .bind(scope.from)
    .bind(scope.to)
    .bind(&scope.store_id)
    .bind(&scope.mint)
    .bind(which == Which::Payouts)
    .bind(after.map(|place| place.block_time))
    .bind(after.map(|place| place.slot))
    .bind(after.map(|place| place.transaction_index))
    .bind(after.map(|place| place.instruction))
    .bind(after.map(|place| place.inner_index))
    .bind(limit)
    .fetch_all(db)
    .await
}
