//! The balances of merchants, which anyone may have paid out to their wallets.

use sqlx::PgExecutor;

use crate::Amount;

/// A vault that holds some of a merchant's balance.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Payable {
    pub shard: i32,
    pub token_program: String,
    pub decimals: i16,
    pub balance: Amount,
    /// Of the last change.
    pub slot: i64,
    /// Whether a refund that was ordered, and counts on the balance, is under way.
    pub is_busy: bool,
}

/// The vaults of the merchant at `address` with a balance in `mint`, by shard. Those that take no new payments are
/// among them.
pub async fn payable(db: impl PgExecutor<'_>, address: &str, mint: &str) -> sqlx::Result<Vec<Payable>> {
    sqlx::query_as(
        "SELECT v.shard, v.token_program, v.decimals, v.balance, v.slot,
                EXISTS (SELECT FROM transactions t
                        WHERE t.vault = v.address AND t.kind = 'refund' AND t.status IN ('recorded', 'signed', 'sent'))
                    AS is_busy
         FROM chain.vaults v
         WHERE v.merchant = $1 AND v.mint = $2 AND v.balance > 0
         ORDER BY v.shard",
    )
    .bind(address)
    .bind(mint)
    .fetch_all(db)
    .await
}

/// What all vaults of a merchant hold of one token.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Holding {
    pub mint: String,
    /// Nothing for a mint without a name here.
    pub symbol: Option<String>,
    pub decimals: i16,
    /// Not captured.
    pub escrowed: Amount,
    /// The merchant's.
    pub balance: Amount,
    /// The protocol's.
    pub fees: Amount,
}

/// What the merchant at `address` holds, token by token: those with a name first, by name. A token is there as long as
/// a vault for it is open, though it holds nothing.
pub async fn holdings(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Vec<Holding>> {
    sqlx::query_as(
        "SELECT v.mint, t.symbol, min(v.decimals) AS decimals, sum(v.escrowed) AS escrowed,
                sum(v.balance) AS balance, sum(v.fees) AS fees
         FROM chain.vaults v LEFT JOIN tokens t ON t.mint = v.mint
         WHERE v.merchant = $1
         GROUP BY v.mint, t.symbol
         ORDER BY t.symbol NULLS LAST, v.mint",
    )
    .bind(address)
    .fetch_all(db)
    .await
}

/// The wallet that the merchant at `address` is paid out to, once the merchant has been seen on the chain.
pub async fn wallet(db: impl PgExecutor<'_>, address: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT payout_wallet FROM chain.merchants WHERE address = $1")
        .bind(address)
        .fetch_optional(db)
        .await
}
