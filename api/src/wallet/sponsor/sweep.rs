//! What was set aside for a transaction that never landed is given back to the budget, once it never can.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use till_store::gateway::sponsorships::{self, Outcome};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::chain::Landing;
use crate::gateway::Gateway;

const PERIOD: Duration = Duration::from_secs(5);
/// How many are looked at at once.
const BATCH: i64 = 64;

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
    // Behind the last block that could hold it, and final: what is not there then never will be.
    let height = i64::try_from(gateway.chain.finalized_block_height().await?)?;
    for signature in sponsorships::undecided(&gateway.pool, height, BATCH).await? {
        let outcome = match gateway.chain.landing(&signature.parse()?).await? {
            Landing::Unknown => Outcome::Expired,
            Landing::Processed => continue,
            Landing::Succeeded | Landing::Failed(_) => Outcome::Landed,
        };
        sponsorships::decide(&gateway.pool, &signature, outcome).await?;
    }
    Ok(())
}
