//! What the benchmarks share: a chain full of payments, the node that tells it or the batches it comes to, a Postgres
//! that waits for its disk, and figures held against their targets.

mod chain;
pub mod database;
pub mod memory;
pub mod node;
mod received;
mod report;
mod server;
mod wire;

pub use chain::{GENESIS, Load, Slot};
pub use node::Node;
pub use received::{Received, Stamped};
pub use report::{Asked, Figure, Report, Scale, Target};
pub use server::{Pace, serve};
