//! What a transaction has done, as far as it is indexed.

use sqlx::{FromRow, PgExecutor};

use crate::Amount;
use crate::domain::TransactionKind;

/// What a transaction did to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Operation {
    pub kind: TransactionKind,
    pub amount: Amount,
}

/// What the transaction `signature` did to a payment, in its order.
pub async fn operations(
    db: impl PgExecutor<'_>,
    payment_id: &str,
    signature: &str,
) -> sqlx::Result<Vec<Operation>> {
    sqlx::query_as(
        "SELECT kind, amount FROM transactions
         WHERE payment_id = $1 AND signature = $2 AND status = 'confirmed' ORDER BY sequence",
    )
    .bind(payment_id)
    .bind(signature)
    .fetch_all(db)
    .await
}

/// What a transaction told of a campaign, a pool or a burn record.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Told {
    /// The event's name in the program.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// All of its fields.
    #[sqlx(json)]
    pub data: serde_json::Value,
}

/// The events of the transaction `signature` about the account `subject`, in their order.
pub async fn events(db: impl PgExecutor<'_>, subject: &str, signature: &str) -> sqlx::Result<Vec<Told>> {
    sqlx::query_as(
        "SELECT type, data::jsonb AS data FROM chain.events
         WHERE signature = $1 AND subject = $2 ORDER BY instruction, inner_index",
    )
    .bind(signature)
    .bind(subject)
    .fetch_all(db)
    .await
}
