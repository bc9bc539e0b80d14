//! Payments of a merchant, newest first, and what they can be found by.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgExecutor;

/// Where in the list a payment stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Position {
    pub created_at: DateTime<Utc>,
    pub id: String,
}

/// What payments must have to be listed. What is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub store_id: Option<String>,
    pub order_reference: Option<String>,
    pub customer_reference: Option<String>,
    /// The wallet that has paid.
    pub payer: Option<String>,
    /// The mint's address or its symbol, of the token that the payment is in.
    pub token: Option<String>,
    pub created_from: Option<DateTime<Utc>>,
    /// Not itself.
    pub created_until: Option<DateTime<Utc>>,
    /// In units of each payment's token.
    pub amount_from: Option<Decimal>,
    pub amount_to: Option<Decimal>,
    pub metadata: Option<(String, String)>,
    /// The payment link that made them.
    pub link: Option<String>,
}

/// At most `limit` payments of a merchant that `filter` lets through, newest first: those after `after`.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    filter: &Filter,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<Position>> {
    let (key, value) = filter.metadata.clone().unzip();
    sqlx::query_as(
        "SELECT p.created_at, p.id FROM payments p
         WHERE p.merchant_id = $1
           AND ($2::timestamptz IS NULL OR (p.created_at, p.id) < ($2, $3))
           AND ($5::text IS NULL OR p.store_id = $5)
           AND ($6::text IS NULL OR p.order_reference = $6)
           AND ($7::text IS NULL OR p.customer ->> 'reference' = $7)
           AND ($8::text IS NULL OR EXISTS (
                   SELECT FROM chain.payments c WHERE c.address = p.address AND c.payer = $8))
           AND ($9::text IS NULL OR p.mint = $9 OR p.mint = (SELECT mint FROM tokens WHERE symbol = $9))
           AND ($10::timestamptz IS NULL OR p.created_at >= $10)
           AND ($11::timestamptz IS NULL OR p.created_at < $11)
           AND ($12::numeric IS NULL OR p.amount >= $12 * power(10::numeric, p.decimals))
           AND ($13::numeric IS NULL OR p.amount <= $13 * power(10::numeric, p.decimals))
           AND ($14::text IS NULL OR p.metadata ->> $14 = $15)
           AND ($16::text IS NULL OR p.link_id = $16)
         ORDER BY p.created_at DESC, p.id DESC
         LIMIT $4",
    )
    .bind(merchant_id)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .bind(&filter.store_id)
    .bind(&filter.order_reference)
    .bind(&filter.customer_reference)
    .bind(&filter.payer)
    .bind(&filter.token)
    .bind(filter.created_from)
    .bind(filter.created_until)
    .bind(filter.amount_from)
    .bind(filter.amount_to)
    .bind(key)
    .bind(value)
    .bind(&filter.link)
    .fetch_all(db)
    .await
}
