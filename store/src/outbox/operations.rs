//! The operations of payments, as the chain confirms them.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    chain::PaymentStep,
    domain::{TransactionKind, TransactionRecord, TransactionStatus},
    ids::Kind,
};

/// The rows of `transactions` of some payments, oldest first, and which of them have changed.
pub struct Operations {
    rows: HashMap<String, Vec<TransactionRecord>>,
    inserted: BTreeSet<String>,
    updated: BTreeSet<String>,
    now: DateTime<Utc>,
}

impl Operations {
    pub fn new(rows: HashMap<String, Vec<TransactionRecord>>, now: DateTime<Utc>) -> Self {
        Self { rows, inserted: BTreeSet::new(), updated: BTreeSet::new(), now }
    }

    /// The operations of a payment as they stand.
    pub fn of(&self, payment_id: &str) -> &[TransactionRecord] {
        self.rows.get(payment_id).map_or(&[], Vec::as_slice)
    }

    /// Notes that the chain has carried out `step`, and returns the place of its operation. It is one
    /// that was ordered here when the signature is the same, otherwise somebody else's: the payer's,
    /// or of a merchant that signs with keys of its own.
    ///
    /// What the chain says wins over what is recorded, `failed` included.
    pub fn confirm(&mut self, payment_id: &str, step: &PaymentStep) -> usize {
        let rows = self.rows.entry(payment_id.to_owned()).or_default();
        let parent = parent(rows, step.kind);
        let ordered = rows.iter().position(|row| {
            row.kind == step.kind
                && row.sequence.is_none()
                && row.signature.as_deref() == Some(step.key.signature.as_str())
        });
        let index = ordered.unwrap_or(rows.len());
        if ordered.is_none() {
            let id = Kind::Transaction.random();
            self.inserted.insert(id.clone());
            rows.push(TransactionRecord {
                id,
                payment_id: payment_id.to_owned(),
                parent_id: None,
                kind: step.kind,
                amount: step.amount,
                is_final: step.is_final,
                status: TransactionStatus::Confirmed,
                signature: Some(step.key.signature.clone()),
                error_code: None,
                error_detail: None,
                slot: None,
                sequence: None,
                created_at: self.now,
            });
        } else {
            self.updated.insert(rows[index].id.clone());
        }
        let row = &mut rows[index];
        row.parent_id = row.parent_id.take().or(parent);
        row.amount = step.amount;
        row.is_final = step.is_final;
        row.status = TransactionStatus::Confirmed;
        (row.error_code, row.error_detail) = (None, None);
        row.slot = Some(step.slot);
        row.sequence = Some(step.after.sequence);
        index
    }

    /// Writes what has changed.
    pub async fn save(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let changed = |ids: &BTreeSet<String>| -> Vec<&TransactionRecord> {
            self.rows.values().flatten().filter(|row| ids.contains(&row.id)).collect()
        };
        insert(&mut *db, &changed(&self.inserted)).await?;
        update(db, &changed(&self.updated)).await
    }
}

/// Of a refund the latest operation that captured something, of everything else the one that brought
/// the payment onto the chain.
fn parent(rows: &[TransactionRecord], kind: TransactionKind) -> Option<String> {
    use TransactionKind::*;
    let is_parent = |parent: TransactionKind| match kind {
        Authorize | Charge => false,
        Refund => parent.captures(),
        Capture | Release | Dispute | Resolve | Void | Reclaim | Close => parent.opens(),
    };
    rows.iter()
        .filter(|row| row.status == TransactionStatus::Confirmed && is_parent(row.kind))
        // An arbiter may have given the merchant nothing.
        .filter(|row| !row.amount.is_zero())
        .max_by_key(|row| row.sequence)
        .map(|row| row.id.clone())
}

async fn insert(db: &mut PgConnection, rows: &[&TransactionRecord]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO transactions (id, payment_id, parent_id, kind, amount, is_final, status, signature, slot,
             sequence, created_at)
         SELECT u.id, u.payment_id, u.parent_id, u.kind, u.amount, u.is_final, 'confirmed', u.signature, u.slot,
             u.sequence, $10
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::boolean[], $7::text[],
             $8::bigint[], $9::bigint[])
             AS u (id, payment_id, parent_id, kind, amount, is_final, signature, slot, sequence)",
    )
    .bind(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.payment_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.parent_id.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.amount).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.is_final).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.signature.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.slot).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
    .bind(rows[0].created_at)
    .execute(db)
    .await
    .map(drop)
}

async fn update(db: &mut PgConnection, rows: &[&TransactionRecord]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE transactions t
         SET status = 'confirmed', parent_id = u.parent_id, amount = u.amount, is_final = u.is_final, slot = u.slot,
             sequence = u.sequence, error_code = NULL, error_detail = NULL, updated_at = now()
         FROM unnest($1::text[], $2::text[], $3::numeric[], $4::boolean[], $5::bigint[], $6::bigint[])
             AS u (id, parent_id, amount, is_final, slot, sequence)
         WHERE t.id = u.id",
    )
    .bind(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.parent_id.as_deref()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.amount).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.is_final).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.slot).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.sequence).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}
