//! Vaults.

use crate::Amount;

/// What becomes of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Empty, whatever stood at this address before: one that was closed can be opened again, and
    /// numbers its changes anew.
    Opened {
        merchant: String,
        mint: String,
        vault_token: String,
        token_program: String,
        decimals: i16,
        shard: i32,
        rent_payer: String,
        allowed_extensions: u64,
    },
    Balances(VaultBalances),
    /// Whether new payments are taken.
    Accepting(bool),
    /// What the mint's policy allows: bit `n` the Token-2022 extension type numbered `n`.
    Allowed(u64),
    /// The account is gone.
    Closed,
}

/// What a vault holds after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultBalances {
    pub escrowed: Amount,
    pub balance: Amount,
    pub fees: Amount,
    /// Numbers the changes since it was opened, from 1.
    pub sequence: i64,
}
