//! Bringing an open operation one step further: sign what is recorded, send what is signed, find out
//! what has become of what was sent.
//!
//! An operation is signed once. Its bytes may be sent again and again, because they are one
//! transaction; once signed it fails only when the chain can no longer take it, whatever a node says before.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use till_store::domain::TransactionKind;
use till_store::gateway::operations::{self, OpenOperation};
use till_store::gateway::payments::{self, KnownPayment};
use tokio::time::timeout;

use super::building::Building;
use super::signing;
use crate::chain::{Landing, Refusal, Simulation};
use crate::gateway::Gateway;

/// The code of an operation whose transaction the chain can no longer take.
const EXPIRED: &str = "transaction_expired";
/// The code of an operation that no transaction can be made of.
const NOT_BUILDABLE: &str = "not_buildable";
/// How long one step may take. A node that limits our rate is waited for much longer by its client.
pub const STEP: Duration = Duration::from_secs(20);
/// Blocks beyond the last one that could hold a transaction, all of them final, before it counts as
/// expired: for a node that answers about the height and another that answers about the signature.
const EXPIRY_MARGIN: u64 = 32;

/// Signs and sends an operation that has just been recorded. What goes wrong here is left to the
/// worker.
pub async fn attempt(gateway: &Gateway, id: &str) {
    let attempted = async {
        match operations::open(&gateway.pool, id).await? {
            Some(operation) => sign_and_send(gateway, &operation).await,
            None => Ok(()),
        }
    };
    if let Err(error) = in_time(attempted).await {
        tracing::warn!(transaction = id, error = format!("{error:#}"), "not sent yet; the worker goes on");
    }
}

/// One step of an operation that was left open.
pub async fn resume(gateway: &Gateway, operation: &OpenOperation) -> Result<()> {
    in_time(step(gateway, operation)).await
}

/// A step may be given up anywhere, as a process may die anywhere: the next one goes on from the row.
async fn in_time(step: impl Future<Output = Result<()>>) -> Result<()> {
    timeout(STEP, step).await.with_context(|| format!("given up after {} seconds", STEP.as_secs()))?
}

#[tracing::instrument(name = "operation", skip_all, fields(transaction = %operation.id))]
async fn step(gateway: &Gateway, operation: &OpenOperation) -> Result<()> {
    let signed = &operation.signed;
    let (Some(signature), Some(raw)) = (&signed.signature, &signed.raw) else {
        return sign_and_send(gateway, operation).await;
    };
    // The height comes first: whatever lands after this answer lands in a block beyond it.
    let height = gateway.chain.finalized_block_height().await?;
    match gateway.chain.landing(&signature.parse()?).await? {
        // The indexer sees it too, and it alone confirms.
        Landing::Succeeded | Landing::Processed => Ok(()),
        // One node's word is not enough to say that money did not move: it may follow a fork that nobody else does.
        // So it is noted, and what the operation holds is held until nothing can land any more.
        Landing::Failed(refusal) => {
            let Refusal { code, detail } = &refusal;
            operations::note_refused(&gateway.pool, &operation.id, signature, code, detail).await?;
            if has_expired(operation, height) { expired(gateway, operation, signature).await } else { Ok(()) }
        }
        Landing::Unknown if has_expired(operation, height) => expired(gateway, operation, signature).await,
        Landing::Unknown => send(gateway, &operation.id, raw).await,
    }
}

fn has_expired(operation: &OpenOperation, finalized_height: u64) -> bool {
    let last = operation.signed.last_valid_block_height.unwrap_or(i64::MAX).unsigned_abs();
    last < expired_below(finalized_height)
}

/// No block can hold a transaction any more whose last valid block height is below this one.
pub fn expired_below(finalized_height: u64) -> u64 {
    finalized_height.saturating_sub(EXPIRY_MARGIN)
}

/// Nothing can land any more, if the indexer says so too.
async fn expired(gateway: &Gateway, operation: &OpenOperation, signature: &str) -> Result<()> {
    let detail = "the network did not take it in time; nothing was moved, and it may be ordered again";
    if operations::note_expired(&gateway.pool, &operation.id, signature, EXPIRED, detail).await? {
        tracing::info!(transaction = operation.id, "an operation has failed: it can no longer land");
    }
    Ok(())
}

async fn sign_and_send(gateway: &Gateway, operation: &OpenOperation) -> Result<()> {
    let known = payments::find(&gateway.pool, &operation.payment_id).await?.context("no such payment")?;
    let operator = gateway.operator.pubkey();
    let instructions = match instructions(operation, &known, &operator) {
        Ok(instructions) => instructions,
        // Left open, it would hold its amount for ever. Nothing has been signed.
        Err(error) => return failed(gateway, operation, NOT_BUILDABLE, &format!("{error:#}")).await,
    };
    let blockhash = gateway.chain.latest_blockhash().await?;
    let message = |units| signing::message(&operator, &instructions, units, blockhash.hash);

    // A node that is behind the indexer would refuse what the chain allows.
    let seen_in = known.chain.as_ref().map(|chain| chain.slot.unsigned_abs());
    let trial = signing::unsigned(message(signing::SIMULATED_UNITS)?);
    let units = match gateway.chain.simulate(&trial, seen_in).await? {
        Simulation::Succeeds { compute_units } => signing::limit_for(compute_units),
        Simulation::Fails(refusal) => {
            return failed(gateway, operation, &refusal.code, &refusal.detail).await;
        }
    };
    let signed = signing::sign(message(units)?, &gateway.operator)?;
    let signature = signed.signature.to_string();
    let height = i64::try_from(blockhash.last_valid_block_height)?;
    let is_the_one =
        operations::note_signed(&gateway.pool, &operation.id, &signature, &signed.raw, height).await?;
    if !is_the_one {
        return Ok(());
    }
    send(gateway, &operation.id, &signed.raw).await
}

fn instructions(
    operation: &OpenOperation,
    known: &KnownPayment,
    operator: &Pubkey,
) -> Result<Vec<Instruction>> {
    let OpenOperation { kind, amount, is_final, pay_out, .. } = *operation;
    let building = Building::new(known, operator)?;
    match kind {
        TransactionKind::Capture => building.capture(amount, is_final, pay_out),
        TransactionKind::Void => Ok(building.void()),
        TransactionKind::Refund => Ok(building.refund(amount, None)),
        other => anyhow::bail!("the operator does not sign a {}", other.as_str()),
    }
}

async fn send(gateway: &Gateway, id: &str, raw: &[u8]) -> Result<()> {
    gateway.chain.send(raw).await?;
    operations::note_sent(&gateway.pool, id).await?;
    Ok(())
}

/// Nothing was signed, so nothing can land.
async fn failed(gateway: &Gateway, operation: &OpenOperation, code: &str, detail: &str) -> Result<()> {
    let noted = operations::note_failed(&gateway.pool, &operation.id, code, detail).await?;
    if noted {
        tracing::info!(transaction = operation.id, code, detail, "an operation has failed");
    }
    Ok(())
}
