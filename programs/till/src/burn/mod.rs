//! Burning: by who holds the tokens, and out of the protocol's fees; counted by mint.

#[allow(clippy::module_inception)]
mod burn;
mod close_burn_record;
mod open_burn_record;
mod state;

pub use burn::*;
pub use close_burn_record::*;
pub use open_burn_record::*;
pub use state::*;
