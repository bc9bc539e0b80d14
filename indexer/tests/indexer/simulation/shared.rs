//! What the simulated parts have in common: the chain, what can go wrong, and the record of what did.

use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::SmallRng};
use till_indexer::core::{BlockMeta, SlotState, Update};
use tokio::{sync::watch, time::Instant};

use super::{chain::Chain, plan::Plan};

pub struct Shared {
    seed: u64,
    parts: AtomicU64,
    plan: Mutex<Plan>,
    chain: Mutex<Chain>,
    told: watch::Sender<usize>,
    began: Instant,
    is_calm: AtomicBool,
    trace: Mutex<Vec<String>>,
}

impl Shared {
    pub fn new(seed: u64, plan: Plan) -> Arc<Self> {
        let chain = Chain::new(SmallRng::seed_from_u64(seed ^ 0x6368_6169_6e00));
        Arc::new(Self {
            seed,
            parts: AtomicU64::new(0),
            plan: Mutex::new(plan),
            told: watch::Sender::new(chain.told.len()),
            chain: Mutex::new(chain),
            began: Instant::now(),
            is_calm: AtomicBool::new(false),
            trace: Mutex::default(),
        })
    }

    /// Randomness for one part, so that what one draws changes nothing for the others.
    pub fn random(&self) -> SmallRng {
        let part = self.parts.fetch_add(1, Ordering::Relaxed) + 1;
        SmallRng::seed_from_u64(self.seed ^ part << 32)
    }

    pub fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap()
    }

    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap()
    }

    /// Wakes with how much the chain has told.
    pub fn told(&self) -> watch::Receiver<usize> {
        self.told.subscribe()
    }

    /// Nothing goes wrong from now on.
    pub fn calm(&self) {
        self.plan().calm();
        self.is_calm.store(true, Ordering::Relaxed);
        self.note(|| "all is calm".to_owned());
    }

    pub fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::Relaxed)
    }

    /// The next slot of the chain.
    pub fn step(&self) {
        let Plan { chain: faults, busy, .. } = self.plan().clone();
        let mut chain = self.chain();
        let before = chain.told.len();
        chain.step(&faults, busy);
        for update in &chain.told[before..] {
            match update {
                Update::BlockMeta(BlockMeta { blockhash, parent_blockhash, .. }) => {
                    tracing::debug!("made {blockhash} on {parent_blockhash}");
                }
                Update::Slot { slot, state, .. } if *state != SlotState::Seen => {
                    tracing::debug!("{state:?} {slot}");
                }
                _ => {}
            }
        }
        self.told.send_replace(chain.told.len());
    }

    pub fn note(&self, what: impl FnOnce() -> String) {
        let line = format!("{:>7} {}", self.began.elapsed().as_millis(), what());
        tracing::info!("{line}");
        self.trace.lock().unwrap().push(line);
    }

    pub fn trace(&self) -> Vec<String> {
        self.trace.lock().unwrap().clone()
    }
}

/// Somewhere between nothing and `most` milliseconds.
pub fn up_to(random: &mut SmallRng, most: u64) -> Duration {
    Duration::from_millis(random.gen_range(0..=most))
}
