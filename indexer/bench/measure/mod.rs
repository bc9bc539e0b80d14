//! One file a measurement.

mod backfill;
mod catch_up;
mod latency;
mod memory;
mod throughput;

pub use backfill::backfill;
pub use catch_up::catch_up;
pub use latency::latency;
pub use memory::memory;
pub use throughput::throughput;
