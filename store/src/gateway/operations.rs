//! The merchant's captures, voids and refunds, from their record to the chain. That one is confirmed
//! is for the indexer to write.

use std::time::Duration;

use sqlx::{PgConnection, PgExecutor};

use crate::{
    Amount,
    domain::{Standing, TransactionKind, TransactionRecord},
    ids::Kind,
};

/// A payment as an order of its merchant meets it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ordered {
    #[sqlx(flatten)]
    pub standing: Standing,
    /// Whether the merchant has been seen on the chain, so that it is known where it is paid out to.
    pub knows_payout_wallet: bool,
    /// The vault that the payment's money is in.
    pub vault: String,
}

/// How a payment stands; nothing if it has not been seen on the chain. Lock the payment first, so
/// that nobody records another operation in between.
pub async fn ordered(db: &mut PgConnection, payment_id: &str) -> sqlx::Result<Option<Ordered>> {
    sqlx::query_as(
        "WITH open AS (
             SELECT kind, amount, is_final FROM transactions
             WHERE payment_id = $1 AND status IN ('recorded', 'signed', 'sent')
         )
         SELECT p.decimals, p.authorization_expiry, p.refund_expiry, c.capture_from, c.dispute_expiry,
                (SELECT block_time FROM chain.checkpoint) AS chain_time,
                c.capturable, c.captured, c.refunded, c.closed, c.vault,
                EXISTS (SELECT FROM chain.payment_splits s WHERE s.payment = c.address) AS has_splits,
                (SELECT coalesce(sum(s.paid), 0) FROM chain.payment_splits s WHERE s.payment = c.address) AS shared,
                EXISTS (SELECT FROM merchants m JOIN chain.merchants w ON w.address = m.address
                        WHERE m.id = p.merchant_id) AS knows_payout_wallet,
                (SELECT coalesce(sum(amount), 0) FROM open WHERE kind = 'capture') AS open_captures,
                (SELECT coalesce(sum(amount), 0) FROM open WHERE kind = 'refund') AS open_refunds,
                EXISTS (SELECT FROM open WHERE kind = 'void' OR (kind = 'capture' AND is_final)) AS open_final,
                coalesce(v.balance, 0) AS vault_balance,
                (SELECT coalesce(sum(amount), 0) FROM transactions
                 WHERE vault = c.vault AND kind = 'refund' AND status IN ('recorded', 'signed', 'sent'))
                    AS open_vault_refunds
         FROM payments p
         JOIN chain.payments c ON c.address = p.address
         LEFT JOIN chain.vaults v ON v.address = c.vault
         WHERE p.id = $1",
    )
    .bind(payment_id)
    .fetch_optional(db)
    .await
}

/// Whom the chain lets act on a payment, beside its payer and its arbiter.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Parties {
    /// The merchant's own key, once the merchant has been seen on the chain.
    pub authority: Option<String>,
    pub operator: Option<String>,
    /// Who paid the rent of the payment's account, and gets it back.
    pub rent_payer: String,
}

/// Nothing if the payment has not been seen on the chain.
pub async fn parties(db: impl PgExecutor<'_>, payment_id: &str) -> sqlx::Result<Option<Parties>> {
    sqlx::query_as(
        "SELECT w.authority, w.operator, c.rent_payer
         FROM payments p
         JOIN chain.payments c ON c.address = p.address
         LEFT JOIN chain.merchants w ON w.address = c.merchant
         WHERE p.id = $1",
    )
    .bind(payment_id)
    .fetch_optional(db)
    .await
}

/// An operation that is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewOperation<'a> {
    pub payment_id: &'a str,
    pub kind: TransactionKind,
    pub amount: Amount,
    pub is_final: bool,
    pub pay_out: bool,
    /// The vault that it takes from.
    pub vault: &'a str,
}

/// Records an operation under the one it builds on: of a refund the latest that captured something, of
/// everything else the one that brought the payment onto the chain.
pub async fn record(db: &mut PgConnection, operation: NewOperation<'_>) -> sqlx::Result<TransactionRecord> {
    let parents: &[&str] = match operation.kind {
        TransactionKind::Refund => &["capture", "charge", "release", "resolve"],
        _ => &["authorize", "charge"],
    };
    sqlx::query_as(
        "INSERT INTO transactions (id, payment_id, parent_id, kind, amount, is_final, pay_out, vault, status)
         VALUES ($1, $2,
                 (SELECT id FROM transactions
                  WHERE payment_id = $2 AND kind = ANY($7) AND status = 'confirmed' AND amount > 0
                  ORDER BY sequence DESC LIMIT 1),
                 $3, $4, $5, $6, $8, 'recorded')
         RETURNING id, payment_id, parent_id, kind, amount, is_final, status, signature, error_code,
                   error_detail, slot, sequence, created_at",
    )
    .bind(Kind::Transaction.random())
    .bind(operation.payment_id)
    .bind(operation.kind.as_str())
    .bind(operation.amount)
    .bind(operation.is_final)
    .bind(operation.pay_out)
    .bind(parents)
    .bind(operation.vault)
    .fetch_one(db)
    .await
}

/// An operation of a merchant (with a `store_id`, of that store alone), whatever has become of it.
pub async fn find(
    db: impl PgExecutor<'_>,
    merchant_id: &str,
    store_id: Option<&str>,
    id: &str,
) -> sqlx::Result<Option<(TransactionRecord, u8)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        record: TransactionRecord,
        decimals: i16,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT t.id, t.payment_id, t.parent_id, t.kind, t.amount, t.is_final, t.status, t.signature,
                t.error_code, t.error_detail, t.slot, t.sequence, t.created_at, p.decimals
         FROM transactions t JOIN payments p ON p.id = t.payment_id
         WHERE t.id = $1 AND p.merchant_id = $2 AND ($3::text IS NULL OR p.store_id = $3)",
    )
    .bind(id)
    .bind(merchant_id)
    .bind(store_id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.record, row.decimals.unsigned_abs() as u8)))
}

/// An operation that is neither confirmed nor failed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenOperation {
    pub id: String,
    pub payment_id: String,
    pub kind: TransactionKind,
    pub amount: Amount,
    pub is_final: bool,
    pub pay_out: bool,
    /// The signed transaction, once there is one.
    #[sqlx(flatten)]
    pub signed: SignedColumns,
}

/// Set together, by [`note_signed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SignedColumns {
    pub signature: Option<String>,
    pub raw: Option<Vec<u8>>,
    pub last_valid_block_height: Option<i64>,
}

/// Takes one open operation, whoever had it before.
pub async fn open(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<Option<OpenOperation>> {
    sqlx::query_as(
        "SELECT id, payment_id, kind, amount, is_final, pay_out, signature, raw, last_valid_block_height
         FROM transactions WHERE id = $1 AND status IN ('recorded', 'signed', 'sent')",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// What a claim may take.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// What has been touched within this time is left alone.
    pub untouched_for: Duration,
    /// For how long nobody else may take it, unless it is released. It must outlast a step.
    pub lease: Duration,
    pub limit: i64,
}

/// Claims open operations, those that have waited longest first.
pub async fn claim(db: impl PgExecutor<'_>, claim: Claim) -> sqlx::Result<Vec<OpenOperation>> {
    sqlx::query_as(
        "UPDATE transactions SET claimed_until = now() + make_interval(secs => $3)
         WHERE id IN (
             SELECT id FROM transactions
             WHERE status IN ('recorded', 'signed', 'sent')
               AND updated_at < now() - make_interval(secs => $1)
               AND (claimed_until IS NULL OR claimed_until <= now())
               AND kind IN ('capture', 'void', 'refund')
             ORDER BY updated_at LIMIT $2
             FOR UPDATE SKIP LOCKED
         )
         RETURNING id, payment_id, kind, amount, is_final, pay_out, signature, raw, last_valid_block_height",
    )
    .bind(claim.untouched_for.as_secs_f64())
    .bind(claim.limit)
    .bind(claim.lease.as_secs_f64())
    .fetch_all(db)
    .await
}

/// Gives a claimed operation back, touched now.
pub async fn release(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE transactions SET claimed_until = NULL, updated_at = now()
         WHERE id = $1 AND status IN ('recorded', 'signed', 'sent')",
    )
    .bind(id)
    .execute(db)
    .await
    .map(drop)
}

/// Stores the signed transaction of an operation, and returns whether it is the one to send: of two
/// that sign at the same moment one alone is stored, and only what is stored may leave.
pub async fn note_signed(
    db: impl PgExecutor<'_>,
    id: &str,
    signature: &str,
    raw: &[u8],
    last_valid_block_height: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE transactions
         SET status = 'signed', signature = $2, raw = $3, last_valid_block_height = $4, updated_at = now()
         WHERE id = $1 AND status = 'recorded'",
    )
    .bind(id)
    .bind(signature)
    .bind(raw)
    .bind(last_valid_block_height)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the transaction has been handed to the network.
pub async fn note_sent(db: impl PgExecutor<'_>, id: &str) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE transactions SET status = 'sent', updated_at = now() WHERE id = $1 AND status = 'signed'",
    )
    .bind(id)
    .execute(db)
    .await
    .map(drop)
}

/// Notes that an operation did not happen and never will, as nothing was ever signed.
pub async fn note_failed(db: impl PgExecutor<'_>, id: &str, code: &str, detail: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE transactions SET status = 'failed', error_code = $2, error_detail = $3, updated_at = now()
         WHERE id = $1 AND status = 'recorded'",
    )
    .bind(id)
    .bind(code)
    .bind(detail)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes why the chain refuses a signed operation, as one node says. It stays open.
pub async fn note_refused(
    db: impl PgExecutor<'_>,
    id: &str,
    signature: &str,
    code: &str,
    detail: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE transactions SET error_code = $3, error_detail = $4
         WHERE id = $1 AND signature = $2 AND status IN ('signed', 'sent')
           AND (error_code, error_detail) IS DISTINCT FROM ($3, $4)",
    )
    .bind(id)
    .bind(signature)
    .bind(code)
    .bind(detail)
    .execute(db)
    .await
    .map(drop)
}

/// Notes that a signed operation can no longer happen, if what is indexed proves it: complete slots
/// alone are committed, together with what they confirm, so beyond the last block that could hold the
/// transaction an open operation did not happen. It has failed by `code`, unless a node has said why.
pub async fn note_expired(
    db: impl PgExecutor<'_>,
    id: &str,
    signature: &str,
    code: &str,
    detail: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE transactions
         SET status = 'failed', error_code = coalesce(error_code, $3), updated_at = now(),
             error_detail = CASE WHEN error_code IS NULL THEN $4 ELSE error_detail END
         WHERE id = $1 AND signature = $2 AND status IN ('signed', 'sent')
           AND last_valid_block_height < (SELECT block_height FROM chain.checkpoint)",
    )
    .bind(id)
    .bind(signature)
    .bind(code)
    .bind(detail)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
