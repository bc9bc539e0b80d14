//! The parts of payments in Barion's words, what they were finished with, and what of them was refunded.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use crate::domain::TransactionStatus;

/// A part of a payment, or a payee's share of a part.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct BarionTransaction {
    pub id: String,
    pub position: i16,
    /// Of a payee's share: the part that it is of.
    pub related_id: Option<String>,
    pub pos_transaction_id: String,
    /// An e-mail address.
    pub payee: String,
    /// In the payment's currency.
    pub total: Decimal,
    pub comment: Option<String>,
    pub items: Value,
    pub finished_total: Option<Decimal>,
    /// The operation by which it was finished, if one was needed.
    pub finished_by: Option<String>,
    /// How far that operation has come.
    pub finish_status: Option<TransactionStatus>,
    /// When it was last finished.
    pub finished_at: Option<DateTime<Utc>>,
}

impl BarionTransaction {
    /// What it was finished with, unless nothing has come of that.
    pub fn finished(&self) -> Option<Decimal> {
        match self.finish_status {
            Some(TransactionStatus::Failed) => None,
            _ => self.finished_total,
        }
    }
}

/// Writes the parts of a new payment. What they are finished with is ignored.
pub async fn insert(
    db: &mut PgConnection,
    payment_id: &str,
    transactions: &[BarionTransaction],
) -> sqlx::Result<()> {
    for transaction in transactions {
        sqlx::query(
            "INSERT INTO barion_transactions (id, payment_id, position, related_id, pos_transaction_id, payee,
                 total, comment, items)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&transaction.id)
        .bind(payment_id)
        .bind(transaction.position)
        .bind(&transaction.related_id)
        .bind(&transaction.pos_transaction_id)
        .bind(&transaction.payee)
        .bind(transaction.total)
        .bind(&transaction.comment)
        .bind(&transaction.items)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The parts of a payment, in order, each followed by its shares.
pub async fn of(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Vec<BarionTransaction>> {
    sqlx::query_as(
        "SELECT b.id, b.position, b.related_id, b.pos_transaction_id, b.payee, b.total, b.comment, b.items,
                b.finished_total, b.finished_by, t.status AS finish_status, t.created_at AS finished_at
         FROM barion_transactions b LEFT JOIN transactions t ON t.id = b.finished_by
         WHERE b.payment_id = $1 ORDER BY b.position",
    )
    .bind(payment_id)
    .fetch_all(db)
    .await
}

/// Notes what a part is finished with, and by which operation.
pub async fn finish(
    db: impl PgExecutor<'_>,
    id: &str,
    total: Decimal,
    operation: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE barion_transactions SET finished_total = $2, finished_by = $3 WHERE id = $1")
        .bind(id)
        .bind(total)
        .bind(operation)
        .execute(db)
        .await
        .map(drop)
}

/// A refund of a part.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct BarionRefund {
    pub id: String,
    pub transaction_id: String,
    /// In the payment's currency.
    pub amount: Decimal,
    pub comment: Option<String>,
    pub refunded_by: String,
    pub status: TransactionStatus,
    pub created_at: DateTime<Utc>,
}

/// The refunds of a payment, oldest first.
pub async fn refunds(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Vec<BarionRefund>> {
    sqlx::query_as(
        "SELECT r.id, r.transaction_id, r.amount, r.comment, r.refunded_by, t.status, r.created_at
         FROM barion_transactions b
         JOIN barion_refunds r ON r.transaction_id = b.id
         JOIN transactions t ON t.id = r.refunded_by
         WHERE b.payment_id = $1 ORDER BY r.created_at, b.position, r.id",
    )
    .bind(payment_id)
    .fetch_all(db)
    .await
}

/// Writes a refund that `operation` is to carry out.
pub async fn insert_refund(
    db: impl PgExecutor<'_>,
    id: &str,
    transaction_id: &str,
    amount: Decimal,
    comment: Option<&str>,
    operation: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO barion_refunds (id, transaction_id, amount, comment, refunded_by) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(transaction_id)
    .bind(amount)
    .bind(comment)
    .bind(operation)
    .execute(db)
    .await
    .map(drop)
}
