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

/// The mint of a symbol such as `USDC`.
pub async fn mint_of(db: impl PgExecutor<'_>, symbol: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT mint FROM tokens WHERE symbol = $1").bind(symbol).fetch_optional(db).await
}

/// The symbol of a mint, if it has one here.
pub async fn symbol_of(db: impl PgExecutor<'_>, mint: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT symbol FROM tokens WHERE mint = $1").bind(mint).fetch_optional(db).await
}
