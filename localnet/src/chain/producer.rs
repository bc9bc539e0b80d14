//! Closes slots: one task that ticks, and the step that it takes inside the chain's own loop.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use crossbeam_channel::Sender;
use surfpool_core::surfnet::{locker::SurfnetSvmLocker, svm::SurfnetSvm};
use surfpool_types::{SerialVmMutationResult, SerialVmMutationTask, SimnetCommand};
use tokio::{
    sync::{Mutex, oneshot},
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{clock::ChainClock, journal::Journal, record::SlotRecord};

/// Everything that closing a slot needs besides the chain.
pub struct Producer {
    pub journal: Option<Journal>,
    pub clock: ChainClock,
    pub slot_ms: u64,
    /// The last slot that closed.
    pub last: Option<SlotRecord>,
}

impl Producer {
    /// Closes the open slot: written to the journal first, told to everyone after.
    fn close_slot(&mut self, svm: &mut SurfnetSvm) -> anyhow::Result<()> {
        let time = self.clock.closing_time(unix_ms(), svm.updated_at);
        self.catch_up(svm)?;
        let record = SlotRecord::of_open_slot(svm, time)?;
        if let Some(journal) = &mut self.journal {
            journal.append(&record)?;
        }
        // Closing adds the nominal slot time.
        svm.updated_at = time.saturating_sub(self.slot_ms);
        svm.state_revision += 1;
        svm.confirm_current_block().context("the chain cannot close its slot")?;
        self.last = Some(SlotRecord::empty(record.slot, record.height, record.time_ms));
        Ok(())
    }

    /// Time travel closes a slot by itself, and then jumps.
    fn catch_up(&mut self, svm: &SurfnetSvm) -> anyhow::Result<()> {
        let Some(last) = &self.last else {
            return Ok(());
        };
        let missed = last.slot + 1;
        if missed < svm.latest_epoch_info.absolute_slot
            && let Some(record) = SlotRecord::of_closed_block(svm, missed)?
            && let Some(journal) = &mut self.journal
        {
            journal.append(&record)?;
        }
        Ok(())
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        match (&mut self.journal, &self.last) {
            (Some(journal), Some(last)) => journal.stop(last),
            _ => Ok(()),
        }
    }
}

/// Runs `step` between two of the chain's own steps: never while a transaction is half way.
pub async fn in_turn<T: Send + 'static>(
    commands: &Sender<SimnetCommand>,
    locker: &SurfnetSvmLocker,
    step: impl FnOnce(&mut SurfnetSvm) -> T + Send + 'static,
) -> anyhow::Result<T> {
    let (answer, answered) = oneshot::channel();
    let locker = locker.clone();
    let task = SerialVmMutationTask::new(move || {
        Box::pin(async move {
            let result = step(&mut *locker.0.write().await);
            // Nobody waits when the caller was cancelled; the step is done all the same.
            let _ = answer.send(result);
            SerialVmMutationResult::NoBlock
        })
    });
    commands
        .send(SimnetCommand::ProcessSerialVmMutation(task))
        .ok()
        .context("the chain does not run any more")?;
    answered.await.context("the chain stopped")
}

/// Closes a slot every `slot_ms` until stopped, then once more if transactions wait for it, and ends the journal.
pub async fn run(
    producer: Arc<Mutex<Producer>>,
    commands: Sender<SimnetCommand>,
    locker: SurfnetSvmLocker,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let slot_ms = producer.lock().await.slot_ms;
    let close = || async {
        let mut producer = producer.clone().lock_owned().await;
        in_turn(&commands, &locker, move |svm| producer.close_slot(svm)).await?
    };
    let mut ticks = interval(Duration::from_millis(slot_ms));
    // A slow slot delays the ones behind it instead of making them come at once.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = ticks.tick() => close().await?,
        }
    }
    let waiting = in_turn(&commands, &locker, |svm| {
        !svm.transactions_queued_for_confirmation.is_empty()
            || svm.account_update_slots.values().any(|slot| *slot == svm.latest_epoch_info.absolute_slot)
    })
    .await?;
    if waiting {
        close().await?;
    }
    producer.lock().await.stop()
}

/// The wall clock in unix milliseconds.
pub fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis() as u64)
}
