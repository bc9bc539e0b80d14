//! From slots that went through the gate to the batch that is committed next.

use till_store::chain::{Batch, Block, Checkpoint, Reversal, Touched};
use tokio::time::Instant;

use super::{End, Session};
use crate::{
    core::{BlockId, CompleteSlot, Retraced},
    database::{Writer, answer},
    projection, status,
};

impl<W: Writer> Session<'_, W> {
    /// Projects what can go through the gate.
    pub(super) async fn collect(&mut self) -> Result<(), End> {
        let released = self.gate.release()?;
        if !released.is_empty() {
            self.last_through = Instant::now();
        }
        let released = match &mut self.retrace {
            None => released,
            Some(retrace) => match retrace.pass(released, self.gate.finalized()) {
                Retraced::Open => return Ok(()),
                Retraced::Intact(slots) => {
                    self.retrace = None;
                    self.gate.accept_confirmed()?;
                    slots
                }
                Retraced::Undone { ancestor, instead } => {
                    self.retrace = None;
                    self.gate.accept_confirmed()?;
                    self.reversal = Some(self.reversal_to(&ancestor).await?);
                    instead
                }
            },
        };
        for slot in &released {
            self.project(slot)?;
        }
        self.finalize();
        Ok(())
    }

    fn project(&mut self, slot: &CompleteSlot) -> Result<(), End> {
        let known = self.tip.as_ref().map_or(0, |tip| tip.finalized_slot);
        let (mut changes, mut blocks, mut accounts) = match self.pending.take() {
            Some(pending) => {
                self.reversal = pending.reversal;
                (pending.changes, pending.blocks, pending.accounts)
            }
            None => Default::default(),
        };
        let checkpoint = projection::project(slot, known, &mut changes)?;
        blocks.push(Block::from(&checkpoint));
        projection::accounts(slot, &mut accounts)?;
        let (after, reversal) = (self.tip.clone(), self.reversal.take());
        self.pending = Some(Batch { after, reversal, changes, blocks, accounts, checkpoint });
        Ok(())
    }

    /// A new stream says nothing of slots that were final before it began.
    fn finalize(&mut self) {
        let Some(tip) = &self.tip else { return self.finalize_pending(0) };
        let known = tip.finalized_slot;
        let finalized = self.finalized_slot().unwrap_or(known);
        if self.pending.is_none() && finalized > known {
            let checkpoint = Checkpoint { finalized_slot: finalized, ..tip.clone() };
            self.pending = Some(Batch::new(Some(tip.clone()), checkpoint));
        }
        self.finalize_pending(known);
    }

    fn finalize_pending(&mut self, known: i64) {
        let finalized = self.finalized_slot().unwrap_or(known).max(known);
        if let Some(pending) = &mut self.pending {
            pending.checkpoint.finalized_slot = finalized;
        }
    }

    fn finalized_slot(&self) -> Option<i64> {
        self.gate.finalized().and_then(|slot| slot.try_into().ok())
    }

    /// What has to be undone to come back to `ancestor`.
    async fn reversal_to(&mut self, ancestor: &BlockId) -> Result<Reversal, End> {
        let slot = ancestor.slot.cast_signed();
        let block = self.recent.iter().find(|block| block.slot == slot).cloned();
        let (Some(block), Some(writer)) = (block, &mut self.position.writer) else {
            return Err(End::NoAncestor);
        };
        let undone = projection::again(&answer(writer.events_behind(slot)).await?)?;
        let touched = Touched::by(&undone);
        let rederived = touched.of(projection::again(&answer(writer.events_of(&touched, slot)).await?)?);
        status::reorganised();
        tracing::error!(
            ancestor = slot,
            events = undone.events.len(),
            payments = touched.payments.len(),
            "the chain undid confirmed blocks: what they changed is taken back"
        );
        Ok(Reversal { ancestor: block, undone, rederived })
    }
}
