//! Payments that a person should look at before they are captured.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgExecutor};

/// How far a review has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ReviewState {
    Pending,
    /// It can be captured.
    Approved,
    /// It can be voided and not captured.
    Rejected,
}

#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Review {
    pub payment_id: String,
    pub state: ReviewState,
    pub note: Option<String>,
    /// Who decided, as in the audit log.
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Asks for a review of a payment. What was approved before is to be looked at again; what was rejected stays so.
pub async fn ask(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO payment_reviews (payment_id, state) VALUES ($1, 'pending')
         ON CONFLICT (payment_id) DO UPDATE SET state = 'pending', note = NULL, decided_by = NULL, decided_at = NULL
         WHERE payment_reviews.state = 'approved'",
    )
    .bind(payment_id)
    .execute(db)
    .await
    .map(drop)
}

/// The review of a payment, if there is one.
pub async fn of(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Option<Review>> {
    sqlx::query_as(
        "SELECT payment_id, state, note, decided_by, decided_at, created_at
         FROM payment_reviews WHERE payment_id = $1",
    )
    .bind(payment_id)
    .fetch_optional(db)
    .await
}

/// Decides a review that is pending; nothing if there is none. Lock the payment first, so that no capture is recorded
/// meanwhile.
pub async fn decide(
    db: impl PgExecutor<'_>,
    payment_id: &str,
    state: ReviewState,
    decided_by: &str,
    note: Option<&str>,
) -> sqlx::Result<Option<Review>> {
    sqlx::query_as(
        "UPDATE payment_reviews SET state = $2, decided_by = $3, note = $4, decided_at = now()
         WHERE payment_id = $1 AND state = 'pending'
         RETURNING payment_id, state, note, decided_by, decided_at, created_at",
    )
    .bind(payment_id)
    .bind(state)
    .bind(decided_by)
    .bind(note)
    .fetch_optional(db)
    .await
}
