//! A merchant's money in one token, as the double-entry ledger has it: what is in the vaults. What customers transfer
//! straight to the merchant's wallet never is in one, and has no line here.

use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, PgExecutor};

use super::{Place, Scope};

/// What a merchant's vaults hold, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Holding {
    /// Not captured.
    pub escrow: Decimal,
    /// The merchant's.
    pub balance: Decimal,
    /// The protocol's.
    pub fees: Decimal,
}

/// What an event moved into the parts of a vault, or out of them (negative).
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Line {
    #[sqlx(flatten)]
    pub place: Place,
    pub signature: String,
    /// As the program names the event.
    pub event: String,
    pub vault: String,
    pub payment_id: Option<String>,
    pub order_reference: Option<String>,
    #[sqlx(flatten)]
    pub moved: Holding,
}

/// What the vaults held before `from` and before `to`.
///
/// They are reckoned back from what the vaults hold now, so it does not matter how long the history is, or whether it
/// was indexed from its beginning. Read it in one snapshot with the lines.
pub async fn bounds(db: &mut PgConnection, scope: &Scope) -> sqlx::Result<(Holding, Holding)> {
    let now: Holding = sqlx::query_as(
        "SELECT coalesce(sum(escrowed), 0) AS escrow, coalesce(sum(balance), 0) AS balance,
             coalesce(sum(fees), 0) AS fees
         FROM chain.vaults WHERE merchant = $1 AND mint = $2",
    )
    .bind(&scope.merchant)
    .bind(&scope.mint)
    .fetch_one(&mut *db)
    .await?;
    let mut before = [now; 2];
    for (holding, since) in before.iter_mut().zip([scope.from, scope.to]) {
        let moved: Holding = sqlx::query_as(
            "SELECT coalesce(sum(l.amount) FILTER (WHERE l.account = 'escrow'), 0) AS escrow,
                 coalesce(sum(l.amount) FILTER (WHERE l.account = 'balance'), 0) AS balance,
                 coalesce(sum(l.amount) FILTER (WHERE l.account = 'fees'), 0) AS fees
             FROM chain.events e JOIN chain.ledger l USING (signature, instruction, inner_index)
             WHERE e.merchant = $1 AND e.block_time >= $2 AND l.mint = $3",
        )
        .bind(&scope.merchant)
        .bind(since)
        .bind(&scope.mint)
        .fetch_one(&mut *db)
        .await?;
        holding.escrow -= moved.escrow;
        holding.balance -= moved.balance;
        holding.fees -= moved.fees;
    }
    let [opening, closing] = before;
    Ok((opening, closing))
}

/// At most `limit` lines of the period behind `after`, oldest first: one an event.
pub async fn lines(
    db: impl PgExecutor<'_>,
    scope: &Scope,
    through: Option<i64>,
    after: Option<Place>,
    limit: i64,
) -> sqlx::Result<Vec<Line>> {
    sqlx::query_as(
        "SELECT e.block_time, e.slot, e.transaction_index, e.instruction, e.inner_index, e.signature, e.type AS event,
             l.owner AS vault, p.id AS payment_id, p.order_reference, l.escrow, l.balance, l.fees
         FROM chain.events e
         CROSS JOIN LATERAL (
             SELECT owner, coalesce(sum(amount) FILTER (WHERE account = 'escrow'), 0) AS escrow,
                 coalesce(sum(amount) FILTER (WHERE account = 'balance'), 0) AS balance,
                 coalesce(sum(amount) FILTER (WHERE account = 'fees'), 0) AS fees
             FROM chain.ledger
             WHERE signature = e.signature AND instruction = e.instruction AND inner_index = e.inner_index
               AND mint = $5 AND account <> 'external'
             GROUP BY owner
         ) AS l
         LEFT JOIN payments p ON p.address = e.payment
         WHERE e.merchant = $1 AND e.block_time >= greatest($2, $6) AND e.block_time < $3
           AND e.slot <= $4
           AND ($6::timestamptz IS NULL OR (e.block_time, e.slot, e.transaction_index, e.instruction, e.inner_index)
               > ($6, $7, $8, $9, $10))
         ORDER BY e.block_time, e.slot, e.transaction_index, e.instruction, e.inner_index
         LIMIT $11",
    )
    .bind(&scope.merchant)
    .bind(scope.from)
    .bind(scope.to)
    .bind(through)
    .bind(&scope.mint)
    .bind(after.map(|place| place.block_time))
    .bind(after.map(|place| place.slot))
    .bind(after.map(|place| place.transaction_index))
    .bind(after.map(|place| place.instruction))
    .bind(after.map(|place| place.inner_index))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The decimals of a token in which a merchant has a vault, has asked for a payment, or was sent a transfer; nothing
/// where there is none of these.
pub async fn decimals(db: impl PgExecutor<'_>, merchant: &str, mint: &str) -> sqlx::Result<Option<i16>> {
    sqlx::query_scalar(
        "SELECT decimals FROM chain.vaults WHERE merchant = $1 AND mint = $2
         UNION ALL
         SELECT decimals FROM payments p JOIN merchants m ON m.id = p.merchant_id
         WHERE m.address = $1 AND p.mint = $2
         UNION ALL
         SELECT f.decimals FROM transfers f JOIN payments p ON p.id = f.payment_id
         JOIN merchants m ON m.id = p.merchant_id
         WHERE m.address = $1 AND f.mint = $2
         LIMIT 1",
    )
    .bind(merchant)
    .bind(mint)
    .fetch_optional(db)
    .await
}
