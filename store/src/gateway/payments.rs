//! The payments that merchants asked for.

use sqlx::{FromRow, PgConnection, PgExecutor, Row, postgres::PgRow, types::Json};

use crate::domain::{ChainPayment, GatewayPayment, chain_payment_columns, gateway_payment_columns};

/// Writes a payment. `created_at` and `symbol` are the database's.
pub async fn insert(db: impl PgExecutor<'_>, payment: &GatewayPayment) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO payments (id, merchant_id, store_id, address, mint, token_program, decimals, shard, amount,
             capture_mode, authorization_expiry, refund_expiry, max_fee_bps, salt, order_reference, description,
             redirect_url, metadata, price_amount, price_currency, items, customer, splits, capture_from, arbiter,
             dispute_seconds, donation, accepts_transfer, decision, terms_id, duplicate_of, link_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
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
    .bind(&payment.link_id)
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

/// Takes the request back; returns whether it was not before.
pub async fn cancel(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE payments SET cancelled_at = now() WHERE id = $1 AND cancelled_at IS NULL")
        .bind(id)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What a merchant changes of a payment. Of each: nothing, or what it is set to.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    pub order_reference: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub metadata: Option<serde_json::Value>,
}

/// Changes a payment; returns whether anything is other than it was.
pub async fn amend(db: impl PgExecutor<'_>, id: &str, amendment: &Amendment) -> sqlx::Result<bool> {
    let Amendment { order_reference, description, metadata } = amendment;
    let done = sqlx::query(
        "UPDATE payments p
         SET order_reference = u.order_reference, description = u.description, metadata = u.metadata
         FROM (SELECT id, CASE WHEN $2 THEN $3 ELSE order_reference END AS order_reference,
                      CASE WHEN $4 THEN $5 ELSE description END AS description, coalesce($6, metadata) AS metadata
               FROM payments WHERE id = $1) u
         WHERE p.id = u.id
           AND (p.order_reference, p.description, p.metadata)
               IS DISTINCT FROM (u.order_reference, u.description, u.metadata)",
    )
    .bind(id)
    .bind(order_reference.is_some())
    .bind(order_reference.clone().flatten())
    .bind(description.is_some())
    .bind(description.clone().flatten())
    .bind(metadata)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
