//! Who was seen with which payment, and how often: what rules count.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection};

use crate::Amount;

/// What one rule counts: a subject's payments from `since` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Such as `email:anna@example.com`.
    pub subject: String,
    pub since: DateTime<Utc>,
    /// Only a store's, if it is not all of them.
    pub store_id: Option<String>,
    /// Only those in a token, if it is not all of them.
    pub mint: Option<String>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Tally {
    pub count: i64,
    /// In base units.
    pub sum: Decimal,
}

/// Makes whoever counts one of these subjects of the merchant wait until the end of this transaction: between the count
/// and the commit of what it let through nobody else counts.
///
/// The locks are taken in one order, so that two payments with several subjects in common do not wait for each other.
pub async fn lock(db: &mut PgConnection, merchant_id: &str, subjects: &[String]) -> sqlx::Result<()> {
    sqlx::query(
        "SELECT pg_advisory_xact_lock(key) FROM (
             SELECT DISTINCT hashtextextended($1 || ' ' || subject, 0) AS key
             FROM unnest($2::text[]) AS subject ORDER BY key) AS keys",
    )
    .bind(merchant_id)
    .bind(subjects)
    .execute(db)
    .await
    .map(drop)
}

/// The tallies of these questions, in their order: of all tokens the count, and of one the sum. The payment `except` is
/// left out of them.
pub async fn tally(
    db: &mut PgConnection,
    merchant_id: &str,
    except: Option<&str>,
    questions: &[Question],
) -> sqlx::Result<Vec<Tally>> {
    sqlx::query_as(
        "SELECT count(DISTINCT s.payment_id) FILTER (WHERE q.mint IS NULL) AS count, coalesce(sum(s.amount), 0) AS sum
         FROM unnest($3::text[], $4::timestamptz[], $5::text[], $6::text[]) WITH ORDINALITY
             AS q (subject, since, store_id, mint, position)
         LEFT JOIN rule_sightings s ON s.merchant_id = $1 AND s.subject = q.subject AND s.seen_at >= q.since
             AND (q.store_id IS NULL OR s.store_id = q.store_id) AND (q.mint IS NULL OR s.mint = q.mint)
             AND s.payment_id IS DISTINCT FROM $2
         GROUP BY q.position ORDER BY q.position",
    )
    .bind(merchant_id)
    .bind(except)
    .bind(questions.iter().map(|it| it.subject.as_str()).collect::<Vec<_>>())
    .bind(questions.iter().map(|it| it.since).collect::<Vec<_>>())
    .bind(questions.iter().map(|it| it.store_id.as_deref()).collect::<Vec<_>>())
    .bind(questions.iter().map(|it| it.mint.as_deref()).collect::<Vec<_>>())
    .fetch_all(db)
    .await
}

/// What is counted of a payment.
#[derive(Clone, Copy, Debug)]
pub struct Sighted<'a> {
    pub merchant_id: &'a str,
    pub payment_id: &'a str,
    pub store_id: &'a str,
    pub mint: &'a str,
    pub amount: Amount,
}

/// Notes that these subjects were seen with a payment. Each is counted once with it, and its sum once in each token in
/// which it may be paid: a wallet that was given a transaction in one token and asks for one in another can send either.
pub async fn note(db: &mut PgConnection, sighted: Sighted<'_>, subjects: &[String]) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO rule_sightings (merchant_id, subject, payment_id, store_id, mint, amount)
         SELECT $1, subject, $3, $4, $5, $6 FROM unnest($2::text[]) AS subject
         ON CONFLICT (merchant_id, subject, payment_id, mint) DO NOTHING",
    )
    .bind(sighted.merchant_id)
    .bind(subjects)
    .bind(sighted.payment_id)
    .bind(sighted.store_id)
    .bind(sighted.mint)
    .bind(sighted.amount)
    .execute(db)
    .await
    .map(drop)
}
