//! A payment: authorize, charge, capture, release, void, reclaim, dispute, resolve, refund, close.

mod authorize;
mod capture;
mod charge;
mod close;
mod dispute;
mod escrow;
mod reclaim;
mod refund;
mod release;
mod resolve;
mod settle;
mod split;
mod state;
mod terms;
mod void;

pub use authorize::*;
pub use capture::*;
pub use charge::*;
pub use close::*;
pub use dispute::*;
pub use escrow::*;
pub use reclaim::*;
pub use refund::*;
pub use release::*;
pub use resolve::*;
pub use settle::*;
pub use split::{Split, MAX_SPLITS};
pub use state::*;
pub use terms::*;
pub use void::*;
