//! Merchants: who an account on the chain is here.

use sqlx::{PgConnection, PgExecutor};

use crate::ids::Kind;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Merchant {
    pub id: String,
    /// The merchant's account on the chain, base58.
    pub address: String,
    pub name: String,
}

/// The merchant of the account at `address`, created with one store if it is not known
/// yet, and renamed if it is.
pub async fn upsert(db: impl PgExecutor<'_>, address: &str, name: &str) -> sqlx::Result<Merchant> {
    sqlx::query_as(
        "WITH merchant AS (
             INSERT INTO merchants (id, address, name) VALUES ($1, $2, $3)
             ON CONFLICT (address) DO UPDATE SET name = excluded.name
             RETURNING id, address, name
         ), store AS (
             INSERT INTO stores (id, merchant_id, name, is_default) SELECT $4, id, name, true FROM merchant
             ON CONFLICT (merchant_id) WHERE is_default DO NOTHING
         )
         SELECT id, address, name FROM merchant",
    )
    .bind(Kind::Merchant.random())
    .bind(address)
    .bind(name)
    .bind(Kind::Store.random())
    .fetch_one(db)
    .await
}

/// The merchant of the account at `address`, as it is known or else created with one store, and whether it was
/// created. Nobody changes it until the end of the transaction.
pub async fn find_or_create(
    db: impl PgExecutor<'_>,
    address: &str,
    name: &str,
) -> sqlx::Result<(Merchant, bool)> {
    let id = Kind::Merchant.random();
    let merchant: Merchant = sqlx::query_as(
        "WITH merchant AS (
             INSERT INTO merchants (id, address, name) VALUES ($1, $2, $3)
             ON CONFLICT (address) DO UPDATE SET name = merchants.name
             RETURNING id, address, name
         ), store AS (
             INSERT INTO stores (id, merchant_id, name, is_default) SELECT $4, id, name, true FROM merchant
             ON CONFLICT (merchant_id) WHERE is_default DO NOTHING
         )
         SELECT id, address, name FROM merchant",
    )
    .bind(&id)
    .bind(address)
    .bind(name)
    .bind(Kind::Store.random())
    .fetch_one(db)
    .await?;
    let created = merchant.id == id;
    Ok((merchant, created))
}

/// Gives a merchant another name.
pub async fn rename(db: impl PgExecutor<'_>, id: &str, name: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE merchants SET name = $2 WHERE id = $1")
        .bind(id)
        .bind(name)
        .execute(db)
        .await
        .map(drop)
}

/// The operator of the merchant's account at `address`, once that has been indexed.
pub async fn operator(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT operator FROM chain.merchants WHERE address = $1")
        .bind(address)
        .fetch_optional(db)
        .await
}

/// A merchant's account on the chain that nobody owns here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Unowned {
    /// Base58.
    pub address: String,
    /// Of the merchant, if an administrator brought it in.
    pub name: Option<String>,
}

/// The merchants' accounts that `wallet` governs on the chain and that have no owner here, by address.
pub async fn unowned(db: impl PgExecutor<'_>, wallet: &str) -> sqlx::Result<Vec<Unowned>> {
    sqlx::query_as(
        "SELECT c.address, m.name FROM chain.merchants c LEFT JOIN merchants m ON m.address = c.address
         WHERE c.authority = $1
           AND NOT EXISTS (SELECT FROM members b WHERE b.merchant_id = m.id AND b.role = 'owner')
         ORDER BY c.address",
    )
    .bind(wallet)
    .fetch_all(db)
    .await
}

/// An open vault shard of a merchant for one mint.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenVault {
    pub shard: i32,
    pub token_program: String,
    pub decimals: i16,
}

/// The vault shards of the merchant at `address` that take payments in `mint`, by shard. A token is
/// accepted if there is one.
pub async fn open_vaults(db: &mut PgConnection, address: &str, mint: &str) -> sqlx::Result<Vec<OpenVault>> {
    sqlx::query_as(
        "SELECT shard, token_program, decimals FROM chain.vaults
         WHERE merchant = $1 AND mint = $2 AND accepting ORDER BY shard",
    )
    .bind(address)
    .bind(mint)
    .fetch_all(db)
    .await
}
