//! Staking pools, their rewards, and the positions in them. All of it is told by the pool's events.

pub mod pool;
pub mod position;
pub mod reward;
