//! The protocol's fees on their way out of the vaults: to the treasury, to stakers, and to nowhere.

mod distribution;
mod harvest_fees;
mod shares;
mod sweep_fees;

pub use distribution::*;
pub use harvest_fees::*;
pub use shares::*;
pub use sweep_fees::*;
