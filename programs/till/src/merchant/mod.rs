//! A merchant, and the vaults that hold its payments' money.

mod open_vault;
mod payout;
mod register;
mod state;
mod vault;
mod vault_tokens;

pub use open_vault::*;
pub use payout::*;
pub use register::*;
pub use state::*;
pub use vault::*;
pub use vault_tokens::*;
