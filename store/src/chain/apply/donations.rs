//! Donations, and the receipts for them.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::column;
use crate::chain::{Change, Donation, Receipt, ReceiptOutcome, State};

/// All at once: each is a row of its own.
pub async fn donations(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let rows: Vec<(&Change, &Donation)> = changes
        .iter()
        .filter_map(|change| match &change.state {
            State::Donation(donation) => Some((*change, donation)),
            _ => None,
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.donations (signature, instruction, inner_index, campaign, sequence, donor, receipt, amount,
             sent, donated_at, slot)
         SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::text[], $5::bigint[], $6::text[], $7::text[],
             $8::numeric[], $9::numeric[], $10::timestamptz[], $11::bigint[])",
    )
    .bind(column(&rows, |(change, _)| change.key.signature.as_str()))
    .bind(column(&rows, |(change, _)| change.key.instruction))
    .bind(column(&rows, |(change, _)| change.key.inner_index))
    .bind(column(&rows, |(change, _)| change.address.as_str()))
    .bind(column(&rows, |(_, donation)| donation.sequence))
    .bind(column(&rows, |(_, donation)| donation.donor.as_str()))
    .bind(column(&rows, |(_, donation)| donation.receipt.as_deref()))
    .bind(column(&rows, |(_, donation)| donation.amount))
    .bind(column(&rows, |(_, donation)| donation.sent))
    .bind(column(&rows, |(_, donation)| donation.donated_at))
    .bind(column(&rows, |(change, _)| change.slot))
    .execute(db)
    .await
    .map(drop)
}

/// The last of each receipt, all at once. Only a clock that went back could begin one again that has ended.
pub async fn receipts(db: &mut PgConnection, changes: &[&Change]) -> sqlx::Result<()> {
    let mut last: BTreeMap<&str, (i64, &Receipt)> = BTreeMap::new();
    for Change { address, state, slot, .. } in changes {
        if let State::Receipt(receipt) = state {
            last.insert(address, (*slot, receipt));
        }
    }
    let rows: Vec<(&str, (i64, &Receipt))> = last.into_iter().collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO chain.receipts (address, campaign, donor, rent_payer, salt, amount, outcome, sequence, slot)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::numeric[], $7::text[],
             $8::bigint[], $9::bigint[])
         ON CONFLICT (address) DO UPDATE SET
             rent_payer = excluded.rent_payer, amount = excluded.amount, outcome = excluded.outcome,
             sequence = excluded.sequence, slot = excluded.slot
         WHERE receipts.sequence < excluded.sequence OR receipts.outcome IS NOT NULL",
    )
    .bind(column(&rows, |(address, _)| *address))
    .bind(column(&rows, |(_, (_, receipt))| receipt.campaign.as_str()))
    .bind(column(&rows, |(_, (_, receipt))| receipt.donor.as_str()))
    .bind(column(&rows, |(_, (_, receipt))| receipt.rent_payer.as_str()))
    .bind(column(&rows, |(_, (_, receipt))| receipt.salt))
    .bind(column(&rows, |(_, (_, receipt))| receipt.amount))
    .bind(column(&rows, |(_, (_, receipt))| receipt.outcome.map(ReceiptOutcome::as_str)))
    .bind(column(&rows, |(_, (_, receipt))| receipt.sequence))
    .bind(column(&rows, |(_, (slot, _))| *slot))
    .execute(db)
    .await
    .map(drop)
}
