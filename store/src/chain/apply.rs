//! The statements of a commit. Each writes all rows of its kind at once, and none goes backwards.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Row};

use super::{EventKey, EventRow, LedgerLine, MerchantRow, PaymentStep, VaultBalances, VaultRow};
use crate::{Amount, domain::ChainPayment};

/// One column of many rows.
fn column<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// Returns the keys of the events that were not there yet.
pub async fn events(db: &mut PgConnection, rows: &[EventRow]) -> sqlx::Result<Vec<EventKey>> {
    let inserted = sqlx::query(
        "INSERT INTO chain.events (slot, transaction_index, signature, instruction, inner_index, type,
             payment, payment_sequence, vault, vault_sequence, merchant, data, block_time)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::smallint[], $6::text[],
             $7::text[], $8::bigint[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::timestamptz[])
         ON CONFLICT (signature, instruction, inner_index) DO NOTHING
         RETURNING signature, instruction, inner_index",
    )
    .bind(column(rows, |row| row.slot))
    .bind(column(rows, |row| row.transaction_index))
    .bind(column(rows, |row| row.key.signature.as_str()))
    .bind(column(rows, |row| row.key.instruction))
    .bind(column(rows, |row| row.key.inner_index))
    .bind(column(rows, |row| row.kind))
    .bind(column(rows, |row| row.payment.as_ref().map(|(address, _)| address.as_str())))
    .bind(column(rows, |row| row.payment.as_ref().map(|(_, sequence)| *sequence)))
    .bind(column(rows, |row| row.vault.as_ref().map(|(address, _)| address.as_str())))
    .bind(column(rows, |row| row.vault.as_ref().and_then(|(_, sequence)| *sequence)))
    .bind(column(rows, |row| row.merchant.as_deref()))
    .bind(column(rows, |row| row.data.as_str()))
    .bind(column(rows, |row| row.block_time))
    .fetch_all(db)
    .await?;
    inserted
        .iter()
        .map(|row| {
            Ok(EventKey {
                signature: row.try_get(0)?,
                instruction: row.try_get(1)?,
                inner_index: row.try_get(2)?,
            })
        })
        .collect()
}

pub async fn ledger(db: &mut PgConnection, rows: &[&LedgerLine]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.ledger (signature, instruction, inner_index, line, vault, account, amount)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::smallint[], $5::text[], $6::text[],
             $7::numeric[])",
    )
    .bind(column(rows, |row| row.key.signature.as_str()))
    .bind(column(rows, |row| row.key.instruction))
    .bind(column(rows, |row| row.key.inner_index))
    .bind(column(rows, |row| row.line))
    .bind(column(rows, |row| row.vault.as_str()))
    .bind(column(rows, |row| row.account.as_str()))
    .bind(column(rows, |row| Decimal::from_i128_with_scale(row.amount, 0)))
    .execute(db)
    .await
    .map(drop)
}

pub async fn merchants(db: &mut PgConnection, rows: &[MerchantRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.merchants (address, founder, index, authority, operator, payout_wallet, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bigint[])
         ON CONFLICT (address) DO NOTHING",
    )
    .bind(column(rows, |row| row.address.as_str()))
    .bind(column(rows, |row| row.founder.as_str()))
    .bind(column(rows, |row| row.index))
    .bind(column(rows, |row| row.authority.as_str()))
    .bind(column(rows, |row| row.operator.as_str()))
    .bind(column(rows, |row| row.payout_wallet.as_str()))
    .bind(column(rows, |row| row.slot))
    .execute(db)
    .await
    .map(drop)
}

pub async fn vaults(db: &mut PgConnection, rows: &[VaultRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.vaults (address, merchant, mint, vault_token, token_program, decimals, shard, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[],
             $7::integer[], $8::bigint[])
         ON CONFLICT (address) DO NOTHING",
    )
    .bind(column(rows, |row| row.address.as_str()))
    .bind(column(rows, |row| row.merchant.as_str()))
    .bind(column(rows, |row| row.mint.as_str()))
    .bind(column(rows, |row| row.vault_token.as_str()))
    .bind(column(rows, |row| row.token_program.as_str()))
    .bind(column(rows, |row| row.decimals))
    .bind(column(rows, |row| row.shard))
    .bind(column(rows, |row| row.slot))
    .execute(db)
    .await
    .map(drop)
}

/// Of several changes of a vault the last counts.
pub async fn vault_balances(db: &mut PgConnection, rows: &[VaultBalances]) -> sqlx::Result<()> {
    let last: HashMap<&str, &VaultBalances> = rows.iter().map(|row| (row.address.as_str(), row)).collect();
    let rows: Vec<&VaultBalances> = last.into_values().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE chain.vaults v
         SET escrowed = u.escrowed, balance = u.balance, fees = u.fees, sequence = u.sequence, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::bigint[], $6::bigint[])
             AS u (address, escrowed, balance, fees, sequence, slot)
         WHERE v.address = u.address AND v.sequence < u.sequence",
    )
    .bind(column(&rows, |row| row.address.as_str()))
    .bind(column(&rows, |row| row.escrowed))
    .bind(column(&rows, |row| row.balance))
    .bind(column(&rows, |row| row.fees))
    .bind(column(&rows, |row| row.sequence))
    .bind(column(&rows, |row| row.slot))
    .execute(db)
    .await
    .map(drop)
}

/// The payments of `steps` as they stand before them, by address.
pub async fn payments_before(
    db: &mut PgConnection,
    steps: &[&PaymentStep],
) -> sqlx::Result<HashMap<String, ChainPayment>> {
    let rows = sqlx::query(
        "SELECT address, payer, capturable, captured, refunded, fees, outcome, sequence, closed, slot
         FROM chain.payments WHERE address = ANY($1)",
    )
    .bind(column(steps, |step| step.address.as_str()))
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("address")?, ChainPayment::from_row(row)?))).collect()
}

/// Writes the payments that begin with one of `steps`, as that step leaves them.
pub async fn openings(db: &mut PgConnection, steps: &[&PaymentStep]) -> sqlx::Result<()> {
    let rows: Vec<_> =
        steps.iter().filter_map(|step| step.opening.as_ref().map(|opening| (*step, opening))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&PaymentStep) -> Amount| column(&rows, |(step, _)| of(step));
    sqlx::query(
        "INSERT INTO chain.payments (address, merchant, vault, mint, payer, rent_payer, terms_hash,
             merchant_payment_id, amount, fee_bps, authorization_expiry, refund_expiry, capture_mode,
             capturable, captured, refunded, fees, sequence, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
             $8::bytea[], $9::numeric[], $10::integer[], $11::timestamptz[], $12::timestamptz[], $13::text[],
             $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[], $18::bigint[], $19::bigint[])",
    )
    .bind(column(&rows, |(step, _)| step.address.as_str()))
    .bind(column(&rows, |(_, opening)| opening.merchant.as_str()))
    .bind(column(&rows, |(_, opening)| opening.vault.as_str()))
    .bind(column(&rows, |(_, opening)| opening.mint.as_str()))
    .bind(column(&rows, |(_, opening)| opening.payer.as_str()))
    .bind(column(&rows, |(_, opening)| opening.rent_payer.as_str()))
    .bind(column(&rows, |(_, opening)| opening.terms_hash.as_slice()))
    .bind(column(&rows, |(_, opening)| opening.merchant_payment_id.as_slice()))
    .bind(column(&rows, |(_, opening)| opening.amount))
    .bind(column(&rows, |(_, opening)| opening.fee_bps))
    .bind(column(&rows, |(_, opening)| opening.authorization_expiry))
    .bind(column(&rows, |(_, opening)| opening.refund_expiry))
    .bind(column(&rows, |(_, opening)| opening.capture_mode))
    .bind(amounts(|step| step.after.capturable))
    .bind(amounts(|step| step.after.captured))
    .bind(amounts(|step| step.after.refunded))
    .bind(amounts(|step| step.after.fees))
    .bind(column(&rows, |(step, _)| step.after.sequence))
    .bind(column(&rows, |(step, _)| step.slot))
    .execute(db)
    .await
    .map(drop)
}

/// Brings payments to where the last of their steps leaves them. An outcome, once known, stays.
pub async fn payments(db: &mut PgConnection, steps: &[&PaymentStep]) -> sqlx::Result<()> {
    let mut last: HashMap<&str, (&PaymentStep, Option<&'static str>)> = HashMap::new();
    for step in steps {
        let outcome = step.after.outcome.map(|outcome| outcome.as_str());
        let known = last.get(step.address.as_str()).and_then(|(_, outcome)| *outcome);
        last.insert(&step.address, (step, outcome.or(known)));
    }
    let rows: Vec<_> = last.into_values().collect();
    if rows.is_empty() {
        return Ok(());
    }
    let amounts = |of: fn(&PaymentStep) -> Amount| column(&rows, |(step, _)| of(step));
    sqlx::query(
        "UPDATE chain.payments p
         SET capturable = u.capturable, captured = u.captured, refunded = u.refunded, fees = u.fees,
             sequence = u.sequence, outcome = coalesce(u.outcome, p.outcome), closed = u.closed, slot = u.slot
         FROM unnest($1::text[], $2::numeric[], $3::numeric[], $4::numeric[], $5::numeric[], $6::bigint[],
             $7::text[], $8::boolean[], $9::bigint[])
             AS u (address, capturable, captured, refunded, fees, sequence, outcome, closed, slot)
         WHERE p.address = u.address AND p.sequence < u.sequence",
    )
    .bind(column(&rows, |(step, _)| step.address.as_str()))
    .bind(amounts(|step| step.after.capturable))
    .bind(amounts(|step| step.after.captured))
    .bind(amounts(|step| step.after.refunded))
    .bind(amounts(|step| step.after.fees))
    .bind(column(&rows, |(step, _)| step.after.sequence))
    .bind(column(&rows, |(_, outcome)| *outcome))
    .bind(column(&rows, |(step, _)| step.after.closed))
    .bind(column(&rows, |(step, _)| step.slot))
    .execute(db)
    .await
    .map(drop)
}
