//! Payments, and the parts of their payees.

use std::collections::{BTreeMap, HashMap};

use sqlx::{FromRow, PgConnection, Row};

use super::column;
use crate::{
    Amount,
    chain::{PaymentOpening, PaymentStep, advance},
    domain::{ChainPayment, chain_payment_columns},
};

/// The payments of `steps` as they stand before them, by address.
pub async fn payments_before(
    db: &mut PgConnection,
    steps: &[&PaymentStep],
) -> sqlx::Result<HashMap<String, ChainPayment>> {
    let rows = sqlx::query(concat!(
        "SELECT c.address, ",
        chain_payment_columns!(),
        " FROM chain.payments c WHERE c.address = ANY($1)",
    ))
    .bind(column(steps, |step| step.address.as_str()))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("address")?, ChainPayment::from_row(row)?))).collect()
}

/// Writes what never changes of the payments that begin with one of `steps`. What changes is as
/// before that step, for [`payments`] to write.
pub async fn openings(db: &mut PgConnection, steps: &[&PaymentStep]) -> sqlx::Result<()> {
    let rows: Vec<(&str, i64, &PaymentOpening)> = steps
        .iter()
        .filter_map(|step| Some((step.address.as_str(), step.slot, step.opening.as_ref()?)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.payments (address, slot, merchant, vault, mint, payer, rent_payer, terms_hash,
             merchant_payment_id, amount, fee_bps, authorization_expiry, refund_expiry, capture_mode, capture_from,
             arbiter, dispute_seconds, capturable, captured, refunded, fees, sequence)
         SELECT u.*, 0, 0, 0, 0, 0
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::bytea[], $9::bytea[], $10::numeric[], $11::integer[], $12::timestamptz[], $13::timestamptz[],
             $14::text[], $15::timestamptz[], $16::text[], $17::bigint[]) AS u",
    )
    .bind(column(&rows, |(address, ..)| *address))
    .bind(column(&rows, |(_, slot, _)| *slot))
    .bind(column(&rows, |(.., opening)| opening.merchant.as_str()))
    .bind(column(&rows, |(.., opening)| opening.vault.as_str()))
    .bind(column(&rows, |(.., opening)| opening.mint.as_str()))
    .bind(column(&rows, |(.., opening)| opening.payer.as_str()))
    .bind(column(&rows, |(.., opening)| opening.rent_payer.as_str()))
    .bind(column(&rows, |(.., opening)| opening.terms_hash.as_slice()))
    .bind(column(&rows, |(.., opening)| opening.merchant_payment_id.as_slice()))
    .bind(column(&rows, |(.., opening)| opening.amount))
    .bind(column(&rows, |(.., opening)| opening.fee_bps))
    .bind(column(&rows, |(.., opening)| opening.authorization_expiry))
    .bind(column(&rows, |(.., opening)| opening.refund_expiry))
    .bind(column(&rows, |(.., opening)| opening.capture_mode))
    .bind(column(&rows, |(.., opening)| opening.capture_from))
    .bind(column(&rows, |(.., opening)| opening.arbiter.as_deref()))
    .bind(column(&rows, |(.., opening)| opening.dispute_seconds))
    .execute(&mut *db)
    .await?;
    splits(db, &rows).await
}

async fn splits(db: &mut PgConnection, openings: &[(&str, i64, &PaymentOpening)]) -> sqlx::Result<()> {
    let rows: Vec<_> = openings
        .iter()
        .flat_map(|(address, _, opening)| {
            opening.splits.iter().zip(0i16..).map(move |split| (*address, split))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.payment_splits (payment, position, wallet, bps)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::integer[])",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(column(&rows, |(_, (_, position))| *position))
    .bind(column(&rows, |(_, (split, _))| split.wallet.as_str()))
    .bind(column(&rows, |(_, (split, _))| split.bps))
    .execute(db)
    .await
    .map(drop)
}

/// Brings payments from where they stood before `steps` to where these leave them.
pub async fn payments(
    db: &mut PgConnection,
    before: &HashMap<String, ChainPayment>,
    steps: &[&PaymentStep],
) -> sqlx::Result<()> {
    let mut after: BTreeMap<&str, ChainPayment> = BTreeMap::new();
    for step in steps {
        let address = step.address.as_str();
        if let Some(state) = advance(after.get(address).or(before.get(address)), step) {
            after.insert(address, state);
        }
    }
    let rows: Vec<(&str, ChainPayment)> = after.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&ChainPayment) -> Amount| column(&rows, |(_, payment)| of(payment));
    sqlx::query(
        "UPDATE chain.payments p
         SET capturable = u.capturable, captured = u.captured, refunded = u.refunded, fees = u.fees,
             dispute_expiry = u.dispute_expiry, outcome = u.outcome, sequence = u.sequence, closed = u.closed,
             slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::numeric[], $6::timestamptz[],
             $7::text[], $8::bigint[], $9::boolean[], $10::bigint[])
             AS u (address, capturable, captured, refunded, fees, dispute_expiry, outcome, sequence, closed, slot)
         WHERE p.address = u.address AND p.sequence < u.sequence",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(amounts(|payment| payment.capturable))
    .bind(amounts(|payment| payment.captured))
    .bind(amounts(|payment| payment.refunded))
    .bind(amounts(|payment| payment.fees))
    .bind(column(&rows, |(_, payment)| payment.dispute_expiry))
    .bind(column(&rows, |(_, payment)| payment.outcome.map(|outcome| outcome.as_str())))
    .bind(column(&rows, |(_, payment)| payment.sequence))
    .bind(column(&rows, |(_, payment)| payment.closed))
    .bind(column(&rows, |(_, payment)| payment.slot))
    .execute(&mut *db)
    .await?;
    paid(db, &rows).await
}

/// What payees have been paid in sum; it only grows.
async fn paid(db: &mut PgConnection, payments: &[(&str, ChainPayment)]) -> sqlx::Result<()> {
    let rows: Vec<_> = payments
        .iter()
        .flat_map(|(address, payment)| payment.splits.iter().zip(0i16..).map(move |split| (*address, split)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.payment_splits s SET paid = u.paid
         FROM unnest($1::text[], $2::smallint[], $3::numeric[]) AS u (payment, position, paid)
         WHERE s.payment = u.payment AND s.position = u.position AND s.paid < u.paid",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(column(&rows, |(_, (_, position))| *position))
    .bind(column(&rows, |(_, (split, _))| split.paid))
    .execute(db)
    .await
    .map(drop)
}

/// Deletes the rows of these payments and of their payees.
pub async fn forget(db: &mut PgConnection, addresses: &[String]) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM chain.payment_splits WHERE payment = ANY($1)")
        .bind(addresses)
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM chain.payments WHERE address = ANY($1)")
        .bind(addresses)
        .execute(db)
        .await
        .map(drop)
}
