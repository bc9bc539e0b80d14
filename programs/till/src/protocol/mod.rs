//! The protocol: who governs it, what it charges, and whether it takes new payments.

mod initialize;
mod state;

pub use initialize::*;
pub use state::*;
