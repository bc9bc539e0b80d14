//! What happened, as self-CPI instruction data: complete enough to rebuild every account from
//! events alone. Amounts are base units, times unix seconds. What is paid out or given back is told as
//! it left the vault: a mint with a transfer fee delivers less.

mod burn;
mod donation;
mod fees;
mod merchant;
mod mint_policy;
mod payment;
mod protocol;
mod staking;
mod vesting;

pub use burn::*;
pub use donation::*;
pub use fees::*;
pub use merchant::*;
pub use mint_policy::*;
pub use payment::*;
pub use protocol::*;
pub use staking::*;
pub use vesting::*;

use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke_signed;
use anchor_lang::Event;

/// Room for the largest event, so that its bytes are written once and never moved.
const LARGEST: usize = 600;
const AUTHORITY_SEED: &[u8] = b"__event_authority";

/// What `emit_cpi!` does, byte for byte, with the data written once instead of collected byte by byte.
pub fn emit<E: Event>(authority: &AccountInfo, event: &E) -> Result<()> {
    let mut data = Vec::with_capacity(LARGEST);
    data.extend_from_slice(EVENT_IX_TAG_LE);
    data.extend_from_slice(E::DISCRIMINATOR);
    event.serialize(&mut data)?;
    let accounts = vec![AccountMeta::new_readonly(*authority.key, true)];
    let instruction = Instruction { program_id: crate::ID, accounts, data };
    let seeds: &[&[u8]] = &[AUTHORITY_SEED, &[crate::EVENT_AUTHORITY_AND_BUMP.1]];
    invoke_signed(&instruction, std::slice::from_ref(authority), &[seeds]).map_err(Into::into)
}

/// A vault's balances after the event. `sequence` numbers a vault's changes without a gap; how many
/// payments refer to the vault is not counted among them.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultBalances {
    pub escrowed: u64,
    pub balance: u64,
    pub fees: u64,
    pub sequence: u64,
}
