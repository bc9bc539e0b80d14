//! An indexer that is started again whenever it ends, crashes included.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use rand::Rng;
use till_indexer::{Config, Parts, config::Timing, run_with};
use tokio_util::sync::CancellationToken;

use super::{
    BOUNDS,
    blocks::Node,
    database::Simulated,
    shared::{Shared, up_to},
    stream::Stream,
};
use crate::world::GENESIS;

/// How long an indexer may take to stop when it is asked to: the answers to two questions, and its last commit.
const STOP: Duration = Duration::from_secs(70);

fn timing(seed: u64) -> Timing {
    Timing {
        stall: Duration::from_secs(5),
        gap: Duration::from_secs(3),
        fill: Duration::from_millis(500),
        idle_commit: Duration::from_millis(200),
        retry_first: Duration::from_millis(100),
        retry_longest: Duration::from_secs(3),
        jitter: Some(seed),
    }
}

/// Lives one life after the other; over only when an indexer gave up for no good reason.
pub async fn lives(shared: Arc<Shared>, database: Simulated) -> String {
    let mut random = shared.random();
    loop {
        let (faults, present, blocks) = {
            let plan = shared.plan();
            (plan.process.clone(), plan.present, plan.blocks.is_some())
        };
        let parts = Parts {
            source: Arc::new(Stream(shared.clone())),
            blocks: blocks.then(|| Arc::new(Node(shared.clone())) as _),
            database: database.clone(),
        };
        let config = Config {
            from_slot: (!present).then_some(GENESIS),
            timing: timing(random.r#gen()),
            bounds: BOUNDS,
            ..Config::new("", "")
        };
        let stop = CancellationToken::new();
        let mut life = Mortal {
            life: Box::pin(run_with(parts, &config, stop.clone())),
            polls: if faults.crash > 0 { random.gen_range(1..=faults.crash) } else { u64::MAX },
            shared: shared.clone(),
        };
        let until = if random.gen_bool(faults.stop) { up_to(&mut random, 10_000) } else { Duration::MAX };
        let end = match tokio::time::timeout(until, &mut life).await {
            Ok(end) => end,
            Err(_) => {
                shared.note(|| "asked to stop".to_owned());
                stop.cancel();
                match tokio::time::timeout(STOP, &mut life).await {
                    Ok(end) => end,
                    Err(_) => return "did not stop when it was asked to".to_owned(),
                }
            }
        };
        drop(life);
        match end {
            End::Crashed => shared.note(|| "crashed".to_owned()),
            End::Returned(Ok(())) => shared.note(|| "stopped".to_owned()),
            End::Returned(Err(error)) => {
                let error = format!("{error:#}");
                shared.note(|| error.clone());
                // That is for a person to decide: this one begins anew.
                let is_right = error.contains("no committed block is known to be final")
                    && database.state().recent_blocks().is_empty();
                if !is_right {
                    return error;
                }
                database.empty();
            }
        }
        tokio::time::sleep(up_to(&mut random, 2_000)).await;
    }
}

enum End {
    Crashed,
    Returned(anyhow::Result<()>),
}

/// Crashes at one of its polls, which is at one of its awaits; not when all is calm.
struct Mortal<'a> {
    life: Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>,
    polls: u64,
    shared: Arc<Shared>,
}

impl Future for Mortal<'_> {
    type Output = End;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<End> {
        if self.polls == 0 && !self.shared.is_calm() {
            return Poll::Ready(End::Crashed);
        }
        self.polls = self.polls.saturating_sub(1);
        self.life.as_mut().poll(context).map(End::Returned)
    }
}
