//! What the indexer is told.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use crate::{core::Limits, status::Status};

/// See [`crate::run`].
///
/// The stream is that of the first of `grpc` that works, in this order; without any it is made of `rpc`.
/// With both, `rpc` fetches what a stream left out, and what happened before any stream reaches back to.
#[derive(Clone, Debug)]
pub struct Config {
    pub grpc: Vec<GrpcEndpoint>,
    pub rpc: Option<RpcEndpoint>,
    pub database_url: String,
    /// Where an empty database begins: with the first block at or after this slot. Without it, in the
    /// present. A database that is not empty goes on where it stands, whatever is said here.
    pub from_slot: Option<u64>,
    pub timing: Timing,
    pub bounds: Bounds,
    /// Where the indexer says how it is doing.
    pub status: Arc<Status>,
}

/// A Yellowstone Geyser gRPC endpoint.
#[derive(Clone, Debug)]
pub struct GrpcEndpoint {
    /// `https` for TLS.
    pub url: String,
    /// The endpoint's token, if it wants one.
    pub x_token: Option<String>,
    /// Whether it may compress what it tells.
    pub is_compressed: bool,
}

/// A node's JSON-RPC.
#[derive(Clone, Debug)]
pub struct RpcEndpoint {
    pub url: String,
    /// Its WebSocket, which says when there is a new slot; without it the node is asked again and again.
    pub ws_url: Option<String>,
    pub requests_per_second: NonZeroU32,
    /// Whether a stream is made of it also when there is gRPC, and none of that works.
    pub is_last_resort: bool,
}

impl Config {
    /// With one gRPC endpoint.
    pub fn new(grpc_url: impl Into<String>, database_url: impl Into<String>) -> Self {
        Self {
            grpc: vec![GrpcEndpoint { url: grpc_url.into(), x_token: None, is_compressed: true }],
            rpc: None,
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
