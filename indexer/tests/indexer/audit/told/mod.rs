//! What the program emits, and the accounts that it leaves: one account of each type.

mod campaign;
mod pool;
mod protocol;
mod vesting;

use solana_pubkey::Pubkey;

pub use campaign::campaign;
pub use pool::pool;
pub use protocol::{burns, protocol};
pub use vesting::vesting;

use crate::node::Account;

const SOMEBODY: Pubkey = Pubkey::new_from_array([71; 32]);

pub const fn address(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

/// Events, and accounts with their addresses.
pub type Told = (Vec<Vec<u8>>, Vec<(Pubkey, Account)>);
