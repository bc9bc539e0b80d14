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
    pub rent_payer: Pubkey,
}

/// Money leaves for another wallet from now on. `sequence` numbers the changes of a merchant from 1; the
/// vaults of a merchant are not counted among them.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantUpdated {
    pub merchant: Pubkey,
    pub payout_wallet: Pubkey,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSet {
    pub merchant: Pubkey,
    pub operator: Pubkey,
    pub sequence: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantAuthorityProposed {
    pub merchant: Pubkey,
    /// The zero address when an offer is withdrawn.
    pub pending_authority: Pubkey,
    pub sequence: u64,
}

/// From now on nobody has an offer.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantAuthorityAccepted {
    pub merchant: Pubkey,
    pub authority: Pubkey,
    pub sequence: u64,
}

/// The founder can register the same address again; its `sequence` begins anew.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantClosed {
    pub merchant: Pubkey,
    pub rent_payer: Pubkey,
    pub sequence: u64,
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
    pub rent_payer: Pubkey,
    /// What the mint's policy allows, bit `n` the Token-2022 extension type numbered `n`.
    pub allowed_extensions: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultAcceptingSet {
    pub vault_address: Pubkey,
    pub merchant: Pubkey,
    pub accepting: bool,
    pub vault: VaultBalances,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultPolicySynced {
    pub vault_address: Pubkey,
    pub merchant: Pubkey,
    pub allowed_extensions: u64,
    pub vault: VaultBalances,
}

/// The vault can be opened again at the same address; its `sequence` begins anew, at 0.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultClosed {
    pub vault_address: Pubkey,
    pub merchant: Pubkey,
    pub rent_payer: Pubkey,
    pub vault: VaultBalances,
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
