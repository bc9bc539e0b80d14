//! Till's indexer: from the chain into Postgres, nothing lost and nothing doubled.
//!
//! ```text
//! source ──> gate ──> decode ──> projection ──> one transaction: rows, ledger, events, outbox, checkpoint
//! ```
//!
//! - [`sources`]: streams of the chain, each told as the same [`core::Update`]s;
//! - [`backfill`]: the program's history, where no stream reaches back that far;
//! - [`core`]: the gate, which lets a slot through when it is complete, confirmed, and next;
//! - [`decode`]: the program's events, from instruction data;
//! - [`projection`]: what the events change. Gate, decode and projection are pure;
//! - [`run`]: drives them, and hands what they say to `till_store::chain::Writer`.

pub mod backfill;
pub mod config;
pub mod core;
pub mod database;
pub mod decode;
pub mod ops;
mod parts;
mod progress;
pub mod projection;
mod retry;
mod runner;
mod session;
pub mod sources;
pub mod status;

pub use config::Config;
pub use parts::Parts;
pub use runner::{run, run_with};
