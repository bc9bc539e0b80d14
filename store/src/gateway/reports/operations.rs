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
    /// As transactions are named, `payout`, `sweep` of fees out of a vault, or `transfer` from a customer straight to
    /// the merchant's wallet.
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
    /// What was paid to the merchant's wallet: payouts, captures that paid out at once, and plain transfers.
    Payouts,
}

/// A page of a view of operations. It is cut before it is put together with another view's, so that each is read in
/// the order of an index and no further than the page goes. The index is entered at the cursor's time also by a plan
/// that was made for all values.
macro_rules! page_of {
    ($view:literal) => {
        concat!(
            "(SELECT block_time, slot, transaction_index, instruction, inner_index, signature, kind, mint, symbol,
                  decimals, transaction_id, payment_id, store_id, order_reference, amount, fee, shared, net, returned,
                  paid_out
              FROM ",
            $view,
            " WHERE merchant = $1 AND block_time >= greatest($2, $8) AND block_time < $3 AND slot <= $4
                AND ($5::text IS NULL OR store_id = $5) AND ($6::text IS NULL OR mint = $6)
                AND CASE WHEN $7 THEN kind = 'payout' OR paid_out > 0 ELSE kind NOT IN ('payout', 'sweep') END
                AND ($8::timestamptz IS NULL OR (block_time, slot, transaction_index, instruction, inner_index)
                    > ($8, $9, $10, $11, $12))
              ORDER BY block_time, slot, transaction_index, instruction, inner_index
              LIMIT $13)"
        )
    };
}

/// At most `limit` operations behind `after`, oldest first. A transfer stands behind the other operations of its slot.
pub async fn page(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    through: Option<i64>,
    which: Which,
    after: Option<Place>,
    limit: i64,
) -> sqlx::Result<Vec<Operation>> {
    sqlx::query_as(concat!(
        page_of!("merchant_event_operations"),
        " UNION ALL ",
        page_of!("merchant_transfer_operations"),
        " ORDER BY block_time, slot, transaction_index, instruction, inner_index LIMIT $13"
    ))
    .bind(&scope.merchant)
    .bind(scope.from)
    .bind(scope.to)
    .bind(through)
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
