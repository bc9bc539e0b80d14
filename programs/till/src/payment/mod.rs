//! A payment: authorize, charge, capture, void, reclaim, refund, close.

mod authorize;
mod capture;
mod charge;
mod close;
mod escrow;
mod reclaim;
mod refund;
mod state;
mod terms;
mod void;

pub use authorize::*;
pub use capture::*;
pub use charge::*;
pub use close::*;
pub use escrow::*;
pub use reclaim::*;
pub use refund::*;
pub use state::*;
pub use terms::*;
pub use void::*;
