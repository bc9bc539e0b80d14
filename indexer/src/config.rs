//! What the indexer is told.

use std::{sync::Arc, time::Duration};

use crate::{core::Limits, status::Status};

/// See [`crate::run`].
#[derive(Clone, Debug)]
pub struct Config {
    /// A Yellowstone Geyser gRPC endpoint; `https` for TLS.
    pub grpc_url: String,
    /// The endpoint's token, if it wants one.
    pub x_token: Option<String>,
    pub database_url: String,
    /// Where an empty database begins: with the first block at or after this slot, which the endpoint
    /// must still be able to replay. Without it, in the present. A database that is not empty goes on
    /// where it stands, whatever is said here.
    pub from_slot: Option<u64>,
    pub timing: Timing,
    pub bounds: Bounds,
    /// Where the indexer says how it is doing.
    pub status: Arc<Status>,
}

impl Config {
    pub fn new(grpc_url: impl Into<String>, database_url: impl Into<String>) -> Self {
        Self {
            grpc_url: grpc_url.into(),
            x_token: None,
            database_url: database_url.into(),
            from_slot: None,
            timing: Timing::default(),
            bounds: Bounds::default(),
            status: Arc::default(),
        }
    }
}

/// How patient the indexer is.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A stream that says nothing of any slot for so long is dead.
    pub stall: Duration,
    /// How long a confirmed slot may wait for what it lacks before the source is asked again.
    pub gap: Duration,
    /// How long the stream itself may still bring what is missing before it is fetched elsewhere.
    pub fill: Duration,
    /// Between two commits that move nothing but the checkpoint.
    pub idle_commit: Duration,
    /// The first wait before trying again, and the longest.
    pub retry_first: Duration,
    pub retry_longest: Duration,
    /// The seed of the random part of waits, for who needs the same ones again; without it, any.
    pub jitter: Option<u64>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(15),
            gap: Duration::from_secs(15),
            fill: Duration::from_secs(1),
            idle_commit: Duration::from_millis(200),
            retry_first: Duration::from_millis(200),
            retry_longest: Duration::from_secs(30),
            jitter: None,
        }
    }
}

/// How much the indexer keeps in memory. Beyond it, it takes nothing more from its source.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Updates taken from a source at a time.
    pub take: usize,
    /// Events that may wait for the commit before theirs.
    pub pending: usize,
    /// What may wait in the gate.
    pub gate: Limits,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { take: 2_048, pending: 8_192, gate: Limits::default() }
    }
}
