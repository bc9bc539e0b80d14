//! Vesting: tokens that become a beneficiary's over time, linearly and after a cliff.

mod claim;
mod close;
mod create;
mod revoke;
mod state;
mod terms;

pub use claim::*;
pub use close::*;
pub use create::*;
pub use revoke::*;
pub use state::*;
pub use terms::*;
