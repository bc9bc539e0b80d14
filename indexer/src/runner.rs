//! The loop around streams: begin behind what is committed, and begin again when one ends.

use std::sync::Arc;

use anyhow::Context;
use till_store::chain::Checkpoint;
use tokio_util::sync::CancellationToken;

use crate::{
    backfill::{self, Options},
    config::{Config, Timing},
    core::Root,
    database::{Database, Writer, answer},
    parts::{self, Parts},
    retry::Backoff,
    session::{End, Position, Session},
    sources::{Blocks, SourceError},
    status::{self, Phase},
};

/// Indexes until `shutdown`, or until something happens that a person has to look at. The schema is
/// expected to be there.
pub async fn run(config: Config, shutdown: CancellationToken) -> anyhow::Result<()> {
    let client = config.rpc.as_ref().map(parts::client);
    let parts = Parts::of(&config, client.as_ref())?;
    if let Some(client) = &client {
        config.status.enter(Phase::Backfill);
        let Timing { retry_first, retry_longest, .. } = config.timing;
        let options =
            Options { from_slot: config.from_slot, retry_first, retry_longest, ..Options::default() };
        backfill::run(&parts.database, client, options, &shutdown).await?;
    }
    run_with(parts, &config, shutdown).await
}

/// Like [`run`], of any parts.
pub async fn run_with<D: Database>(
    parts: Parts<D>,
    config: &Config,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let mut backoff = Backoff::of(&config.timing);
    let mut held = None;
    let mut attempt = Attempt::default();
    loop {
        let mut position = match held.take() {
            Some(position) => position,
            None => match position(&parts.database, config, &shutdown).await {
                Some(position) => position,
                None => return Ok(()),
            },
        };
        config.status.enter(Phase::Streaming);
        let end = stream(&parts, config, &mut position, &mut attempt, &shutdown).await;
        status::stream_ended(end.word());
        if matches!(end, End::Shutdown) {
            return Ok(());
        }
        if end.is_fatal() {
            config.status.enter(Phase::Stopped);
            let at = position.checkpoint.as_ref().map(|checkpoint| checkpoint.slot);
            return Err(end)
                .with_context(|| format!("stopped behind slot {at:?}; nothing after it is committed"));
        }
        // Only what reached the database counts: a source that accepts and delivers nothing is asked less
        // and less often.
        if attempt.has_progressed {
            backoff.reset();
        }
        // After a failed commit nothing is known of the connection. It is given up, and with it the
        // writer's lock: another indexer may take over, or this one from what the database holds then.
        if !end.is_of_database() && position.writer.is_some() {
            held = Some(position);
        }
        let wait = backoff.next_wait();
        if let End::Gap(_) = end {
            tracing::error!(%end, ?wait, "a gap: nothing behind it is committed until it is filled");
        } else {
            tracing::warn!(%end, ?wait, "the stream is over: beginning again behind the last committed slot");
        }
        attempt = attempt.next(&end, parts.blocks.is_some());
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// How the next stream begins.
#[derive(Debug, Default)]
struct Attempt {
    /// In the present, with everything before it filled from elsewhere: the source does not replay.
    in_the_present: bool,
    /// Behind the last block that is final, because the chain forked.
    retraces: bool,
    has_progressed: bool,
}

impl Attempt {
    /// A source that was asked to replay and brought nothing may have thrown away what it should have
    /// replayed, whether it says so or not. If there is somewhere else to get that from, it is asked for
    /// the present, and the next time for a replay again.
    fn next(self, end: &End, can_fill: bool) -> Self {
        Self {
            in_the_present: can_fill && !self.has_progressed && !self.in_the_present,
            retraces: end.is_fork() || self.retraces && !self.has_progressed,
            has_progressed: false,
        }
    }
}

async fn stream<D: Database>(
    parts: &Parts<D>,
    config: &Config,
    position: &mut Position<D::Writer>,
    attempt: &mut Attempt,
    shutdown: &CancellationToken,
) -> End {
    let blocks = parts.blocks.clone();
    let begun = if attempt.retraces {
        retracing(position, blocks).await
    } else {
        start(position.checkpoint.as_ref(), config.from_slot)
            .map(|(root, from_slot)| (Session::new(position, root, blocks), from_slot))
    };
    let (mut session, from_slot) = match begun {
        Ok(begun) => begun,
        Err(end) => return end,
    };
    let from_slot = from_slot.filter(|_| !attempt.in_the_present);
    tracing::info!(source = parts.source.name(), ?from_slot, "subscribing");
    let subscribed = tokio::select! {
        biased;
        () = shutdown.cancelled() => return End::Shutdown,
        subscribed = tokio::time::timeout(config.timing.stall, parts.source.subscribe(from_slot)) => subscribed,
    };
    let end = match subscribed {
        Ok(Ok(stream)) => session.run(stream, shutdown).await,
        Ok(Err(error)) => End::Source(error),
        Err(_) => End::Source(SourceError::Connect("no answer in time".to_owned())),
    };
    attempt.has_progressed = session.has_progressed;
    end
}

async fn retracing<W: Writer>(
    position: &mut Position<W>,
    blocks: Option<Arc<dyn Blocks>>,
) -> Result<(Session<'_, W>, Option<u64>), End> {
    let writer = position.writer.as_mut().ok_or(End::NoAncestor)?;
    let recent = answer(writer.recent_blocks()).await?;
    let base = recent.first().ok_or(End::NoAncestor)?.slot.cast_unsigned();
    Ok((Session::retracing(position, recent, blocks)?, Some(base + 1)))
}

/// Becomes the writer; nothing if asked to stop before that.
async fn position<D: Database>(
    database: &D,
    config: &Config,
    shutdown: &CancellationToken,
) -> Option<Position<D::Writer>> {
    let (timing, bounds, status) = (config.timing, config.bounds, config.status.clone());
    status.enter(Phase::Standby);
    let mut backoff = Backoff::of(&timing);
    loop {
        let attempt = async {
            let mut writer = database.connect().await?;
            let checkpoint = answer(writer.checkpoint()).await?;
            Ok::<_, sqlx::Error>((writer, checkpoint))
        };
        let error = tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            attempt = attempt => match attempt {
                Ok((writer, checkpoint)) => {
                    return Some(Position { writer: Some(writer), checkpoint, timing, bounds, status });
                }
                Err(error) => error,
            },
        };
        let wait = backoff.next_wait();
        tracing::warn!(%error, ?wait, "cannot use the database");
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// What the gate and the source are told. No checkpoint means that nothing is indexed, which is not
/// the same as slot 0.
fn start(checkpoint: Option<&Checkpoint>, from_slot: Option<u64>) -> Result<(Root, Option<u64>), End> {
    Ok(match (checkpoint, from_slot) {
        (Some(checkpoint), _) => {
            let slot = checkpoint.slot.cast_unsigned();
            (Root::After { slot, blockhash: checkpoint.blockhash.clone() }, Some(slot + 1))
        }
        (None, Some(slot)) => (Root::From(slot), Some(slot)),
        (None, None) => (Root::Present, None),
    })
}
