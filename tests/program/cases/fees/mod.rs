//! Fees on their way out.

mod harvest;
mod sweep;
