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

/// How much is done for a figure.
#[derive(Clone, Copy)]
pub enum Scale {
    Full,
    /// A moment each: that figures come out, not what they are.
    Quick,
}

impl Scale {
    pub fn of<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}
