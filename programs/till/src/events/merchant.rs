use anchor_lang::prelude::*;

use super::VaultBalances;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantRegistered {
    pub merchant: Pubkey,
    pub founder: Pubkey,
    pub index: u16,
    pub authority: Pubkey,
    pub operator: Pubkey,
    pub payout_wallet: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultOpened {
    pub vault: Pubkey,
    pub merchant: Pubkey,
    pub mint: Pubkey,
    pub vault_token: Pubkey,
    pub token_program: Pubkey,
    pub decimals: u8,
    pub shard: u16,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOut {
    pub merchant: Pubkey,
    pub vault_address: Pubkey,
    pub payout_token: Pubkey,
    /// What left the vault.
    pub amount: u64,
    /// What arrived, after the mint's transfer fee if it has one.
    pub received: u64,
    pub vault: VaultBalances,
}
