//! The payments that merchants asked for.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection, PgExecutor, Row, postgres::PgRow, types::Json};

use crate::domain::{ChainPayment, GatewayPayment, chain_payment_columns, gateway_payment_columns};

/// Writes a payment. `created_at` and `symbol` are the database's.
pub async fn insert(db: impl PgExecutor<'_>, payment: &GatewayPayment) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO payments (id, merchant_id, store_id, address, mint, token_program, decimals, shard, amount,
             capture_mode, authorization_expiry, refund_expiry, max_fee_bps, salt, order_reference, description,
             redirect_url, metadata, price_amount, price_currency, items, customer, splits, capture_from, arbiter,
             dispute_seconds, donation, accepts_transfer, decision, terms_id, duplicate_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26, $27, $28, $29, $30, $31)",
    )
    .bind(&payment.id)
    .bind(&payment.merchant_id)
    .bind(&payment.store_id)
    .bind(&payment.address)
    .bind(&payment.mint)
    .bind(&payment.token_program)
    .bind(payment.decimals)
    .bind(payment.shard)
    .bind(payment.amount)
    .bind(&payment.capture_mode)
    .bind(payment.authorization_expiry)
    .bind(payment.refund_expiry)
    .bind(payment.max_fee_bps)
    .bind(payment.salt)
    .bind(&payment.order_reference)
    .bind(&payment.description)
    .bind(&payment.redirect_url)
    .bind(&payment.metadata)
    .bind(payment.price_amount)
    .bind(&payment.price_currency)
    .bind(Json(&payment.items))
    .bind(payment.customer.as_ref().map(Json))
    .bind(Json(&payment.splits))
    .bind(payment.capture_from)
    .bind(&payment.arbiter)
    .bind(payment.dispute_seconds)
    .bind(payment.donation.as_ref().map(Json))
    .bind(payment.accepts_transfer)
    .bind(payment.decision.as_ref().map(Json))
    .bind(&payment.terms_id)
    .bind(&payment.duplicate_of)
    .execute(db)
    .await
    .map(drop)
}

/// A payment of any merchant, with what is needed to pay it or to act on it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownPayment {
    pub payment: GatewayPayment,
    /// The merchant's account on the chain, base58.
    pub merchant_address: String,
    pub merchant_name: String,
    /// The wallet that captured money is paid to, once the merchant has been seen on the chain.
    pub payout_wallet: Option<String>,
    /// What the chain says, if it has been seen there.
    pub chain: Option<ChainPayment>,
}

impl FromRow<'_, PgRow> for KnownPayment {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let seen: bool = row.try_get("seen")?;
        let mut payment = GatewayPayment::from_row(row)?;
        payment.shard = row.try_get::<Option<i32>, _>("paid_shard")?.unwrap_or(payment.shard);
        Ok(Self {
            payment,
            merchant_address: row.try_get("merchant_address")?,
            merchant_name: row.try_get("merchant_name")?,
            payout_wallet: row.try_get("payout_wallet")?,
            chain: if seen { Some(ChainPayment::from_row(row)?) } else { None },
        })
    }
}

/// The payment with this id, whoever's it is. Once it has been paid its shard is the one on the chain:
/// the payer may have chosen any vault of the merchant for this mint.
pub async fn find(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<Option<KnownPayment>> {
    sqlx::query_as(concat!(
        "SELECT ",
        gateway_payment_columns!(),
        ", v.shard AS paid_shard, m.address AS merchant_address, m.name AS merchant_name, w.payout_wallet,
           c.address IS NOT NULL AS seen, ",
        chain_payment_columns!(),
        "
         FROM payments p
         JOIN merchants m ON m.id = p.merchant_id
         LEFT JOIN tokens t ON t.mint = p.mint
         LEFT JOIN chain.merchants w ON w.address = m.address
         LEFT JOIN chain.payments c ON c.address = p.address
         LEFT JOIN chain.vaults v ON v.address = c.vault
         WHERE p.id = $1",
    ))
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Locks a payment of a merchant (with a `store_id`, of that store alone) until the end of the transaction,
/// and returns whether there is one. The indexer, which only refers to the row, is not held up.
pub async fn lock(
    db: &mut PgConnection,
    merchant_id: &str,
    store_id: Option<&str>,
    id: &str,
) -> sqlx::Result<bool> {
    let found = sqlx::query(
        "SELECT 1 FROM payments
         WHERE id = $1 AND merchant_id = $2 AND ($3::text IS NULL OR store_id = $3)
         FOR NO KEY UPDATE",
    )
    .bind(id)
    .bind(merchant_id)
    .bind(store_id)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Where in the list a payment stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Position {
    pub created_at: DateTime<Utc>,
    pub id: String,
}

/// At most `limit` payments of a merchant, newest first: those after `after`, and of `store_id` and
/// `order_reference` alone if they are given.
pub async fn list(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: Option<&str>,
    order_reference: Option<&str>,
    after: Option<&Position>,
    limit: i64,
) -> sqlx::Result<Vec<Position>> {
    sqlx::query_as(
        "SELECT created_at, id FROM payments
         WHERE merchant_id = $1
           AND ($6::text IS NULL OR store_id = $6)
           AND ($2::text IS NULL OR order_reference = $2)
           AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4))
         ORDER BY created_at DESC, id DESC
         LIMIT $5",
    )
    .bind(merchant_id)
    .bind(order_reference)
    .bind(after.map(|position| position.created_at))
    .bind(after.map(|position| position.id.as_str()))
    .bind(limit)
    .bind(store_id)
    .fetch_all(db)
    .await
}
