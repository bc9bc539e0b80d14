//! A source that does what a test says, and an indexer that runs on it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture};
use sqlx::{PgPool, postgres::PgConnectOptions};
use till_indexer::{
    Config, Parts,
    config::{Bounds, Timing},
    core::Update,
    sources::{Blocks, Source, SourceError, Subscription},
};
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// What a subscription does.
pub enum Plan {
    /// Tells this, and stays open.
    Hold(Vec<Update>),
    /// Tells this, and breaks.
    Break(Vec<Update>),
    Refuse,
}

/// After its plans a script replays its chain, from the slot that it is asked for.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    plans: VecDeque<Plan>,
    chain: Vec<Update>,
    asked: Vec<Option<u64>>,
    live: Vec<mpsc::UnboundedSender<Update>>,
    taken: usize,
}

impl Script {
    pub fn new(chain: Vec<Update>) -> Self {
        let script = Self::default();
        script.extend(chain);
        script
    }

    pub fn plan(self, plan: Plan) -> Self {
        self.0.lock().unwrap().plans.push_back(plan);
        self
    }

    /// The chain goes on.
    pub fn extend(&self, updates: Vec<Update>) {
        let mut state = self.0.lock().unwrap();
        for live in &state.live {
            for update in &updates {
                let _ = live.send(update.clone());
            }
        }
        state.chain.extend(updates);
    }

    /// How many updates were taken from it.
    pub fn taken(&self) -> usize {
        self.0.lock().unwrap().taken
    }

    /// The slots that were asked for, one a subscription.
    pub fn asked(&self) -> Vec<Option<u64>> {
        self.0.lock().unwrap().asked.clone()
    }
}

impl Source for Script {
    fn name(&self) -> &str {
        "scripted"
    }

    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>> {
        std::future::ready(self.begin(from_slot)).boxed()
    }
}

impl Script {
    fn begin(&self, from_slot: Option<u64>) -> Result<Subscription, SourceError> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(from_slot);
        let (live, mut more) = mpsc::unbounded_channel();
        let (told, breaks) = match state.plans.pop_front() {
            Some(Plan::Hold(updates)) => (updates, false),
            Some(Plan::Break(updates)) => (updates, true),
            Some(Plan::Refuse) => return Err(SourceError::Stream("refused".to_owned())),
            None => {
                state.live.push(live.clone());
                let from = from_slot.unwrap_or(0);
                (state.chain.iter().filter(|update| update.slot() >= from).cloned().collect(), false)
            }
        };
        // Small, so that the source feels every stall behind it.
        let (sender, updates) = mpsc::channel(16);
        let script = self.clone();
        let task = tokio::spawn(async move {
            let _open = live;
            for update in told {
                if sender.send(Ok(update)).await.is_err() {
                    return;
                }
                script.0.lock().unwrap().taken += 1;
            }
            if breaks {
                let _ = sender.send(Err(SourceError::Stream("broken".to_owned()))).await;
                return;
            }
            while let Some(update) = more.recv().await {
                if sender.send(Ok(update)).await.is_err() {
                    return;
                }
                script.0.lock().unwrap().taken += 1;
            }
        });
        Ok(Subscription::new(updates, task))
    }
}

pub fn impatient() -> Timing {
    Timing {
        stall: Duration::from_secs(2),
        gap: Duration::from_millis(300),
        fill: Duration::from_millis(50),
        idle_commit: Duration::from_millis(10),
        retry_first: Duration::from_millis(20),
        retry_longest: Duration::from_millis(200),
        jitter: None,
    }
}

/// A running indexer.
pub struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// On an empty database it begins at `from_slot`.
    pub fn start(script: &Script, url: &str, from_slot: u64) -> Self {
        Self::of(Arc::new(script.clone()), None, url, from_slot)
    }

    /// Like [`Running::start`], of other parts.
    pub fn of(source: Arc<dyn Source>, blocks: Option<Arc<dyn Blocks>>, url: &str, from_slot: u64) -> Self {
        Self::within(Bounds::default(), source, blocks, url, from_slot)
    }

    /// Like [`Running::of`], with as much memory.
    pub fn within(
        bounds: Bounds,
        source: Arc<dyn Source>,
        blocks: Option<Arc<dyn Blocks>>,
        url: &str,
        from_slot: u64,
    ) -> Self {
        let (from_slot, timing) = (Some(from_slot), impatient());
        let config = Config { from_slot, timing, bounds, ..Config::new("scripted", url) };
        let database: PgConnectOptions = url.parse().unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let parts = Parts { source, blocks, database };
        let task = tokio::spawn(async move { till_indexer::run_with(parts, &config, stop).await });
        Self { shutdown, task }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Like a kill: nothing is finished.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Why it gave up.
    pub async fn failure(self) -> String {
        let result = tokio::time::timeout(PATIENCE, self.task).await.expect("it should have given up");
        format!("{:#}", result.unwrap().unwrap_err())
    }
}

pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until everything up to `slot` is committed.
pub async fn indexed(pool: &PgPool, slot: u64) {
    let started = Instant::now();
    loop {
        // The database may be down for a while: some tests are about that.
        let at = sqlx::query_scalar::<_, i64>("SELECT slot FROM chain.checkpoint").fetch_optional(pool).await;
        if matches!(at, Ok(Some(at)) if at >= slot as i64) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "slot {slot} was not indexed in time: {at:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
