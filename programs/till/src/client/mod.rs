//! Instruction builders for whoever talks to the program: API, local net, tests, your own server.
//!
//! Every function fills in the addresses that can be derived and leaves the choices to the caller.
//! Nothing here signs or sends.

mod burn;
mod donation;
mod fees;
mod merchant;
mod mint_policy;
mod payment;
mod pool;
mod protocol;
mod staking;
mod vault;
mod vesting;

pub use burn::*;
pub use donation::*;
pub use fees::*;
pub use merchant::*;
pub use mint_policy::*;
pub use payment::*;
pub use pool::*;
pub use protocol::*;
pub use staking::*;
pub use vault::*;
pub use vesting::*;

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::InstructionData;
use anchor_spl::associated_token::get_associated_token_address_with_program_id;

use crate::{pda, ID};

/// A mint and the token program that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub mint: Pubkey,
    pub program: Pubkey,
}

impl Token {
    /// The associated token account of a wallet (or of a vault).
    pub fn account_of(&self, wallet: &Pubkey) -> Pubkey {
        get_associated_token_address_with_program_id(wallet, &self.mint, &self.program)
    }
}

/// A vault shard, named by what its address is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultKey {
    pub merchant: Pubkey,
    pub token: Token,
    pub shard: u16,
}

impl VaultKey {
    pub fn address(&self) -> Pubkey {
        pda::vault(&self.merchant, &self.token.mint, self.shard).0
    }

    pub fn token_account(&self) -> Pubkey {
        self.token.account_of(&self.address())
    }
}

/// The shard that a payment's money goes to when `shards` are open (at least one).
pub fn shard_of(id: &[u8; 16], shards: u16) -> u16 {
    u16::from_le_bytes([id[14], id[15]]) % shards.max(1)
}

pub(crate) fn build(accounts: impl ToAccountMetas, data: impl InstructionData) -> Instruction {
    Instruction { program_id: ID, accounts: accounts.to_account_metas(None), data: data.data() }
}

/// The program's IDL: for whoever reads its events and errors by their description instead of their
/// types. `tools/build-program` writes it.
pub const IDL: &str = include_str!("../../idl.json");
