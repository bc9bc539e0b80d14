//! What became the merchant's, day by day.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgExecutor};

use super::Scope;

/// A day of one store in one token. Amounts are base units.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Settlement {
    pub day: NaiveDate,
    pub mint: Option<String>,
    pub symbol: Option<String>,
    pub decimals: Option<i16>,
    /// Nothing for payments that were not asked for here, and for sweeps.
    pub store_id: Option<String>,
    /// How many captures and plain transfers there were.
    pub captures: i64,
    /// What was captured, which is fee, shared and net, and what transfers brought, which is net.
    pub gross: Decimal,
    pub fee: Decimal,
    pub shared: Decimal,
    pub net: Decimal,
    pub refunds: i64,
    pub refunded: Decimal,
    /// Fees that left the vaults for the protocol.
    pub swept: Decimal,
}

/// The days of a period in which something was captured, transferred, refunded or swept.
pub async fn days(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    through: Option<i64>,
) -> sqlx::Result<Vec<Settlement>> {
    sqlx::query_as(
        "SELECT (block_time AT TIME ZONE 'UTC' + make_interval(secs => $7))::date AS day, mint, max(symbol) AS symbol,
             max(decimals) AS decimals, store_id,
             count(*) FILTER (WHERE kind NOT IN ('refund', 'sweep')) AS captures,
             coalesce(sum(amount) FILTER (WHERE kind NOT IN ('refund', 'sweep')), 0) AS gross,
             sum(fee) AS fee, sum(shared) AS shared, sum(net) AS net,
             count(*) FILTER (WHERE kind = 'refund') AS refunds,
             coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded,
             coalesce(sum(amount) FILTER (WHERE kind = 'sweep'), 0) AS swept
         FROM merchant_operations
         WHERE merchant = $1 AND block_time >= $2 AND block_time < $3 AND slot <= $4
           AND ($5::text IS NULL OR store_id = $5) AND ($6::text IS NULL OR mint = $6)
           AND kind IN ('charge', 'capture', 'release', 'resolve', 'transfer', 'refund', 'sweep')
         GROUP BY day, mint, store_id
         ORDER BY day, mint, store_id",
    )
    .bind(&scope.merchant)
    .bind(scope.from)
    .bind(scope.to)
    .bind(through)
    .bind(&scope.store_id)
    .bind(&scope.mint)
    .bind(f64::from(scope.offset_seconds))
    .fetch_all(db)
    .await
}
