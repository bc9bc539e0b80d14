//! What can go wrong in a run, and how often. Each seed picks some of it: a run in which everything
//! fails tells less than many in which a few things do.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::SmallRng};

/// Probabilities, unless it says otherwise.
#[derive(Clone, Debug)]
pub struct Plan {
    pub chain: ChainFaults,
    pub stream: StreamFaults,
    /// Nothing when there is nobody else to ask for blocks.
    pub blocks: Option<BlocksFaults>,
    pub database: DatabaseFaults,
    pub process: ProcessFaults,
    /// For how long things go wrong.
    pub faulty: Duration,
    /// Whether an empty database begins in the present, and not with the first block.
    pub present: bool,
    /// Most transactions of ours in a block.
    pub busy: usize,
}

/// Of each slot.
#[derive(Clone, Debug, Default)]
pub struct ChainFaults {
    pub skip: f64,
    /// Hundreds of slots are skipped at once.
    pub leap: f64,
    /// A block that nobody builds on.
    pub minority: f64,
    /// The leader made two blocks for the slot.
    pub twins: f64,
    /// Confirmed blocks are undone.
    pub fork: f64,
    /// A node that replaces a block does not say that the first one is dead.
    pub silent_dead: f64,
    /// That it happens before anything is final.
    pub early_fork: bool,
    /// Nothing becomes final for a while.
    pub unfinal: f64,
    /// A slot that is confirmed is not said to be: only one behind it.
    pub implied: f64,
    /// The header comes before the transactions.
    pub early_meta: f64,
}

#[derive(Clone, Debug, Default)]
pub struct StreamFaults {
    // of each subscription
    pub refused: f64,
    pub hangs: f64,
    pub begins_later: f64,
    pub begins_earlier: f64,
    pub begins_in_the_present: f64,
    pub silent: f64,
    // of each update
    pub drop: f64,
    pub duplicate: f64,
    pub falsely_dead: f64,
    pub breaks: f64,
    pub ends: f64,
    pub stalls: f64,
    /// How many updates further back one may come.
    pub reorder: u64,
    /// It never replays, even when nothing else goes wrong.
    pub never_replays: bool,
    /// A replay says of undone blocks that they are confirmed, as it once said.
    pub stale: bool,
}

/// Of each time that blocks are asked for.
#[derive(Clone, Debug, Default)]
pub struct BlocksFaults {
    pub fails: f64,
    pub breaks: f64,
    pub ends_early: f64,
    pub hangs: f64,
    pub slow: f64,
    /// The node still follows the fork that was undone.
    pub behind: f64,
}

/// Of each operation.
#[derive(Clone, Debug, Default)]
pub struct DatabaseFaults {
    pub refuses: f64,
    pub fails_before: f64,
    pub answer_lost: f64,
    pub stalls: f64,
    pub slow: f64,
    /// No answer ever comes, and nothing says so.
    pub hangs: f64,
}

#[derive(Clone, Debug, Default)]
pub struct ProcessFaults {
    /// After how many polls it crashes, at most; 0 for never.
    pub crash: u64,
    /// Of each life: it is asked to stop.
    pub stop: f64,
    pub standby: bool,
}

/// Nothing half of the time.
fn some(random: &mut SmallRng, most: f64) -> f64 {
    if random.gen_bool(0.5) { 0.0 } else { random.gen_range(0.0..most) }
}

impl Plan {
    pub fn of(seed: u64) -> Self {
        let random = &mut SmallRng::seed_from_u64(seed);
        let blocks = random.gen_bool(0.6).then(|| BlocksFaults {
            fails: some(random, 0.5),
            breaks: some(random, 0.3),
            ends_early: some(random, 0.3),
            hangs: some(random, 0.05),
            slow: some(random, 0.5),
            behind: some(random, 0.3),
        });
        let mut plan = Self {
            chain: ChainFaults {
                skip: some(random, 0.3),
                leap: some(random, 0.02),
                minority: some(random, 0.2),
                twins: some(random, 0.1),
                fork: some(random, 0.08),
                silent_dead: some(random, 1.0),
                early_fork: random.gen_bool(0.05),
                unfinal: some(random, 0.05),
                implied: some(random, 0.5),
                early_meta: some(random, 0.5),
            },
            stream: StreamFaults {
                refused: some(random, 0.4),
                hangs: some(random, 0.1),
                begins_later: some(random, 0.3),
                begins_earlier: some(random, 0.3),
                begins_in_the_present: some(random, 0.3),
                silent: some(random, 0.2),
                drop: some(random, 0.01),
                duplicate: some(random, 0.1),
                falsely_dead: some(random, 0.002),
                breaks: some(random, 0.005),
                ends: some(random, 0.005),
                stalls: some(random, 0.002),
                reorder: if random.gen_bool(0.5) { 0 } else { random.gen_range(1..60) },
                never_replays: blocks.is_some() && random.gen_bool(0.15),
                stale: random.gen_bool(0.3),
            },
            blocks,
            database: DatabaseFaults {
                refuses: some(random, 0.4),
                fails_before: some(random, 0.1),
                answer_lost: some(random, 0.1),
                stalls: some(random, 0.03),
                slow: some(random, 0.5),
                hangs: 0.0,
            },
            process: ProcessFaults {
                crash: if random.gen_bool(0.5) { 0 } else { random.gen_range(2..400) },
                stop: some(random, 0.3),
                standby: random.gen_bool(0.3),
            },
            faulty: Duration::from_secs(random.gen_range(4..20)),
            present: random.gen_bool(0.1),
            busy: if random.gen_bool(0.05) { 20 } else { 3 },
        };
        if random.gen_bool(0.2) {
            plan.database.hangs = 0.02;
        }
        plan.tell_versions_apart();
        plan
    }

    /// Updates of one slot do not say of which block they are. Where they get lost or come late, nobody
    /// could tell two blocks of a slot apart, but for the word that the first one is dead.
    fn tell_versions_apart(&mut self) {
        if self.stream.drop > 0.0 || self.stream.reorder > 0 {
            self.chain.silent_dead = 0.0;
            if let Some(blocks) = &mut self.blocks {
                blocks.behind = 0.0;
            }
        }
    }

    /// Nothing goes wrong.
    pub fn quiet() -> Self {
        Self {
            chain: ChainFaults::default(),
            stream: StreamFaults::default(),
            blocks: None,
            database: DatabaseFaults::default(),
            process: ProcessFaults::default(),
            faulty: Duration::from_secs(30),
            present: false,
            busy: 2,
        }
    }

    /// Nothing goes wrong any more. What the source is unable to do it stays unable to do.
    pub fn calm(&mut self) {
        let StreamFaults { never_replays, stale, .. } = self.stream;
        let (present, faulty) = (self.present, self.faulty);
        *self = Self {
            stream: StreamFaults { never_replays, stale, ..StreamFaults::default() },
            blocks: self.blocks.take().map(|_| BlocksFaults::default()),
            process: ProcessFaults { standby: self.process.standby, ..ProcessFaults::default() },
            present,
            faulty,
            ..Self::quiet()
        };
    }
}
