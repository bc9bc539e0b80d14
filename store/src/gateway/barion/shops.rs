//! Shops that speak Barion's API: their keys, their payees, their currencies.

use std::collections::{BTreeMap, HashMap};

use sqlx::PgExecutor;

/// For how long payments of a shop can be refunded unless it says something else: a year.
pub const DEFAULT_REFUND_SECONDS: i64 = 365 * 86_400;

/// Whom a POSKey belongs to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Shop {
    pub store_id: String,
    pub store_name: String,
    /// Archived stores begin no payments; what they have begun goes on.
    pub is_closed: bool,
    pub merchant_id: String,
    /// The merchant's account on the chain, base58.
    pub merchant_address: String,
    pub merchant_name: String,
    /// The e-mail address that stands for the merchant itself, if it is known.
    pub payee: Option<String>,
}

/// The shop whose POSKey has this hash.
pub async fn by_key(db: impl PgExecutor<'_>, key_hash: &[u8; 32]) -> sqlx::Result<Option<Shop>> {
    sqlx::query_as(
        "SELECT s.id AS store_id, s.name AS store_name, s.archived_at IS NOT NULL AS is_closed,
                m.id AS merchant_id, m.address AS merchant_address, m.name AS merchant_name, b.payee
         FROM stores s JOIN merchants m ON m.id = s.merchant_id LEFT JOIN barion_shops b ON b.store_id = s.id
         WHERE s.pos_key_hash = $1",
    )
    .bind(&key_hash[..])
    .fetch_optional(db)
    .await
}

/// Gives a store of a merchant a POSKey in place of the one it had, and returns whether there is such a store.
pub async fn set_key(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: &str,
    key_hash: &[u8; 32],
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE stores SET pos_key_hash = $3 WHERE id = $1 AND merchant_id = $2 AND archived_at IS NULL",
    )
    .bind(store_id)
    .bind(merchant_id)
    .bind(&key_hash[..])
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How a shop's requests are read.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Settings {
    /// The e-mail address that stands for the merchant itself, in lower case.
    pub payee: Option<String>,
    /// By currency: symbols or mints, the preferred one first.
    #[sqlx(json)]
    pub currency_tokens: BTreeMap<String, Vec<String>>,
    pub refund_seconds: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { payee: None, currency_tokens: BTreeMap::new(), refund_seconds: DEFAULT_REFUND_SECONDS }
    }
}

pub async fn settings(db: impl PgExecutor<'_>, store_id: &str) -> sqlx::Result<Settings> {
    let found =
        sqlx::query_as("SELECT payee, currency_tokens, refund_seconds FROM barion_shops WHERE store_id = $1")
            .bind(store_id)
            .fetch_optional(db)
            .await?;
    Ok(found.unwrap_or_default())
}

pub async fn put_settings(db: impl PgExecutor<'_>, store_id: &str, settings: &Settings) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO barion_shops (store_id, payee, currency_tokens, refund_seconds) VALUES ($1, $2, $3, $4)
         ON CONFLICT (store_id) DO UPDATE
         SET payee = excluded.payee, currency_tokens = excluded.currency_tokens,
             refund_seconds = excluded.refund_seconds",
    )
    .bind(store_id)
    .bind(&settings.payee)
    .bind(sqlx::types::Json(&settings.currency_tokens))
    .bind(settings.refund_seconds)
    .execute(db)
    .await
    .map(drop)
}

/// Says whose wallet an e-mail address means. It is kept in lower case.
pub async fn put_payee(
    db: impl PgExecutor<'_>,
    store_id: &str,
    email: &str,
    wallet: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO barion_payees (store_id, email, wallet) VALUES ($1, lower($2), $3)
         ON CONFLICT (store_id, email) DO UPDATE SET wallet = excluded.wallet",
    )
    .bind(store_id)
    .bind(email)
    .bind(wallet)
    .execute(db)
    .await
    .map(drop)
}

/// Forgets a payee, and returns whether there was one. Payments that were begun keep their shares.
pub async fn delete_payee(db: impl PgExecutor<'_>, store_id: &str, email: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM barion_payees WHERE store_id = $1 AND email = lower($2)")
        .bind(store_id)
        .bind(email)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The payees of a store: wallets by e-mail address.
pub async fn payees(db: impl PgExecutor<'_>, store_id: &str) -> sqlx::Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT email, wallet FROM barion_payees WHERE store_id = $1 ORDER BY email")
            .bind(store_id)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}

/// The mints for which the merchant at `address` has an open vault, with their symbols if they have one, by symbol.
pub async fn accepted(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Vec<(String, Option<String>)>> {
    sqlx::query_as(
        "SELECT v.mint, t.symbol FROM chain.vaults v LEFT JOIN tokens t ON t.mint = v.mint
         WHERE v.merchant = $1 AND v.accepting
         GROUP BY v.mint, t.symbol ORDER BY t.symbol NULLS LAST, v.mint",
    )
    .bind(address)
    .fetch_all(db)
    .await
}

/// The mints of symbols.
pub async fn mints_of(db: impl PgExecutor<'_>, symbols: &[String]) -> sqlx::Result<HashMap<String, String>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT symbol, mint FROM tokens WHERE symbol = ANY($1)")
            .bind(symbols)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().collect())
}
