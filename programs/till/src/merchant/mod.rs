//! A merchant, and the vaults that hold its payments' money.

mod accept_authority;
mod close_merchant;
mod close_vault;
mod open_vault;
mod payout;
mod propose_authority;
mod register;
mod set_accepting;
mod set_operator;
mod state;
mod sync_policy;
mod update;
mod vault;
mod vault_tokens;

pub use accept_authority::*;
pub use close_merchant::*;
pub use close_vault::*;
pub use open_vault::*;
pub use payout::*;
pub use propose_authority::*;
pub use register::*;
pub use set_accepting::*;
pub use set_operator::*;
pub use state::*;
pub use sync_policy::*;
pub use update::*;
pub use vault::*;
pub use vault_tokens::*;
