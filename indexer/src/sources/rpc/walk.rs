//! Along the chain, block by block.
//!
//! A node's list of blocks does not prove that the slots between them were skipped: it may have lost
//! some, or be one of several that stand behind the same address and know different parts. The parents
//! prove it: each block must stand right behind the one before.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use super::{client::Client, error::RpcError};
use crate::{
    core::{BlockId, BlockMeta, CompleteSlot, SlotState, Update},
    sources::SourceError,
};

/// Blocks that are asked for at a time. A whole block of a busy chain is some ten megabytes while it is
/// being read.
const CONCURRENT: usize = 4;

/// Blocks that are listed at a time.
const LISTED: u64 = 256;

pub type Sender = mpsc::Sender<Result<Update, SourceError>>;

/// Why a walk ended early.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error("slot {slot} stands behind slot {parent}, which the node leaves out, or has another block for")]
    LeftOut { slot: u64, parent: u64 },
    #[error("nobody listens")]
    Unheard,
}

/// See the module documentation.
pub struct Walk {
    client: Arc<Client>,
    first: u64,
    /// The first slot that has not been walked past.
    next: u64,
    /// The last block that was told.
    last: Option<BlockId>,
}

impl Walk {
    /// Begins with the first block at or after `slot`.
    pub fn new(client: Arc<Client>, slot: u64) -> Self {
        Self { client, first: slot, next: slot, last: None }
    }

    pub fn is_past(&self, slot: u64) -> bool {
        self.next > slot
    }

    /// The last block's slot.
    pub fn last(&self) -> Option<u64> {
        self.last.as_ref().map(|block| block.slot)
    }

    /// Tells some more blocks, none of them behind `end`, to which the chain must have come or be about
    /// to come.
    pub async fn advance(&mut self, end: u64, sender: &Sender) -> Result<(), Stop> {
        let client = self.client.clone();
        let listed = client.blocks(self.next, (end - self.next + 1).min(LISTED)).await?;
        let (wanted, beyond) = listed.split_at(listed.partition_point(|slot| *slot <= end));
        let mut blocks = stream::iter(wanted.to_vec()).map(|slot| client.block(slot)).buffered(CONCURRENT);
        while let Some(block) = blocks.try_next().await? {
            self.require_next(&block.meta)?;
            let (slot, blockhash) = (block.meta.slot, block.meta.blockhash.clone());
            tell(block, sender).await?;
            self.next = slot + 1;
            self.last = Some(BlockId { slot, blockhash });
        }
        // That nothing stands between the last block wanted and the end, the one beyond has to say.
        if let Some(slot) = beyond.first() {
            self.require_next(&client.header(*slot).await?)?;
            self.next = end + 1;
        }
        Ok(())
    }

    fn require_next(&self, meta: &BlockMeta) -> Result<(), Stop> {
        let is_next = match &self.last {
            Some(last) => meta.parent_slot == last.slot && meta.parent_blockhash == last.blockhash,
            None => meta.parent_slot < self.first || meta.slot == 0,
        };
        if is_next { Ok(()) } else { Err(Stop::LeftOut { slot: meta.slot, parent: meta.parent_slot }) }
    }
}

/// The updates that a stream would have told of the block.
async fn tell(block: CompleteSlot, sender: &Sender) -> Result<(), Stop> {
    let CompleteSlot { meta, transactions, .. } = block;
    let send = async |update| sender.send(Ok(update)).await.map_err(|_| Stop::Unheard);
    let (slot, parent) = (meta.slot, Some(meta.parent_slot));
    let mut ours = transactions.into_iter().peekable();
    for index in 0..meta.executed_transactions {
        let transaction = ours.next_if(|transaction| transaction.index == index);
        send(Update::Executed { slot, index, is_ours: transaction.is_some() }).await?;
        if let Some(transaction) = transaction {
            send(Update::Transaction(Box::new(transaction))).await?;
        }
    }
    send(Update::BlockMeta(meta)).await?;
    send(Update::Slot { slot, parent, state: SlotState::Confirmed }).await
}

/// Tells why a walk ended early, if anybody listens.
pub async fn tell_stop(stop: Stop, sender: &Sender) {
    let _ = sender.send(Err(SourceError::Stream(stop.to_string()))).await;
}
