//! What the indexer is loaded with: a chain full of payments, as a node streams it, or in memory.

mod chain;
pub mod memory;
pub mod node;
mod server;
mod wire;

pub use chain::{GENESIS, Load};
pub use server::{Pace, serve};
