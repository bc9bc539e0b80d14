//! Where the chain's events enter and the subscribers wait for them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use yellowstone_grpc_proto::prelude::{CommitmentLevel, SubscribeUpdateBlockMeta};

use super::{
    event::{AccountUpdate, Event, TransactionUpdate},
    ring::{Ring, RingLimits},
    sequencer::{ClosedSlot, Sequencer},
};

/// How many blocks a blockhash is accepted for.
pub const MAX_PROCESSING_AGE: u64 = 150;

#[derive(Debug)]
struct State {
    sequencer: Sequencer,
    ring: Ring,
}

/// One writer (the chain), any number of readers (subscriptions and unary calls).
#[derive(Debug)]
pub struct Hub {
    state: Mutex<State>,
    /// The log's end; a reader that has read up to it sleeps until it moves.
    end: watch::Sender<u64>,
}

impl Hub {
    pub fn new(limits: RingLimits) -> Self {
        Self {
            state: Mutex::new(State { sequencer: Sequencer::default(), ring: Ring::new(limits) }),
            end: watch::Sender::new(0),
        }
    }

    pub fn account(&self, slot: u64, update: AccountUpdate) {
        self.publish(|sequencer| [sequencer.account(slot, update)]);
    }

    pub fn transaction(&self, slot: u64, update: TransactionUpdate) {
        self.publish(|sequencer| [sequencer.transaction(slot, update)]);
    }

    pub fn close(&self, closed: ClosedSlot) {
        self.publish(|sequencer| sequencer.close(closed));
    }

    pub fn root(&self, root: u64) {
        self.publish(|sequencer| sequencer.root(root));
    }

    fn publish<E: IntoIterator<Item = Event>>(&self, events: impl FnOnce(&mut Sequencer) -> E) {
        let mut state = self.lock();
        for event in events(&mut state.sequencer) {
            state.ring.push(event);
        }
        let end = state.ring.end();
        drop(state);
        self.end.send_replace(end);
    }

    /// Reads the log. Short: the guard is never held over a wait.
    pub fn read<T>(&self, read: impl FnOnce(&Ring) -> T) -> T {
        read(&self.lock().ring)
    }

    /// Told of the log's end whenever it moves.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }

    /// The block meta of the newest slot at `commitment`.
    pub fn tip_meta(&self, commitment: CommitmentLevel) -> Option<SubscribeUpdateBlockMeta> {
        self.read(|ring| ring.tip_meta(commitment))
    }

    /// The newest slot at `commitment`, and whether a transaction with `blockhash` is still accepted there.
    pub fn blockhash_valid(&self, blockhash: &str, commitment: CommitmentLevel) -> Option<(u64, bool)> {
        self.read(|ring| {
            let slot = ring.tip(commitment)?;
            let valid = ring
                .metas_from(slot)
                .take(MAX_PROCESSING_AGE as usize)
                .any(|meta| meta.blockhash == blockhash);
            Some((slot, valid))
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics between two steps of a change, so a poisoned state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
