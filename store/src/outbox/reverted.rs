//! What merchants are told when the chain undoes what they were told before.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::{Numbers, known, options, rows::EventRow, send};
use crate::{
    chain::{Block, PaymentStep, payments_at},
    domain::{Event, EventData, GatewayPayment, Payment, Progress, Transaction, TransactionRecord},
    ids::Kind,
    view,
};

/// The type of these events.
const REVERTED: &str = "payment.reverted";

/// Writes that `steps`, in the order of the chain, did not happen: the newest first, each with the payment
/// as `ancestor`, the last block that stays, leaves it. Returns how many events merchants will be told.
pub(crate) async fn write_reverted(
    db: &mut PgConnection,
    steps: &[PaymentStep],
    ancestor: &Block,
    finalized_slot: i64,
) -> sqlx::Result<usize> {
    let steps: Vec<&PaymentStep> = steps.iter().rev().collect();
    options::forget_paid(&mut *db, &steps).await?;
    let known = known(&mut *db, &steps).await?;
    let ids: Vec<String> = known.values().map(|payment| payment.id.clone()).collect();
    let before = view::transactions(&mut *db, &ids).await?;
    let told: Vec<(&PaymentStep, &GatewayPayment)> = steps
        .iter()
        .filter_map(|step| Some((*step, known.get(&step.address)?)))
        .filter(|(step, gateway)| carried_out(&before, step, gateway).is_some())
        .collect();
    if told.is_empty() {
        return Ok(0);
    }
    take_back(&mut *db, &told).await?;
    let after = view::transactions(&mut *db, &ids).await?;
    let chain = payments_at(&mut *db, &steps).await?;
    let transfers = view::transfers(&mut *db, &known.values().collect::<Vec<_>>()).await?;
    let mut numbers = Numbers::take(&mut *db, &told).await?;
    let progress = Progress {
        slot: ancestor.slot,
        block_time: ancestor.block_time,
        finalized_slot: finalized_slot.min(ancestor.slot),
    };
    let mut events = Vec::with_capacity(told.len());
    for (step, gateway) in told {
        let transactions = after.get(&gateway.id).map_or(&[][..], Vec::as_slice);
        let undone = carried_out(&before, step, gateway);
        let undone = transactions.iter().find(|row| undone.is_some_and(|undone| undone.id == row.id));
        let undone = undone.ok_or(sqlx::Error::RowNotFound)?;
        let state = chain.get(&step.address);
        let event = Event {
            id: Kind::Event.random(),
            kind: REVERTED.to_owned(),
            timestamp: ancestor.block_time,
            merchant: gateway.merchant_id.clone(),
            sequence: numbers.next(&gateway.merchant_id),
            test: false,
            data: EventData {
                payment: Payment::assemble(
                    gateway,
                    state,
                    transactions,
                    transfers.of(&gateway.id),
                    Some(progress),
                ),
                transaction: Transaction::new(undone, gateway.decimals(), Some(progress.finalized_slot)),
                sequence: state.map_or(0, |state| state.sequence),
            },
        };
        events.push(EventRow::new(&event, Some(&gateway.id), ancestor.slot)?);
    }
    send(db, &events, &ids).await?;
    Ok(events.len())
}

/// The operation that `step` confirmed.
fn carried_out<'a>(
    rows: &'a HashMap<String, Vec<TransactionRecord>>,
    step: &PaymentStep,
    gateway: &GatewayPayment,
) -> Option<&'a TransactionRecord> {
    rows.get(&gateway.id)?.iter().find(|row| row.sequence == Some(step.after.sequence))
}

/// An operation that was ordered here is on its way again: its bytes may still land. Somebody else's
/// has failed until it is seen again.
async fn take_back(db: &mut PgConnection, told: &[(&PaymentStep, &GatewayPayment)]) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE transactions t
         SET status = CASE WHEN t.raw IS NULL THEN 'failed' ELSE 'sent' END,
             error_code = CASE WHEN t.raw IS NULL THEN 'reverted' END,
             error_detail = CASE WHEN t.raw IS NULL THEN 'the chain undid the block that it was in' END,
             slot = NULL, sequence = NULL, claimed_until = NULL, updated_at = now()
         FROM unnest($1::text[], $2::bigint[]) AS u (payment_id, sequence)
         WHERE t.payment_id = u.payment_id AND t.sequence = u.sequence",
    )
    .bind(told.iter().map(|(_, gateway)| gateway.id.as_str()).collect::<Vec<_>>())
    .bind(told.iter().map(|(step, _)| step.after.sequence).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}
