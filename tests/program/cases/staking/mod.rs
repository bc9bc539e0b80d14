//! Staking pools.

mod arithmetic;
mod attacks;
mod claim;
mod closing;
mod funding;
mod model;
mod pool;
mod replay;
mod sequences;
mod stake;
mod transfer_fees;
mod unstake;
mod ways_out;

pub use replay::Replay;
