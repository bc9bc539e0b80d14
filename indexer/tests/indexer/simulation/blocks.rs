//! A node that is asked for blocks: it fails, lags, stops in the middle, or follows the wrong fork.

use std::{ops::RangeInclusive, sync::Arc};

use rand::Rng;
use till_indexer::{
    core::{SlotState, Update},
    sources::{Blocks, SourceError, Subscription},
};
use tokio::sync::mpsc;

use super::{
    plan::BlocksFaults,
    shared::{Shared, up_to},
};

pub struct Node(pub Arc<Shared>);

impl Blocks for Node {
    fn name(&self) -> &str {
        "simulated"
    }

    fn fetch(&self, slots: RangeInclusive<u64>) -> Subscription {
        let (updates, received) = mpsc::channel(8);
        let shared = self.0.clone();
        Subscription::new(
            received,
            tokio::spawn(async move {
                if let Err(error) = tell(&shared, slots, &updates).await {
                    shared.note(|| format!("blocks: {error}"));
                    let _ = updates.send(Err(error)).await;
                }
            }),
        )
    }
}

async fn tell(
    shared: &Shared,
    slots: RangeInclusive<u64>,
    updates: &mpsc::Sender<Result<Update, SourceError>>,
) -> Result<(), SourceError> {
    let mut random = shared.random();
    let faults: BlocksFaults = shared.plan().blocks.clone().unwrap_or_default();
    shared.note(|| format!("fetch {slots:?}"));
    let most = if random.gen_bool(faults.slow) { 5_000 } else { 50 };
    tokio::time::sleep(up_to(&mut random, most)).await;
    if random.gen_bool(faults.hangs) {
        std::future::pending::<()>().await;
    }
    if random.gen_bool(faults.fails) {
        return Err(SourceError::Connect("no answer".to_owned()));
    }
    let blocks: Vec<Vec<Update>> = {
        let chain = shared.chain();
        if *slots.end() > chain.confirmed_slot() {
            return Err(SourceError::Stream("the node is not there yet".to_owned()));
        }
        let behind = random.gen_bool(faults.behind);
        let wanted = chain.confirmed_blocks(behind).filter(|block| slots.contains(&block.meta.slot));
        wanted
            .map(|block| {
                let slot = block.meta.slot;
                let of_blocks = block.updates.iter().filter(|it| !matches!(it, Update::Account(_))).cloned();
                let confirmed = Update::Slot { slot, parent: None, state: SlotState::Confirmed };
                of_blocks.chain([confirmed]).collect()
            })
            .collect()
    };
    for update in blocks.into_iter().flatten() {
        if random.gen_bool(faults.breaks / 10.0) {
            return Err(SourceError::Stream("broken".to_owned()));
        }
        if random.gen_bool(faults.ends_early / 10.0) {
            shared.note(|| "blocks: ends early".to_owned());
            return Ok(());
        }
        if updates.send(Ok(update)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
