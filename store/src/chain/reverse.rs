//! Undoing what confirmed blocks changed, when the chain has undone them.
//!
//! A row is what its events make of it. So the undone events go, the rows that they had touched go, and
//! these are made again of the events that are left.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;

use super::{
    Changes, CommitError, PaymentStep, Reversal, Touched,
    apply::{self, Direction, Mints},
};
use crate::outbox;

/// Returns how many events merchants will be told.
pub async fn reverse(
    db: &mut PgConnection,
    reversal: &Reversal,
    finalized_slot: i64,
) -> Result<usize, CommitError> {
    let Reversal { ancestor, undone, rederived } = reversal;
    subtract(&mut *db, undone).await?;
    take_back(&mut *db, ancestor.slot).await?;
    apply::forget(&mut *db, &Touched::by(undone)).await?;
    rederive(&mut *db, rederived).await?;
    Ok(outbox::write_reverted(db, &undone.steps, ancestor, finalized_slot).await?)
}

/// Events and their ledger lines, blocks, accounts. The events are kept elsewhere: merchants were told.
async fn take_back(db: &mut PgConnection, ancestor: i64) -> sqlx::Result<()> {
    for statement in [
        "DELETE FROM chain.ledger l USING chain.events e
         WHERE e.slot > $1 AND (l.signature, l.instruction, l.inner_index) = (e.signature, e.instruction, e.inner_index)",
        "WITH undone AS (DELETE FROM chain.events WHERE slot > $1 RETURNING *)
         INSERT INTO chain.reverted_events (slot, transaction_index, signature, instruction, inner_index, type,
             payment, payment_sequence, vault, vault_sequence, merchant, subject, data, block_time)
         SELECT slot, transaction_index, signature, instruction, inner_index, type,
             payment, payment_sequence, vault, vault_sequence, merchant, subject, data, block_time
         FROM undone",
        "DELETE FROM chain.blocks WHERE slot > $1",
        "DELETE FROM chain.accounts WHERE slot > $1",
    ] {
        sqlx::query(statement).bind(ancestor).execute(&mut *db).await?;
    }
    Ok(())
}

/// Undone events are no part of any day. They are still there, and tell the mints.
async fn subtract(db: &mut PgConnection, undone: &Changes) -> sqlx::Result<()> {
    let totals: Vec<_> = undone.totals.iter().collect();
    let fees: Vec<_> = undone.fees.iter().collect();
    let mints = Mints::load(&mut *db, &[], &totals, &HashSet::new()).await?;
    apply::totals(&mut *db, &totals, &mints, Direction::TakeBack).await?;
    apply::fees(db, &fees, Direction::TakeBack).await
}

async fn rederive(db: &mut PgConnection, changes: &Changes) -> sqlx::Result<()> {
    let steps: Vec<&PaymentStep> = changes.steps.iter().collect();
    apply::states(&mut *db, &changes.states.iter().collect::<Vec<_>>()).await?;
    apply::openings(&mut *db, &steps).await?;
    apply::payments(db, &HashMap::new(), &steps).await
}
