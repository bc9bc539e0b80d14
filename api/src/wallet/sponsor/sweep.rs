//! What was set aside for a transaction that never landed, or failed on the chain, is given back to the budget once
//! nothing can change that any more; and what is long decided is forgotten.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use solana_signature::Signature;
use till_store::db;
use till_store::gateway::sponsorships::{self, Outcome, Undecided};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::chain::{Landing, MOST_STATUSES};
use crate::gateway::Gateway;
use crate::payments::settle;

const PERIOD: Duration = Duration::from_secs(5);
/// How many are looked at at once: as many as a node tells in one answer.
const BATCH: i64 = MOST_STATUSES as i64;
/// How many are forgotten at once.
const FORGET_BATCH: i64 = 1_000;

/// Whatever is under way at `shutdown` is dropped, and looked at again by another process.
pub async fn run(gateway: &Arc<Gateway>, shutdown: &CancellationToken) {
    if gateway.sponsor.is_some() {
        shutdown.run_until_cancelled(sweep(gateway)).await;
    }
}

async fn sweep(gateway: &Gateway) {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        if let Err(error) = once(gateway).await {
            tracing::warn!(error = format!("{error:#}"), "what was sponsored could not be looked at");
        }
    }
}

async fn once(gateway: &Gateway) -> Result<()> {
    // Behind the last block that could hold it, and final: what is not there then never will be. The height comes first:
    // whatever lands after this answer lands in a block beyond it.
    let height = i64::try_from(settle::expired_below(gateway.chain.finalized_block_height().await?))?;
    let mut after = 0;
    loop {
        let batch = db::in_time(sponsorships::undecided(&gateway.pool, height, after, BATCH)).await?;
        let Some(last) = batch.last() else { break };
        // What stays undecided is asked about in the next run, not in this one again.
        after = last.id;
        decide(gateway, &batch).await?;
    }
    Ok(db::in_time(sponsorships::forget(&gateway.pool, FORGET_BATCH)).await?)
}

async fn decide(gateway: &Gateway, batch: &[Undecided]) -> Result<()> {
    let signatures = batch.iter().map(|one| one.signature.parse()).collect::<Result<Vec<Signature>, _>>()?;
    let landings = gateway.chain.landings(&signatures).await?;
    let decided: Vec<(i64, Outcome)> =
        batch.iter().zip(landings).filter_map(|(one, landing)| Some((one.id, outcome(&landing)?))).collect();
    Ok(db::in_time(sponsorships::decide(&gateway.pool, &decided)).await?)
}

/// Nothing while a fork could still undo it.
fn outcome(landing: &Landing) -> Option<Outcome> {
    match landing {
        Landing::Unknown => Some(Outcome::Expired),
        Landing::Processed => None,
        Landing::Succeeded => Some(Outcome::Succeeded),
        Landing::Failed(_) => Some(Outcome::Failed),
    }
}
