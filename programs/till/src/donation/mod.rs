//! Donations: campaigns that keep all that they raise, or give all back when the goal is missed. The
//! protocol takes no fee on them.

mod cancel;
mod close;
mod close_donation;
mod create;
mod donate;
mod receipt;
mod refund;
mod signer;
mod state;
mod terms;
mod withdraw;

pub use cancel::*;
pub use close::*;
pub use close_donation::*;
pub use create::*;
pub use donate::*;
pub use receipt::*;
pub use refund::*;
pub use signer::*;
pub use state::*;
pub use terms::*;
pub use withdraw::*;
