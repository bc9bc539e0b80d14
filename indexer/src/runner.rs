//! The loop around streams: begin behind what is committed, and begin again when one ends.

use std::str::FromStr;

use anyhow::Context;
use sqlx::postgres::PgConnectOptions;
use till_store::chain::{Checkpoint, Writer};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, Timing},
    core::Root,
    retry::Backoff,
    session::{End, Position, Session},
    sources::{Source, SourceError, yellowstone::Yellowstone},
};

/// Indexes until `shutdown`, or until something happens that a person has to look at. The schema is
/// expected to be there.
pub async fn run(config: Config, shutdown: CancellationToken) -> anyhow::Result<()> {
    let source = Yellowstone { url: config.grpc_url.clone(), x_token: config.x_token.clone() };
    run_with(&source, &config, shutdown).await
}

/// Like [`run`], from any source.
pub async fn run_with(
    source: &impl Source,
    config: &Config,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let database =
        PgConnectOptions::from_str(&config.database_url).context("the database's URL is malformed")?;
    let mut backoff = Backoff::new(config.timing.retry_first, config.timing.retry_longest);
    let mut held = None;
    loop {
        let mut position = match held.take() {
            Some(position) => position,
            None => match position(&database, config.timing, &shutdown).await {
                Some(position) => position,
                None => return Ok(()),
            },
        };
        let (root, from_slot) = start(position.checkpoint.as_ref(), config.from_slot)?;
        tracing::info!(?from_slot, "subscribing");
        let subscribed = tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            subscribed = tokio::time::timeout(config.timing.stall, source.subscribe(from_slot)) => subscribed,
        };
        let subscribed =
            subscribed.unwrap_or_else(|_| Err(SourceError::Connect("no answer in time".to_owned())));
        let end = match subscribed {
            Ok(stream) => {
                let mut session = Session::new(&mut position, root);
                let end = session.run(stream, &shutdown).await;
                // Only what reached the database counts: a source that accepts and delivers nothing is
                // asked less and less often.
                if session.has_progressed {
                    backoff.reset();
                }
                end
            }
            Err(error) => End::Source(error),
        };
        if matches!(end, End::Shutdown) {
            return Ok(());
        }
        if end.is_fatal() {
            let at = position.checkpoint.as_ref().map(|checkpoint| checkpoint.slot);
            return Err(end)
                .with_context(|| format!("stopped behind slot {at:?}; nothing after it is committed"));
        }
        // After a failed commit nothing is known of the connection. It is given up, and with it the
        // writer's lock: another indexer may take over, or this one from what the database holds then.
        if !end.is_of_database() {
            held = Some(position);
        }
        let wait = backoff.next_wait();
        if let End::Gap(_) = end {
            tracing::error!(%end, ?wait, "a gap: nothing behind it is committed until the source fills it");
        } else {
            tracing::warn!(%end, ?wait, "the stream is over: beginning again behind the last committed slot");
        }
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Becomes the writer; nothing if asked to stop before that.
async fn position(
    database: &PgConnectOptions,
    timing: Timing,
    shutdown: &CancellationToken,
) -> Option<Position> {
    let mut backoff = Backoff::new(timing.retry_first, timing.retry_longest);
    loop {
        let attempt = async {
            let mut writer = Writer::connect(database).await?;
            let checkpoint = writer.checkpoint().await?;
            Ok::<_, sqlx::Error>((writer, checkpoint))
        };
        let error = tokio::select! {
            biased;
            () = shutdown.cancelled() => return None,
            attempt = attempt => match attempt {
                Ok((writer, checkpoint)) => return Some(Position { writer, checkpoint, timing }),
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
fn start(checkpoint: Option<&Checkpoint>, from_slot: Option<u64>) -> anyhow::Result<(Root, Option<u64>)> {
    Ok(match (checkpoint, from_slot) {
        (Some(checkpoint), _) => {
            let slot = u64::try_from(checkpoint.slot).context("the checkpoint's slot is negative")?;
            (Root::After { slot, blockhash: checkpoint.blockhash.clone() }, Some(slot + 1))
        }
        (None, Some(slot)) => (Root::From(slot), Some(slot)),
        (None, None) => (Root::Present, None),
    })
}
