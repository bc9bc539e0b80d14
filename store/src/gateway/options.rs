//! The ways to pay a payment: several tokens, or a price that was converted.

use sqlx::{PgConnection, PgExecutor, types::Json};

use crate::domain::OptionRecord;

/// Writes the options of a payment, in their order.
pub async fn insert(db: &mut PgConnection, payment_id: &str, options: &[OptionRecord]) -> sqlx::Result<()> {
    for (position, option) in options.iter().enumerate() {
        sqlx::query(
            "INSERT INTO payment_options (terms_id, payment_id, position, address, mint, token_program, decimals,
                 shard, amount, salt, quote, quote_expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(&option.terms_id)
        .bind(payment_id)
        .bind(position as i16)
        .bind(&option.address)
        .bind(&option.mint)
        .bind(&option.token_program)
        .bind(option.decimals)
        .bind(option.shard)
        .bind(option.amount)
        .bind(option.salt)
        .bind(option.quote.as_ref().map(Json))
        .bind(option.quote_expires_at)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Puts `options` in the place of those that stand, the first of them into the payment's own columns. Whoever holds
/// a transaction of an earlier one may still pay it. The payment must be locked, and not on the chain.
pub async fn replace(db: &mut PgConnection, payment_id: &str, options: &[OptionRecord]) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payment_options SET superseded_at = now() WHERE payment_id = $1 AND superseded_at IS NULL",
    )
    .bind(payment_id)
    .execute(&mut *db)
    .await?;
    insert(&mut *db, payment_id, options).await?;
    match options.first() {
        Some(first) => take(db, payment_id, &first.terms_id).await,
        None => Ok(()),
    }
}

/// Makes an option's columns the payment's own.
pub async fn take(db: &mut PgConnection, payment_id: &str, terms_id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE payments p
         SET address = o.address, mint = o.mint, token_program = o.token_program, decimals = o.decimals,
             shard = o.shard, amount = o.amount, salt = o.salt, terms_id = o.terms_id
         FROM payment_options o WHERE p.id = $1 AND o.terms_id = $2",
    )
    .bind(payment_id)
    .bind(terms_id)
    .execute(db)
    .await
    .map(drop)
}

/// The same of the option at `address`, if there is one.
pub async fn take_at(db: &mut PgConnection, payment_id: &str, address: &str) -> sqlx::Result<()> {
    let option = "SELECT terms_id FROM payment_options WHERE payment_id = $1 AND address = $2";
    let terms_id: Option<String> =
        sqlx::query_scalar(option).bind(payment_id).bind(address).fetch_optional(&mut *db).await?;
    match terms_id {
        Some(terms_id) => take(db, payment_id, &terms_id).await,
        None => Ok(()),
    }
}

/// Every address that the payment ever had, superseded ones too: whichever is on the chain, it is paid.
pub async fn addresses(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT address FROM payment_options WHERE payment_id = $1
         UNION SELECT address FROM payments WHERE id = $1",
    )
    .bind(payment_id)
    .fetch_all(db)
    .await
}

/// The mints that the payment was ever asked for in, the preferred one first.
pub async fn mints(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT mint FROM (SELECT DISTINCT ON (mint) mint, position, created_at FROM payment_options
                           WHERE payment_id = $1 ORDER BY mint, created_at) first_of_each
         ORDER BY created_at, position",
    )
    .bind(payment_id)
    .fetch_all(db)
    .await
}

/// Whether any address of the payment has been seen on the chain.
pub async fn any_is_paid(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM chain.payments c JOIN payments p ON p.address = c.address WHERE p.id = $1)
             OR EXISTS (SELECT FROM chain.payments c JOIN payment_options o ON o.address = c.address
                        WHERE o.payment_id = $1)",
    )
    .bind(payment_id)
    .fetch_one(db)
    .await
}
