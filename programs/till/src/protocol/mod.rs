//! The protocol: who governs it, what it charges, and whether it takes new payments.

mod accept_admin;
mod initialize;
mod pause;
mod propose_admin;
mod state;
mod unpause;
mod update;

pub use accept_admin::*;
pub use initialize::*;
pub use pause::*;
pub use propose_admin::*;
pub use state::*;
pub use unpause::*;
pub use update::*;
