//! Evidence in disputes. Rows are added and never changed.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgExecutor, Row, postgres::PgRow, types::Json};

use crate::{
    domain::{Evidence, EvidenceFile, SignedText},
    ids::Kind,
};

impl FromRow<'_, PgRow> for Evidence {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let Json(files) = row.try_get("files")?;
        Ok(Self {
            id: row.try_get("id")?,
            sha256: row.try_get("sha256")?,
            text: row.try_get("text")?,
            files,
            author: row.try_get("actor")?,
            signed: match (row.try_get("signed_message")?, row.try_get("signature")?) {
                (Some(message), Some(signature)) => Some(SignedText { message, signature }),
                _ => None,
            },
            created_at: row.try_get("created_at")?,
        })
    }
}

/// Evidence that is to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewEvidence<'a> {
    pub payment_id: &'a str,
    pub text: &'a str,
    pub files: &'a [EvidenceFile],
    /// Of all of these, in hex.
    pub sha256: &'a str,
    pub actor: &'a str,
    /// What a wallet has signed of it, if one has.
    pub signed: Option<&'a SignedText>,
}

/// Adds evidence. Lock the payment first, so that no other is added after it was counted.
pub async fn add(db: impl PgExecutor<'_>, evidence: NewEvidence<'_>) -> sqlx::Result<Evidence> {
    sqlx::query_as(
        "INSERT INTO dispute_evidence (id, payment_id, text, files, sha256, actor, signed_message, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         RETURNING id, text, files, sha256, actor, signed_message, signature, created_at",
    )
    .bind(Kind::Evidence.random())
    .bind(evidence.payment_id)
    .bind(evidence.text)
    .bind(Json(evidence.files))
    .bind(evidence.sha256)
    .bind(evidence.actor)
    .bind(evidence.signed.map(|signed| &signed.message))
    .bind(evidence.signed.map(|signed| &signed.signature))
    .fetch_one(db)
    .await
}

/// The evidence that was given with this signature.
pub async fn by_signature(
    db: impl PgExecutor<'_>,
    payment_id: &str,
    signature: &str,
) -> sqlx::Result<Option<Evidence>> {
    sqlx::query_as(
        "SELECT id, text, files, sha256, actor, signed_message, signature, created_at FROM dispute_evidence
         WHERE payment_id = $1 AND signature = $2",
    )
    .bind(payment_id)
    .bind(signature)
    .fetch_optional(db)
    .await
}

/// How many pieces of it a wallet has signed.
pub async fn count_signed(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(signature) FROM dispute_evidence WHERE payment_id = $1")
        .bind(payment_id)
        .fetch_one(db)
        .await
}

/// How many pieces of evidence were given for a payment.
pub async fn count(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM dispute_evidence WHERE payment_id = $1")
        .bind(payment_id)
        .fetch_one(db)
        .await
}

/// All evidence for a payment, oldest first.
pub async fn list(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Vec<Evidence>> {
    sqlx::query_as(
        "SELECT id, text, files, sha256, actor, signed_message, signature, created_at FROM dispute_evidence
         WHERE payment_id = $1 ORDER BY number",
    )
    .bind(payment_id)
    .fetch_all(db)
    .await
}

/// When the payer opened a dispute, by the chain's clock; nothing if that was never seen.
pub async fn disputed_at(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar(
        "SELECT max(e.block_time)
         FROM transactions t
         JOIN payments p ON p.id = t.payment_id
         JOIN chain.events e ON e.payment = p.address AND e.payment_sequence = t.sequence
         WHERE t.payment_id = $1 AND t.kind = 'dispute' AND t.status = 'confirmed'",
    )
    .bind(payment_id)
    .fetch_one(db)
    .await
}
