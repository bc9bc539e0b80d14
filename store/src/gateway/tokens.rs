//! Names for mints.

use sqlx::PgExecutor;

/// Names a mint, or renames it.
pub async fn upsert(db: impl PgExecutor<'_>, mint: &str, symbol: &str, name: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO tokens (mint, symbol, name) VALUES ($1, $2, $3)
         ON CONFLICT (mint) DO UPDATE SET symbol = excluded.symbol, name = excluded.name",
    )
    .bind(mint)
    .bind(symbol)
    .bind(name)
    .execute(db)
    .await
    .map(drop)
}

/// A mint that has a name here.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Token {
    pub mint: String,
    pub symbol: String,
}

/// The token of a symbol such as `USDC`, or of a mint. No symbol is an address.
pub async fn find(db: impl PgExecutor<'_>, symbol_or_mint: &str) -> sqlx::Result<Option<Token>> {
    sqlx::query_as("SELECT mint, symbol FROM tokens WHERE symbol = $1 OR mint = $1")
        .bind(symbol_or_mint)
        .fetch_optional(db)
        .await
}
