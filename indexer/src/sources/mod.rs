//! Where updates come from.

pub mod failover;
pub mod rpc;
pub mod yellowstone;

use std::ops::RangeInclusive;

use futures::future::BoxFuture;
use tokio::{sync::mpsc, task::JoinHandle};

use crate::core::Update;

/// A stream of the chain.
pub trait Source: Send + Sync {
    /// How logs and metrics name it; without anything that is secret.
    fn name(&self) -> &str;

    /// Begins a stream at `from_slot`, or in the present. A source that cannot begin at `from_slot`
    /// refuses; if it silently begins later, the gate sees a gap.
    fn subscribe(&self, from_slot: Option<u64>) -> BoxFuture<'_, Result<Subscription, SourceError>>;
}

/// Whole blocks on demand: what fills a gap.
pub trait Blocks: Send + Sync {
    /// How logs and metrics name it; without anything that is secret.
    fn name(&self) -> &str;

    /// All blocks of the chain in `slots`, in order: of each the same updates that a stream would
    /// tell, and that it is confirmed. Skipped slots are left out. Then it ends; an error ends it too,
    /// and never looks like a skipped slot or an empty block.
    fn fetch(&self, slots: RangeInclusive<u64>) -> Subscription;
}

/// A stream that has begun. Dropped, it ends.
pub struct Subscription {
    /// Bounded: when nobody takes from it, the source is no longer read from.
    pub updates: mpsc::Receiver<Result<Update, SourceError>>,
    task: JoinHandle<()>,
}

impl Subscription {
    pub fn new(updates: mpsc::Receiver<Result<Update, SourceError>>, task: JoinHandle<()>) -> Self {
        Self { updates, task }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What stands between the scheme, or the user's name, and the path: what is left of a URL when nothing
/// of it may be secret.
fn host(url: &str) -> String {
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_owned()
}

/// Why a stream did not begin, or ended.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("cannot connect: {0}")]
    Connect(String),
    #[error("the stream was refused or broke: {0}")]
    Stream(String),
    #[error("the stream says something that makes no sense: {0}")]
    Malformed(&'static str),
}
